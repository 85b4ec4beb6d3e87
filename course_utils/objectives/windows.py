"""Windows of data coordinates that can be sampled, drawn and cut into ticks: one home for their limits."""

from __future__ import annotations

from course_utils.objectives.base import Objective, Window
from course_utils.objectives.checks import real_array

# A window keeps clear of both ends of double precision: matplotlib shows another window instead of one below
# 1e-287, and above 1e300 heights would overflow. What is drawn counts as 0 below, and is left out above.
SMALLEST, LARGEST = 1e-280, 1e300
_THINNEST = 1e-14  # of the larger end: in a thinner window neighbouring ticks are one and the same number


def thin(low: float, high: float) -> bool:
    """Return whether no ticks fit between ``low`` and ``high``, or whether these are in the wrong order."""
    return not high - low > _THINNEST * max(abs(low), abs(high))


def check_ends(name: str, low: float | None, high: float | None, window: object) -> None:
    """Check that an axis from ``low`` to ``high`` can be drawn; an end that is None is open.

    Raises
    ------
    ValueError
        If not: it names the argument ``name`` and the ``window`` that the ends are taken from.
    """
    if not all(abs(end) <= LARGEST for end in (low, high) if end is not None):  # NaN too
        raise ValueError(f"{name} must lie between -{LARGEST} and {LARGEST}, got {window}")
    if low is None or high is None:
        return
    if not low < high:
        raise ValueError(f"{name} must have low < high, got {window}")
    if not SMALLEST <= high - low <= LARGEST:
        raise ValueError(f"{name} must be between {SMALLEST} and {LARGEST} wide and high, got {window}")
    if thin(low, high):
        raise ValueError(f"{name} must be wider than double precision can resolve, got {window}")


def window_of(objective: Objective, window: Window | tuple[float, float] | None) -> Window:
    """Return a pair (low, high) for each of the one or two coordinates of ``objective``.

    Parameters
    ----------
    window : ((low, high), (low, high)), or (low, high) of one coordinate; None stands for the domain.

    Raises
    ------
    ValueError
        If the window, or the domain where that is to be shown, has another shape or cannot be drawn.
    """
    name, given = ("objective.domain", objective.domain) if window is None else ("window", window)
    ends = real_array(name, given)
    if window is not None and ends.shape != ((2,) if objective.dim == 1 else (2, 2)):
        expected = "(low, high)" if objective.dim == 1 else "((low, high), (low, high))"
        raise ValueError(f"{name} must be {expected}, got {window!r:.80}")
    pairs = tuple((float(low), float(high)) for low, high in ends.reshape(-1, 2))
    for low, high in pairs:
        check_ends(name, low, high, given)
    return pairs
