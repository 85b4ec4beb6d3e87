"""Points for a homework task, as the last value of its graded cell."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import partial
from numbers import Real

import numpy as np

from course_utils.checking.feedback import Feedback, Outcome, Verdict
from course_utils.checking.sandbox import Stop, run

TIME_LIMIT = 10.0  # CPU seconds for one part (see `sandbox.run`)
STOPPED = ", stopped after "  # before the limit, in the line of a part that overran

Part = tuple[float, str, Callable[[], object]]  # points, what is asked, its test


def award(*parts: Part) -> float:
    """Return the points earned, and print a line a part for whoever reads the graded notebook.

    nbgrader takes the last value of a graded cell for its points. A part that raises or overruns earns
    nothing and does not touch the others.

    Parameters
    ----------
    parts : (points, what is asked, test). A test returns a Feedback or Verdict (correct earns all, anything
        else nothing), a bool, or a share between 0 and 1.

    Raises
    ------
    ValueError
        If the points of a part are not positive.
    """
    earned = 0.0
    for points, asked, test in parts:
        if not (math.isfinite(points) and points > 0):
            raise ValueError(f"points of {asked!r} must be positive, got {points!r}")
        ran = run(partial(_share, test), TIME_LIMIT)
        share = ran.value or 0.0
        earned += points * share
        late = f"{STOPPED}{TIME_LIMIT:g} s" if ran.timed_out else ""
        sys.stdout.write(f"{points * share:.4g} of {points:g}: {asked}{late}\n")
    return round(earned, 2)


def _share(test: Callable[[], object]) -> float:
    """Return what share of a part was earned; runs in the sandbox."""
    try:
        result = test()
        if isinstance(result, Feedback | Verdict):
            return float(result.outcome is Outcome.CORRECT)
        if isinstance(result, Real | np.bool_) and 0 <= float(result) <= 1:
            return float(result)
    except Stop:
        raise
    except BaseException:
        pass  # an answer that raises, or exits, has not passed
    return 0.0
