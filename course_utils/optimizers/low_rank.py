"""Saddle-free Newton with the few curvatures that matter, and gradient descent for the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.optimizers.base import Optimizer, learning_rate, setting


def large_curvatures(
    objective: Objective, x: Array, rank: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return r approximate eigenpairs of H of largest size, at points (..., n), from two blocks of products.

    What H makes of r random vectors spans the subspace, and H projected on it has the eigenvalues (Halko,
    Martinsson & Tropp 2011, algorithms 4.1 and 5.3): exact where H has rank r or less, and for r = n.

    Parameters
    ----------
    rank : r, at most n.

    Returns
    -------
    eigenvalues : (..., r) ascending; NaN where H is not finite.
    vectors : (..., r, n) orthonormal rows.
    """
    images = objective.hvp(x, rng.standard_normal((rank, *x.shape)))
    finite = np.asarray(np.isfinite(images).all(axis=(0, -1)))[..., None, None]
    images = np.where(finite, np.moveaxis(images, 0, -1), 0.0)  # (..., n, r)
    Q = np.linalg.qr(images)[0]
    del images  # as large as what is kept
    images = np.moveaxis(objective.hvp(x, np.moveaxis(Q, -1, 0)), 0, -1)
    projected = np.where(finite, np.matmul(np.swapaxes(Q, -1, -2), images), 0.0)
    eigenvalues, S = np.linalg.eigh((projected + np.swapaxes(projected, -1, -2)) / 2)
    return np.where(finite[..., 0], eigenvalues, np.nan), np.swapaxes(np.matmul(Q, S), -1, -2)


@dataclass(frozen=True)
class LowRankSaddleFreeNewton(Optimizer):
    """Saddle-free Newton with |H| of rank r: x ← x − η(U|Λ|Uᵀ + γI)⁻¹g.

    U and Λ are the r eigenpairs of largest size (O'Leary-Roseberry, Alger & Ghattas 2020, whose rule this is
    for exact gradients). By the formula of Woodbury the step is (g − UUᵀg)/γ + U(|Λ| + γ)⁻¹Uᵀg: the
    directions that were not looked at take a step of gradient descent with the rate 1/γ. For r = n it is
    `SaddleFreeNewton`. The 2r products of a step come in two blocks, which are stored with their bases.
    """

    learning_rate: float = learning_rate(1.0)
    rank: int = setting(10, (1, 100), symbol="r", label="rank", at_least=1, whole=True)
    damping: float = setting(1.0, (1e-3, 1e2), symbol="γ", label="damping", above=0.0, log=True)

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One step; min(r, n) curvatures are looked at."""
        g = objective.gradient(x)
        eigenvalues, U = large_curvatures(objective, x, min(int(self.rank), objective.dim), rng)
        along = _along(U, g)
        step = _combined(along / (np.abs(eigenvalues) + self.damping), U)
        if U.shape[-2] < objective.dim:
            beside = g - _combined(along, U)
            beside -= _combined(_along(U, beside), U)  # again, for what rounding left along U
            step += beside / self.damping
        return x - self.learning_rate * step, None

    def linear_algebra_flops(self, dim: int) -> float:
        """Orthogonal columns and their products with H's: about 6r²n."""
        r = min(int(self.rank), dim)
        return 6.0 * r**2 * dim


def _along(U: Array, v: Array) -> Array:
    """Return Uv (..., r) for rows U (..., r, n) and vectors (..., n)."""
    coordinates: Array = np.matmul(U, v[..., None])[..., 0]
    return coordinates


def _combined(coordinates: Array, U: Array) -> Array:
    """Return Σ cᵢuᵢ (..., n) for coordinates (..., r) and rows uᵢ of U (..., r, n)."""
    total: Array = np.matmul(coordinates[..., None, :], U)[..., 0, :]
    return total
