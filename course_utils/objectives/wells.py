"""Wells: every kind of critical point at once, in any number of dimensions, all known in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from course_utils.objectives.base import Array, Kind, Objective
from course_utils.objectives.checks import real_array

_MOST_NAMED = 4  # coordinates that curve down at 0 up to which all critical points are listed: 3^4


class Wells(Objective):
    """f(x) = Σᵢ ½λᵢxᵢ² + ¼xᵢ⁴: at the origin the Hessian is diag(λ); each λᵢ < 0 makes two wells.

    A coordinate with λᵢ < 0 is stationary at 0 (curving down by λᵢ) and at ±√−λᵢ (curving up by −2λᵢ);
    one with λᵢ > 0 at 0 alone.

    Parameters
    ----------
    curvatures : λ, not zero; the dimension is their number.
    """

    def __init__(self, curvatures: Sequence[float], *, name: str = "wells") -> None:
        self.curvatures = given = real_array("curvatures", curvatures).copy()
        if given.ndim != 1 or given.size == 0 or not np.isfinite(given).all() or (given == 0).any():
            raise ValueError(f"curvatures must be finite numbers other than zero, got {curvatures!r}")
        down = np.sqrt(np.maximum(-given, 0.0))
        reach = 1.6 * max(1.0, float(down.max()))
        known: list[tuple[Array, Kind]] = []
        if np.count_nonzero(down) <= _MOST_NAMED:
            places = [(-side, 0.0, side) if side else (0.0,) for side in down]
            known = [(np.array(point), _kind(given + 3 * np.square(point))) for point in product(*places)]
        window = ((-reach, reach),) * min(given.size, 2)
        super().__init__(name, given.size, domain=window, critical_points=known)

    # As products, since ½λx² + ¼x⁴ would be ∞ − ∞ where both leave float64.
    def _value(self, x: Array) -> Array:
        squares = x * x
        return np.asarray(np.add.reduce(squares * (0.5 * self.curvatures + 0.25 * squares), axis=-1))

    def _gradient(self, x: Array) -> Array:
        return x * (self.curvatures + x * x)

    def _hvp(self, x: Array, v: Array) -> Array:
        return (self.curvatures + 3 * (x * x)) * v

    def _hessian(self, x: Array) -> Array:
        n = self.dim
        H = np.zeros((*x.shape, n))
        H.reshape(*x.shape[:-1], n * n)[..., :: n + 1] = self.curvatures + 3 * (x * x)  # the diagonals
        return H


def _kind(eigenvalues: Array) -> Kind:
    if (eigenvalues > 0).all():
        return "minimum"
    return "maximum" if (eigenvalues < 0).all() else "saddle"
