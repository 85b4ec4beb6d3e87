"""Where a function of one number is zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def root(function: Callable[[float], Any], low: float, high: float) -> float:
    """Return where a function changes its sign between two numbers, to the last digit, by halving.

    `scipy.optimize.brentq` takes fewer steps, but every worker would spend a third of a second to import it.

    Parameters
    ----------
    function : has one sign at ``low`` and the other one at ``high``.
    """
    is_positive = function(low) > 0
    if is_positive == (function(high) > 0):
        raise ValueError(f"function must change its sign between {low:g} and {high:g}")
    while low < (middle := (low + high) / 2) < high:
        if (function(middle) > 0) == is_positive:
            low = middle
        else:
            high = middle
    return low
