"""How long the tasks of a run took: beside the result file, whose bytes do not depend on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from course_utils.running.results import replacing


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
    times = times_of(path)
    if not times.exists():
        return {}
    try:
        return {int(index): float(seconds) for index, seconds in json.loads(times.read_text()).items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"{times} does not hold the times of a run; move it away: {error}") from error


def write_times(path: Path, seconds: Mapping[int, float]) -> None:
    """Note the seconds of tasks beside result file ``path``."""
    text = json.dumps({str(index): float(f"{seconds[index]:.6g}") for index in sorted(seconds)})
    with replacing(times_of(path)) as file:
        file.write(text.encode() + b"\n")
