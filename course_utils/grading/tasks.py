"""The names of tasks: the cells "hw03-2-solution" and "hw03-2-test" belong to task "hw03.2"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CELL = re.compile(r"(hw\d\d)-(\d+)(-[\w-]+)?")


def task_name(grade_id: str) -> str:
    """Return the task that a cell belongs to; a cell that is named otherwise is a task by itself."""
    match = _CELL.fullmatch(grade_id)
    return f"{match[1]}.{match[2]}" if match else grade_id


def task_order(task: str) -> tuple[str, int, str]:
    """Sort tasks as they are counted: hw03.2 before hw03.10."""
    head, _, number = task.rpartition(".")
    return (head, int(number), "") if number.isdecimal() else (task, 0, task)


def of_others(ids: Iterable[str], own: Iterable[str]) -> list[str]:
    """Return those of cells' ids that belong to another homework than the ids ``own``, each once."""
    homework = {id.partition("-")[0] for id in own}
    marks = [id for id in ids if re.match(r"hw\d\d-", id)]
    return [id for id in dict.fromkeys(marks) if id.partition("-")[0] not in homework]
