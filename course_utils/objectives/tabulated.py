"""A smooth stand-in for a function of two variables that is too slow to be called often."""

from __future__ import annotations

import numpy as np

from course_utils.objectives.base import Array, Objective
from course_utils.objectives.checks import whole_number


class Tabulated(Objective):
    """The bicubic spline through the values of an objective on a grid over its domain.

    Its derivatives are those of the spline, exactly; between grid points its values err like the fourth
    power of a cell's side, and a kink is rounded off. Beyond the domain the slope stays that of the edge.

    Parameters
    ----------
    objective : of two parameters, called once, with the whole grid.
    resolution : grid points along each axis.

    Raises
    ------
    ValueError
        If the objective does not have two parameters, is not finite somewhere on the grid, or
        ``resolution`` < 5.
    """

    def __init__(self, objective: Objective, resolution: int = 121) -> None:
        from scipy.interpolate import RectBivariateSpline

        if objective.dim != 2:
            raise ValueError(f"objective must have dim 2 to be tabulated, got {objective.dim}")
        resolution = whole_number("resolution", resolution, 5)
        known = [(point.x, point.kind) for point in objective.critical_points]
        super().__init__(objective.name, 2, domain=objective.domain, critical_points=known)
        x, y = (np.linspace(low, high, resolution) for low, high in objective.domain)
        values = objective.value(np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1))
        if not np.isfinite(values).all():
            raise ValueError(
                f"objective must be finite on its domain to be tabulated, got {objective.name!r}"
            )
        self._spline = RectBivariateSpline(x, y, values)

    def _at(self, x: Array, dx: int = 0, dy: int = 0) -> Array:
        return np.asarray(self._spline.ev(x[..., 0], x[..., 1], dx=dx, dy=dy), dtype=np.float64)

    def _value(self, x: Array) -> Array:
        return self._at(x)

    def _gradient(self, x: Array) -> Array:
        return np.stack([self._at(x, 1, 0), self._at(x, 0, 1)], axis=-1)

    def _hessian(self, x: Array) -> Array:
        xx, xy, yy = self._at(x, 2, 0), self._at(x, 1, 1), self._at(x, 0, 2)
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -1)
