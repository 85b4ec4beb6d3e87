"""The Hessian at one point as a SciPy operator: products at once, the matrix when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator

from course_utils.objectives.checks import real_array

Array = NDArray[np.float64]


class HessianOperator(LinearOperator):
    """H at one point, (n, n), symmetric, never formed unless `matrix` is called.

    What is beyond float64 is ±∞ or NaN, without a warning, as in ``Objective.hvp``.
    Vectors of any real type may be multiplied; complex ones are refused, H acts on real directions.

    Parameters
    ----------
    dim : n.
    products : V (k, n) -> HV (k, n), or v (n,) -> Hv (n,).
    matrix : () -> H (n, n), by the best way that the objective knows.
    """

    def __init__(self, dim: int, products: Callable[[Array], Array], matrix: Callable[[], Array]) -> None:
        super().__init__(np.dtype(np.float64), (dim, dim))  # type: ignore[call-arg]  # the stubs lack it
        self._products, self._matrix = products, matrix

    def matrix(self) -> Array:
        """Return H (n, n)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._matrix()

    def _matvec(self, v: Any) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            return self._products(real_array("v", v).reshape(self.shape[0]))

    def _matmat(self, block: Any) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            return self._products(np.ascontiguousarray(real_array("v", block).T)).T

    def _adjoint(self) -> HessianOperator:
        return self
