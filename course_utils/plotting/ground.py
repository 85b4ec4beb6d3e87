"""A function of two variables on a grid: its window, its heights, and the levels that shade it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import BoundaryNorm
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective
from course_utils.plotting.style import GROUND_COLORS

Window = Sequence[tuple[float, float]]

_RESOLUTION = 161
_AT_ONCE = 4096  # points of a grid


@dataclass(frozen=True)
class Ground:
    """A landscape on a grid.

    Attributes
    ----------
    x, y : (m,) coordinates of the grid.
    values : (m, m) heights, row by row of y; NaN where the objective is not finite.
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


def sample(objective: Objective, window: Window | None, levels: int | ArrayLike) -> Ground:
    """Evaluate a function of two variables over ``window``.

    Raises
    ------
    ValueError
        As `contour` says, and if the function is finite nowhere in the window.
    """
    if objective.dim != 2:
        raise ValueError(f"objective must have dim 2 to be drawn as a landscape, got {objective.dim}")
    across, up = checked_window(objective.domain if window is None else window, 2)
    x, y = np.linspace(*across, _RESOLUTION), np.linspace(*up, _RESOLUTION)
    values = heights_on(objective, x, y)
    values = np.where(np.isfinite(values), values, np.nan)
    if np.isnan(values).all():
        raise ValueError(f"objective must be finite somewhere in {(across, up)}, got {objective.name!r}")
    return Ground(x, y, values, _heights(values[~np.isnan(values)], levels))


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


def checked_window(window: Window, dim: int) -> list[tuple[float, float]]:
    """Return ``dim`` pairs (low, high), or say what is wrong with ``window``."""
    try:
        pairs = [(float(low), float(high)) for low, high in window]
    except (TypeError, ValueError):
        pairs = []
    if len(pairs) != dim or not all(np.isfinite(pair).all() and pair[0] < pair[1] for pair in pairs):
        expected = "((low, high), (low, high))" if dim == 2 else "(low, high)"
        raise ValueError(f"window must be {expected}, finite and low < high, got {window!r}")
    return pairs


def _heights(finite: Array, levels: int | ArrayLike) -> Array:
    if isinstance(levels, (int, np.integer)):
        if not 2 <= levels <= 100:
            raise ValueError(f"levels must be in 2 … 100, or increasing heights, got {levels}")
        heights = np.unique(np.quantile(finite, np.linspace(0, 1, int(levels) + 1)))
        return heights if heights.size > 1 else heights[0] + np.array([-0.5, 0.5])
    heights = np.asarray(levels, dtype=np.float64)
    if heights.ndim != 1 or heights.size < 2 or not (np.diff(heights) > 0).all():
        raise ValueError(f"levels must be a whole number, or at least two increasing heights, got {levels!r}")
    return heights
