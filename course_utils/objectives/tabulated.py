"""A smooth stand-in for a function of two variables that is too slow to be called often."""

from __future__ import annotations

import numpy as np

from course_utils.objectives.base import Array, Objective
from course_utils.objectives.checks import whole_number

# Row k: the four cubic B-splines that are not zero on a cell, times t**k, where t runs from 0 to 1 over it.
_PIECES = np.array([[1.0, 4, 1, 0], [-3, 0, 3, 0], [3, -6, 3, 0], [-1, 3, -3, 1]]) / 6


class Tabulated(Objective):
    """The bicubic spline through the values of an objective on a grid over its domain.

    Its derivatives are those of the spline, exactly; between grid points its values err like the fourth
    power of a cell's side, and a kink is rounded off. Beyond the domain the slope stays that of the edge.

    It is the "not-a-knot" spline of `scipy.interpolate.RectBivariateSpline`, which would add 20 MB to the
    memory of every kernel that shows a slice.

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
        self._low, self._cell = np.array([x[0], y[0]]), np.array([x[1] - x[0], y[1] - y[0]])
        self._coefficients = np.ascontiguousarray(_coefficients(_coefficients(values).T).T)

    def _at(self, x: Array, dx: int = 0, dy: int = 0) -> Array:
        """Return the spline (...,) at points x (..., 2), or its derivative of order dx and dy."""
        last = len(self._coefficients) - 4
        place = np.clip((x - self._low) / self._cell, 0, last + 1)
        cell = np.minimum(place.astype(np.intp), last)
        along, across = (_weights((place - cell)[..., axis], order) for axis, order in ((0, dx), (1, dy)))
        width, four = last + 4, np.arange(4)
        first = cell[..., 0] * width + cell[..., 1]
        near = self._coefficients.take(first[..., None, None] + (four[:, None] * width + four))
        rows = np.einsum("...ij,...j->...i", near, across)
        per_cell: Array = np.einsum("...i,...i->...", along, rows)
        value: Array = per_cell / (self._cell[0] ** dx * self._cell[1] ** dy)
        return value

    def _value(self, x: Array) -> Array:
        return self._at(x)

    def _gradient(self, x: Array) -> Array:
        return np.stack([self._at(x, 1, 0), self._at(x, 0, 1)], axis=-1)

    def _hessian(self, x: Array) -> Array:
        xx, xy, yy = self._at(x, 2, 0), self._at(x, 1, 1), self._at(x, 0, 2)
        return np.stack([np.stack([xx, xy], -1), np.stack([xy, yy], -1)], -1)


def _coefficients(values: Array) -> Array:
    """Return the coefficients (n + 2, m) of the B-splines through ``values`` (n, m), column by column.

    The third derivative is to be the same on the first two cells, and on the last two: "not a knot".
    """
    n = len(values)
    equations = np.zeros((n + 2, n + 2))
    equations[0, :5] = equations[-1, -5:] = 1, -4, 6, -4, 1
    for shift, weight in enumerate(_PIECES[0, :3]):
        equations[np.arange(1, n + 1), np.arange(n) + shift] = weight
    solved: Array = np.asarray(np.linalg.solve(equations, np.pad(values, ((1, 1), (0, 0)))), dtype=np.float64)
    return solved


def _weights(t: Array, order: int) -> Array:
    """Return the four B-splines (..., 4) at places t (...) on a cell, 0 to 1, or a derivative by t."""
    pieces = _PIECES
    for _ in range(order):
        pieces = pieces[1:] * np.arange(1, len(pieces))[:, None]
    weights: Array = np.vander(np.ravel(t), len(pieces), increasing=True) @ pieces
    return weights.reshape(*np.shape(t), 4)
