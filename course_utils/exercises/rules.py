"""The reader's own update rule, applied once: what the exercises of several lessons ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.describe import describe
from course_utils.checking.feedback import Verdict, not_yet
from course_utils.checking.functions import call
from course_utils.objectives import Objective

Array = NDArray[np.float64]


def next_point(answer: Any, objective: Objective, x: Array) -> Array | Verdict:
    """Return where the rule ``answer(objective, x)`` goes from ``x`` (n,), or say why it goes nowhere."""
    called = call(answer, (objective, x), ("objective", "x"))
    if called.problem is not None:
        return called.problem
    point = np.asarray(called.output)
    if point.dtype.kind not in "iuf" or point.shape != x.shape:
        return not_yet(
            f"Your rule has to return the next point, {x.size} real numbers like `x`; "
            f"{describe(called.output)} came."
        )
    if not np.isfinite(point).all():
        return not_yet("Your rule returned NaN or an infinite number: look for a division by zero.")
    return point.astype(np.float64)
