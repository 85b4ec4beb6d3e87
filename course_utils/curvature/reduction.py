"""A symmetric matrix in tridiagonal form: what all damped steps need, without its eigenvectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature.operators import ASYMMETRY, finite_array
from course_utils.objectives import Array, as_points


@dataclass(frozen=True)
class TridiagonalForm:
    """H = Q T Qᵀ with T tridiagonal and Q orthogonal, a product of n − 2 reflections that is never formed.

    Attributes
    ----------
    alphas : (n,) diagonal of T.
    betas : (n − 1,) beside it.
    reflections : (n, n) their vectors below the diagonal of T, as LAPACK leaves them.
    weights : (n − 1,) the factor τ of each: 1 − τ u uᵀ.
    """

    alphas: Array
    betas: Array
    reflections: Array
    weights: Array

    def eigenpairs(self) -> tuple[Array, Array]:
        """Return the eigenvalues (n,) of T, which are those of H, ascending, and its eigenvectors as rows.

        An eigenvector s of T gives the eigenvector Qs of H (`out`).
        """
        from scipy.linalg import eigh_tridiagonal  # here, for what SciPy's import costs

        found: Any = eigh_tridiagonal(self.alphas, self.betas)
        return found[0], found[1].T

    def into(self, vectors: ArrayLike) -> Array:
        """Return Qᵀv for vectors (..., n): the coordinates in which H is T. About 2n² operations each.

        Raises
        ------
        ValueError
            If ``vectors`` are no finite real numbers of that shape.
        """
        return self._rotated(as_points("vectors", vectors, self.alphas.size), "T")

    def out(self, coordinates: ArrayLike) -> Array:
        """Return Qy for coordinates (..., n), the inverse of `into`, with its errors."""
        return self._rotated(as_points("coordinates", coordinates, self.alphas.size), "N")

    def _rotated(self, rows: Array, transposed: str) -> Array:
        from scipy.linalg.lapack import dormqr

        n = self.alphas.size
        columns = np.array(rows.reshape(-1, n).T, order="F")
        if n > 1 and columns.size:  # the first coordinate stays as it is
            block: Any = columns[1:].copy(order="F")
            lapack: Any = dormqr
            columns[1:] = lapack(
                "L",
                transposed,
                self.reflections[1:, :-1],
                self.weights,
                block,
                64 * (columns.shape[1] + 65),  # room for blocks of 64
            )[0]
        return np.ascontiguousarray(columns.T).reshape(rows.shape)


def tridiagonal_form(H: ArrayLike) -> TridiagonalForm:
    """Reduce a symmetric matrix (n, n) to tridiagonal form by Householder's reflections.

    4n³/3 operations (Golub & Van Loan, *Matrix Computations*, section 8.3.1), exact to rounding. A function
    f(H) times a vector is then Q f(T) Qᵀv, for as many f as wanted: what all eigenvectors of H cost beyond
    those of T, 2n³ more, is saved.

    Raises
    ------
    ValueError
        If ``H`` is not a symmetric matrix of finite real numbers.
    """
    from scipy.linalg.lapack import dsytrd

    matrix = finite_array("H", H)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(f"H must be a square matrix, got shape {matrix.shape}")
    asymmetry = float(np.abs(matrix - matrix.T).max())
    if asymmetry > ASYMMETRY * float(np.abs(matrix).max()):
        raise ValueError(f"H must be symmetric, got max|H - Hᵀ| = {asymmetry:.3g}")
    n = len(matrix)
    if n == 1:  # LAPACK's wrapper takes no empty rows
        return TridiagonalForm(matrix[0].copy(), np.empty(0), matrix.copy(), np.empty(0))
    lapack: Any = dsytrd
    reflections, alphas, betas, weights, _ = lapack(matrix.T, lower=1, lwork=64 * n)
    return TridiagonalForm(alphas, betas, reflections, weights)
