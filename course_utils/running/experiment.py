"""What an experiment is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from course_utils.running.results import FORMAT, Results

Record = Mapping[str, Any]
"""Parameters of one task: names and JSON values (numbers, strings, booleans, None, lists, records)."""


@dataclass(frozen=True)
class Experiment:
    """A long computation cut into independent tasks.

    Attributes
    ----------
    name : lower-case words joined by hyphens; the result file is called after it.
    description : one line for the list.
    tasks : (seed, quick) -> parameters of every task; ``quick`` asks for a run of seconds.
    run : (parameters, rng) -> named arrays and scalars, the result of one task. A function at the top
        level of a module, so that a worker process can import it. All its randomness comes from
        ``rng``, which depends on the seed and on the number of the task, never on who runs it or when.
    summary : results -> a few lines that say what came out.
    version : raised whenever a task would now give another result, so that old ones are not mixed in.
    settings : constants behind all tasks, recorded in the result file.
    """

    name: str
    description: str
    tasks: Callable[[int, bool], Sequence[Record]]
    run: Callable[[dict[str, Any], np.random.Generator], Mapping[str, Any]]
    summary: Callable[[Results], str]
    version: int = 1
    settings: Record = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ValueError(f"name must be lower-case words joined by hyphens, got {self.name!r}")

    def identity(self, seed: int, quick: bool) -> dict[str, Any]:
        """Return all that decides the results, as plain JSON values: equal identity, equal file.

        Raises
        ------
        ValueError
            If ``seed`` is no whole number >= 0, there are no tasks, or their parameters are not JSON.
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
