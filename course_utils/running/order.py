"""Which tasks wait for an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NAME, AFTER = "task", "after"


def predecessors(tasks: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Return, for each task, the number of the one that it waits for, or None.

    A task has the name that its parameters give under ``"task"``, if any; ``"after"`` is the name of the task
    that it waits for.

    Raises
    ------
    ValueError
        If two tasks have one name, a task waits for one that there is not, or tasks wait in a circle.
    """
    names: dict[str, int] = {}
    for index, task in enumerate(tasks):
        if NAME not in task:
            continue
        name = task[NAME]
        if not isinstance(name, str):
            raise ValueError(f"{NAME} must be a name, got {name!r:.80} in task {index}")
        if name in names:
            raise ValueError(f"{NAME} must be different for all tasks, got two that are called {name!r}")
        names[name] = index
    before: list[int | None] = []
    for index, task in enumerate(tasks):
        wanted = task.get(AFTER)
        if AFTER in task and (not isinstance(wanted, str) or wanted not in names):
            known = ", ".join(map(repr, names)) or "none has a name"
            raise ValueError(f"{AFTER} must name a task ({known}), got {wanted!r:.80} in task {index}")
        before.append(names[wanted] if isinstance(wanted, str) else None)
    circle = _circle(before)
    if circle:
        said = " after ".join(repr(tasks[number][NAME]) for number in circle)
        raise ValueError(f"{AFTER} must not lead in a circle, got {said}")
    return before


def _circle(before: Sequence[int | None]) -> list[int]:
    """Return the tasks of a circle, its first one again at the end; none where there is none.

    Every task is walked over once: a walk ends where an earlier one came by, which led in no circle.
    """
    walked_from: list[int | None] = [None] * len(before)
    for index in range(len(before)):
        chain: list[int] = []
        here: int | None = index
        while here is not None and walked_from[here] is None:
            walked_from[here] = index
            chain.append(here)
            here = before[here]
        if here is not None and walked_from[here] == index:
            return [*chain[chain.index(here) :], here]
    return []
