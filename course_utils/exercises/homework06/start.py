"""Task hw06.5: whether a run began where it should."""

from __future__ import annotations

from typing import Any

from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.predicates import checker, real_array


def _moved(answer: Any) -> Verdict:
    """Find an answer in which the start at the saddle went anywhere."""
    distance, _ = real_array(answer["at_the_saddle"], "a number")
    return correct() if distance is not None and abs(distance).max() > 1e-3 else not_yet("")


MOVED = checker(_moved)
