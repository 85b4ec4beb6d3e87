"""What one submission may use."""

from __future__ import annotations

import errno
import math
import signal
from collections.abc import Iterable
from dataclasses import dataclass

from course_utils.checking.sandbox import PATIENCE

OPEN_FILES = 1024  # of one process
_MOST_SECONDS, _MOST_COUNT = 1e6, 1e15  # of a setting; to wait for ever would end no grading
_MOST = 0.9  # the share of its CPU seconds that a process was last seen to have used, when they were over


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


def reached(error: str, text: str, limits: Limits) -> str:
    """Say which limit made the operating system refuse something, from the error's name and text; "" if none.

    Parameters
    ----------
    error, text : name and message of what a student's code raised, or left uncaught.
    limits : that it ran under.
    """
    if error.endswith("MemoryError"):
        return f"reached the limit of {limits.memory / 1024**3:.3g} GB of memory"
    for sign, limit in (
        ("can't start new thread", f"{limits.processes} processes and threads"),
        (f"[Errno {errno.EAGAIN}]", f"{limits.processes} processes and threads"),
        (f"[Errno {errno.EMFILE}]", f"{OPEN_FILES} open files"),
        (f"[Errno {errno.EFBIG}]", f"{limits.disk / 1024**2:.0f} MB for a file"),
    ):
        if sign in text:
            return f"reached the limit of {limit}"
    return ""


def ended_by(status: int, cpu: float, limits: Limits) -> str:
    """Say what ended a process, ``"crashed (SIGSEGV)"``, from its exit status; "" if it ended by itself.

    Parameters
    ----------
    status : of the process, negative for a signal, or of bubblewrap, which adds 128 to it.
    cpu : CPU seconds that it had used.
    limits : that it ran under.
    """
    try:
        name = signal.Signals(-status if status < 0 else status - 128).name
    except ValueError:
        return ""
    if name in ("SIGKILL", "SIGXCPU"):
        if cpu > _MOST * limits.total:
            return f"used more than {limits.total:g} s of CPU time in all"
        return "was killed by the system, whose memory may have been full"
    return f"crashed ({name})"


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
        If there is no setting of that name, or the number is none, or not positive, or one that no clock and
        no system takes for a limit.
    """
    settings: dict[str, float | int] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in SETTINGS:
            raise ValueError(f"--set {text}: there is no setting {name!r}; there are {', '.join(SETTINGS)}")
        try:
            number = float(value)
        except ValueError:
            raise ValueError(f"--set {text}: expected a number, got {value!r}") from None
        most = _MOST_SECONDS if SETTINGS[name] is float else _MOST_COUNT
        if not math.isfinite(number) or number > most:
            raise ValueError(f"--set {text}: expected a number of at most {most:g}, got {value!r}")
        settings[name] = SETTINGS[name](number)
        if not settings[name] > 0:
            raise ValueError(f"--set {text}: expected a number above zero, got {value!r}")
    return settings
