"""How long the tasks of a run took: beside the result file, whose bytes do not depend on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_utils.running.results import replacing

LEFT_OUT = "left out"


def times_of(path: Path) -> Path:
    """Return where the times of the tasks in result file ``path`` are noted."""
    return path.with_name(path.name + ".times")


def load_times(path: Path) -> dict[int, float]:
    """Return the seconds by the number of the task, as far as they are known for result file ``path``.

    Raises
    ------
    ValueError
        If the file beside it is none of ours.
    """
    return _noted(path)[0]


def load_left_out(path: Path) -> dict[int, int]:
    """Return the bytes of each task's result that were handed on and that result file ``path`` leaves out.

    Raises
    ------
    ValueError
        If the file beside it is none of ours.
    """
    return _noted(path)[1]


def _noted(path: Path) -> tuple[dict[int, float], dict[int, int]]:
    times = times_of(path)
    if not times.exists():
        return {}, {}
    try:
        noted = json.loads(times.read_text())
        left_out = {int(index): int(count) for index, count in noted.pop(LEFT_OUT, {}).items()}
        return {int(index): float(seconds) for index, seconds in noted.items()}, left_out
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"{times} does not hold the times of a run; move it away: {error}") from error


def write_times(path: Path, seconds: Mapping[int, float], left_out: Mapping[int, int]) -> None:
    """Note the seconds of tasks beside result file ``path``, and the bytes that it leaves out of them."""
    noted: dict[str, Any] = {str(index): float(f"{seconds[index]:.6g}") for index in sorted(seconds)}
    if counts := {str(index): left_out[index] for index in sorted(left_out) if left_out[index]}:
        noted[LEFT_OUT] = counts
    with replacing(times_of(path)) as file:
        file.write(json.dumps(noted).encode() + b"\n")
