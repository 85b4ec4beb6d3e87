"""The reader's own update rule, applied once: what the exercises of several lessons ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.feedback import Verdict, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import real_array
from course_utils.objectives import Objective

Array = NDArray[np.float64]


def next_point(answer: Any, objective: Objective, x: Array) -> Array | Verdict:
    """Return where the rule ``answer(objective, x)`` goes from ``x`` (n,), or say why it goes nowhere."""
    called = call(answer, (objective, x), ("objective", "x"))
    if called.problem is not None:
        return called.problem
    point, problem = real_array(called.output, f"the next point, {x.size} real numbers like `x`", 1)
    if point is None:
        return not_yet(problem)
    if point.shape != x.shape:
        return not_yet(
            f"Your rule has to return the next point, an array of shape {x.shape} like `x`; one of shape "
            f"{point.shape} came."
        )
    return point
