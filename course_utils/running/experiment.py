"""What an experiment is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from course_utils.running.order import predecessors
from course_utils.running.results import FORMAT, Results

Record = Mapping[str, Any]
"""Parameters of one task: names and JSON values (numbers, strings, booleans, None, lists, records)."""


@dataclass(frozen=True)
class Experiment:
    """A long computation cut into tasks.

    Tasks are independent unless their parameters say otherwise: ``"task"`` gives a task a name, and another
    whose ``"after"`` is that name waits for it and is given its result.

    Attributes
    ----------
    name : lower-case words joined by hyphens; the result file is called after it.
    description : one line for the list.
    tasks : (seed, quick) -> parameters of every task; ``quick`` asks for a run of seconds.
    run : (parameters, rng) -> named arrays and scalars, the result of one task; for a task with ``"after"``
        (parameters, rng, earlier), where ``earlier`` holds the result of the earlier task as read-only arrays
        by their names. A function at the top level of a module, so that a worker process can import it. All
        its randomness comes from ``rng``, which depends on the seed and on the number of the task, never on
        who runs it or when.
    summary : results -> a few lines that say what came out.
    version : raised whenever a task would now give another result, so that old ones are not mixed in.
    settings : constants behind all tasks, recorded in the result file.
    handed_on : names of results that only later tasks need, such as millions of parameters: they are kept
        until every task has succeeded, and the complete result file leaves them out.
    """

    name: str
    description: str
    tasks: Callable[[int, bool], Sequence[Record]]
    run: Callable[..., Mapping[str, Any]]
    summary: Callable[[Results], str]
    version: int = 1
    settings: Record = field(default_factory=dict)
    handed_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ValueError(f"name must be lower-case words joined by hyphens, got {self.name!r}")
        if isinstance(self.handed_on, str):
            raise ValueError(f"handed_on must be a tuple of names, got the string {self.handed_on!r}")

    def identity(self, seed: int, quick: bool) -> dict[str, Any]:
        """Return all that decides the results, as plain JSON values: equal identity, equal file.

        Raises
        ------
        ValueError
            If ``seed`` is no whole number >= 0, there are no tasks, their parameters are not JSON, or a task
            waits for one that there is not or for itself.
        """
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise ValueError(f"seed must be a whole number of at least 0, got {seed!r}")
        everything = {
            "format": FORMAT,
            "experiment": self.name,
            "version": self.version,
            "seed": int(seed),
            "quick": bool(quick),
            "settings": dict(self.settings),
            "tasks": [dict(task) for task in self.tasks(int(seed), bool(quick))],
        }
        if not everything["tasks"]:
            raise ValueError(f"tasks must give at least one task, got none for seed {seed}, quick={quick}")
        try:
            plain: dict[str, Any] = json.loads(json.dumps(everything, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise ValueError(f"settings and tasks must hold finite JSON values, got: {error}") from error
        predecessors(plain["tasks"])
        return plain


def named(specification: str) -> Experiment:
    """Return the experiment at ``"module:attribute"``."""
    module, _, attribute = specification.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"no experiment at {specification!r}: {error}") from error
    if not isinstance(found, Experiment):
        raise ValueError(f"{specification!r} must be an Experiment, got {type(found).__name__}")
    return found
