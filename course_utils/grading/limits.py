"""What one submission may use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from course_utils.checking.sandbox import PATIENCE


@dataclass(frozen=True)
class Limits:
    """What one submission may use; times are CPU seconds of all its processes.

    So a busy machine takes nothing away. What waits instead of computing is stopped after
    `sandbox.PATIENCE` times as many seconds by the clock.

    Attributes
    ----------
    cell : seconds for one cell.
    call : seconds for one call of a student's function from a graded cell.
    graded_cell : seconds for one graded cell with all its calls.
    total : seconds for all cells together; what is left then is not run.
    restarts : how often a kernel that ended is started anew.
    output : characters of one cell's output that are kept.
    memory : bytes of address space of one process (not on Windows), and of memory of all of them.
    processes : processes and threads at a time.
    disk : bytes of all files that it writes.
    """

    cell: float = 30.0
    call: float = 10.0
    graded_cell: float = 60.0
    total: float = 120.0
    restarts: int = 10
    output: int = 50_000
    memory: int = 4 * 1024**3
    processes: int = 200
    disk: int = 500 * 1024**2


def overrun(cpu: float, clock: float, limit: float) -> str:
    """Say which limit was reached, ``"30 s of CPU time"`` or ``"120 s by the clock"``; "" if none was."""
    if cpu > limit:
        return f"{limit:g} s of CPU time"
    return f"{PATIENCE * limit:g} s by the clock" if clock > PATIENCE * limit else ""


SETTINGS = {
    "cell_seconds": float,
    "call_seconds": float,
    "graded_cell_seconds": float,
    "total_seconds": float,
    "restarts": int,
    "output_characters": int,
    "memory_bytes": int,
    "processes": int,
    "disk_bytes": int,
}


def read_settings(texts: Iterable[str]) -> dict[str, float | int]:
    """Read settings such as ``"cell_seconds=60"``, the numbers of `preprocessors.GradeApart`.

    Raises
    ------
    ValueError
        If there is no setting of that name, or the number is none, or not positive.
    """
    settings: dict[str, float | int] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in SETTINGS:
            raise ValueError(f"--set {text}: there is no setting {name!r}; there are {', '.join(SETTINGS)}")
        try:
            settings[name] = SETTINGS[name](float(value))
        except (ValueError, OverflowError):
            raise ValueError(f"--set {text}: expected a number, got {value!r}") from None
        if not settings[name] > 0:
            raise ValueError(f"--set {text}: expected a number above zero, got {value!r}")
    return settings
