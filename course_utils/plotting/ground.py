"""A function of two variables on a grid: its window, its heights, and the levels that shade it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import BoundaryNorm
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective
from course_utils.objectives.base import Window
from course_utils.objectives.checks import whole_number
from course_utils.objectives.windows import window_of
from course_utils.plotting.style import GROUND_COLORS

RESOLUTION = 161
"""Points of a grid along each axis, unless others are asked for."""

_AT_ONCE = 4096  # points of a grid
# matplotlib's contours take 1e250 for infinity, and its colour bars divide it by the span of the levels:
# what is higher than the one is left out, what spans less than the other is flat.
_HIGHEST, _FLAT = 1e240, 1e-50


@dataclass(frozen=True)
class Ground:
    """A landscape on a grid.

    Attributes
    ----------
    x, y : (m,) coordinates of the grid.
    values : (m, m) heights, row by row of y; NaN where the objective is not finite or beyond 1e240.
    levels : increasing heights of the contours.
    """

    x: Array
    y: Array
    values: Array
    levels: Array

    @property
    def norm(self) -> BoundaryNorm:
        """One shade from level to level, whatever their distance."""
        return BoundaryNorm(self.levels.tolist(), GROUND_COLORS.N, clip=True)

    def holds(self, point: Array) -> bool:
        """Tell whether a point (2,) lies in the window."""
        return bool(self.x[0] <= point[0] <= self.x[-1] and self.y[0] <= point[1] <= self.y[-1])


def sample(
    objective: Objective, window: Window | None, levels: int | ArrayLike, resolution: int = RESOLUTION
) -> Ground:
    """Evaluate a function of two variables over ``window``, at ``resolution`` points along each axis.

    Raises
    ------
    ValueError
        As `contour` says, and if the function is finite nowhere in the window.
    """
    if objective.dim != 2:
        raise ValueError(f"objective must have dim 2 to be drawn as a landscape, got {objective.dim}")
    across, up = window_of(objective, window)
    whole_number("resolution", resolution, 5)
    x, y = np.linspace(*across, resolution), np.linspace(*up, resolution)
    values = heights_that_show(objective, heights_on(objective, x, y), (across, up))
    return Ground(x, y, values, _heights(values[~np.isnan(values)], levels))


def heights_that_show(objective: Objective, values: Array, window: Window) -> Array:
    """Return ``values`` (…), of any shape, with NaN for what no axis can show, or say that nothing is left.

    Raises
    ------
    ValueError
        If the objective is finite, and below 1e240, nowhere in the window.
    """
    shown = np.where(np.abs(values) <= _HIGHEST, values, np.nan)
    if np.isnan(shown).all():
        raise ValueError(f"objective must be finite somewhere in {window}, got {objective.name!r}")
    return shown


def heights_on(objective: Objective, x: Array, y: Array) -> Array:
    """Return the values of a function of two variables on a grid, (len(y), len(x)), whatever they are.

    Some rows at a time: on a slice through a network each point is all of its parameters.
    """
    rows = max(1, _AT_ONCE // x.size)
    with np.errstate(all="ignore"):
        parts = [
            objective.value(np.stack(np.meshgrid(x, y[first : first + rows]), axis=-1))
            for first in range(0, y.size, rows)
        ]
    return np.concatenate(parts, dtype=np.float64)


def _heights(finite: Array, levels: int | ArrayLike) -> Array:
    if isinstance(levels, (int, np.integer)):
        if not 2 <= levels <= 100:
            raise ValueError(f"levels must be in 2 … 100, or increasing heights, got {levels}")
        heights = np.unique(np.quantile(finite, np.linspace(0, 1, int(levels) + 1)))
        if heights[-1] - heights[0] > _FLAT:
            return heights
        middle = float(heights[0])
        return middle + max(1.0, abs(middle)) * np.array([-0.5, 0.5])
    heights = np.asarray(levels, dtype=np.float64)
    if heights.ndim != 1 or heights.size < 2 or not (np.diff(heights) > 0).all():
        raise ValueError(f"levels must be a whole number, or at least two increasing heights, got {levels!r}")
    return heights
