"""Exercise 03.1: the reader's own landscape, whose deeper minimum has the smaller basin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import named

Array = NDArray[np.float64]
Shape = Literal["deceptive", "fair", "equal", "one", "leaves"]

_REACH = 2.0
_SIDE = 49  # points along each axis
_GLANCE = np.array([-1.7, 1.9])  # four points, no two of them alike to a symmetric landscape
_SMALL = 0.002  # of all points: a basin below this is a dent
_EQUAL = 1e-3  # of the range of heights


@dataclass(frozen=True)
class _Basins:
    """Heights of the minima and the share of the points that drain into each."""

    heights: Array
    shares: Array
    outside: float
    spread: float


def _sample(answer: Any, axis: Array) -> Array | Verdict:
    """Return the heights on a grid with these coordinates on both axes, or why there are none."""
    heights = np.empty((axis.size, axis.size))
    for i, j in np.ndindex(heights.shape):
        called = call(answer, (np.array([axis[j], axis[i]]),), ("x",))
        if called.problem is not None:
            return called.problem
        if called.changed_input:
            return not_yet("Your function changes the point that it is given; compute with new variables.")
        output = np.asarray(called.output)
        if output.size != 1 or output.dtype.kind not in "iuf":
            return not_yet("Your function has to return one real number for one point `x`.")
        if not np.isfinite(output).all():
            return not_yet(f"Your function is NaN or infinite at ({axis[j]:.2g}, {axis[i]:.2g}).")
        heights[i, j] = output.item()
    return heights


def _quickly(answer: Any, axis: Array) -> Array | None:
    """Return the heights on the grid, None if something is wrong that `_sample` has to find."""
    try:
        heights = [float(answer(np.array([x, y]))) for y in axis for x in axis]
    except Exception:  # whatever a reader's function raises
        return None
    return np.reshape(heights, (axis.size, axis.size)) if np.isfinite(heights).all() else None


def _drain(heights: Array) -> _Basins:
    """Let every point of the grid run to its steepest neighbour, and on, until none is lower."""
    here = np.arange(heights.size).reshape(heights.shape)
    # A bottom between two grid points would count as two minima: a slight tilt decides for one.
    tilted = heights + 1e-9 * np.ptp(heights) * here
    padded = np.pad(tilted, 1, constant_values=np.inf)
    numbers = np.pad(here, 1, constant_values=-1)
    steepest, next_point = np.zeros(heights.shape), here.copy()
    for di, dj in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)):
        window = (slice(1 + di, 1 + di + _SIDE), slice(1 + dj, 1 + dj + _SIDE))
        drop = (tilted - padded[window]) / np.hypot(di, dj)
        better = drop > steepest
        steepest, next_point = np.where(better, drop, steepest), np.where(better, numbers[window], next_point)
    following = next_point.ravel()
    for _ in range(int(np.ceil(np.log2(heights.size)))):
        following = following[following]  # doubles the number of steps taken
    ends, counts = np.unique(following, return_counts=True)
    rows, columns = np.divmod(ends, _SIDE)
    inside = (rows > 0) & (rows < _SIDE - 1) & (columns > 0) & (columns < _SIDE - 1)
    real = inside & (counts > _SMALL * heights.size)
    shares = counts / heights.size
    return _Basins(
        heights.ravel()[ends[real]], shares[real], float(shares[~inside].sum()), float(np.ptp(heights))
    )


def _shape(answer: Any) -> Shape | Verdict:
    """Say what a reader's landscape does to a start chosen at random."""
    glance = _sample(answer, _GLANCE)  # most of what can go wrong does so at once
    if isinstance(glance, Verdict):
        return glance
    if np.ptp(glance) == 0:
        return not_yet("Your landscape has the same height everywhere.")
    axis = np.linspace(-_REACH, _REACH, _SIDE)
    heights: Array | Verdict | None = _quickly(answer, axis)
    if heights is None:
        heights = _sample(answer, axis)
    if isinstance(heights, Verdict):
        return heights
    basins = _drain(heights)
    if basins.outside > 0.5:
        return "leaves"
    if len(basins.heights) < 2:
        return "one"
    order = np.argsort(basins.heights)
    lowest, second = order[:2]
    if basins.heights[second] - basins.heights[lowest] < _EQUAL * basins.spread:
        return "equal"
    return "deceptive" if basins.shares[lowest] < basins.shares[order[1:]].max() else "fair"


DECEPTIVE = Exercise(
    id="03.1",
    title="A landscape that deceives",
    accepts=named(_shape, "deceptive", "Most starts do not end in a higher minimum."),
    hints=(
        "Start with a wide bowl. Its minimum is the trap. Where can a deeper place hide?",
        "Dig a narrow hole into the side of the bowl: subtract a bump such as exp(−r²/2s²) with a small s.",
        "The bowl x₁² + x₂² has the height 1 at (1, 0). A hole there that is deeper than 1, and narrow, "
        "is a lower minimum that few starts find.",
    ),
    model=Solution(
        code="""
def landscape(x):
    bowl = x[0] ** 2 + x[1] ** 2
    hole = np.exp(-((x[0] - 1) ** 2 + x[1] ** 2) / (2 * 0.25**2))
    return bowl - 2 * hole

exercise("03.1").check(landscape)
""",
        explanation="How deep a minimum is and how many starts it attracts are two things. Gradient descent "
        "finds the minimum whose basin it starts in, not the lowest one.",
    ),
    right_answers=(
        lambda x: x @ x - 2 * np.exp(-((x[0] - 1) ** 2 + x[1] ** 2) / 0.125),
        lambda x: float(min((x[0] + 0.5) ** 2 + x[1] ** 2, 9 * ((x[0] - 1.3) ** 2 + x[1] ** 2) - 0.4)),
        lambda x: 0.1 * np.sum(x**2) - np.exp(-9 * ((x[0] - 1) ** 2 + (x[1] + 1) ** 2)),
    ),
    misconceptions=(
        Misconception(
            "deep means many starts",
            lambda x: (x[0] ** 2 - 1) ** 2 + 0.3 * x[0] + x[1] ** 2,
            "There are two minima, but the lower one also attracts the most starts. Make its surroundings "
            "narrow, or those of the other one wide.",
            detect=named(_shape, "fair"),
        ),
        Misconception(
            "two minima of equal height",
            lambda x: (x[0] ** 2 - 1) ** 2 + x[1] ** 2,
            "The two lowest minima are equally good, so nobody is deceived. Raise the one with the larger "
            "basin, or deepen the other.",
            detect=named(_shape, "equal"),
        ),
        Misconception(
            "one valley cannot deceive",
            lambda x: x[0] ** 2 + 5 * x[1] ** 2,
            "Inside −2 … 2 there is one minimum, or one beside dents too small to count. Every start finds "
            "it; a trap needs a second one.",
            detect=named(_shape, "one"),
        ),
        Misconception(
            "valleys that leave the window",
            lambda x: x[0] ** 2 - x[1] ** 2,
            "From most starts downhill leads out of the window −2 … 2. Add a bowl, such as x₁² + x₂², so "
            "that the minima lie inside.",
            detect=named(_shape, "leaves"),
        ),
    ),
)
