"""Optimizers that rescale the gradient by the curvature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.optimizers.base import Optimizer, setting
from course_utils.optimizers.subproblems import in_basis


def _damping() -> float:
    value: float = setting(0.0, (1e-4, 10.0), symbol="γ", label="damping", at_least=0.0, log=True)
    return value


def _scaled(coordinates: Array, scale: Array) -> Array:
    """Return coordinates / scale, with 0/0 = 0: where nothing pulls, nothing moves."""
    if scale.all():
        return coordinates / scale
    return np.divide(
        coordinates, scale, out=np.zeros_like(coordinates), where=(coordinates != 0) | (scale != 0)
    )


def _eigenbasis(H: Array) -> tuple[Array, Array]:
    """Return eigenvalues (..., n) and eigenvectors (..., n, n); NaN for rows whose H is not finite."""
    entries = np.isfinite(H)
    if entries.all():
        return np.linalg.eigh(H)
    finite = np.asarray(entries.all(axis=(-2, -1), keepdims=True))
    values, vectors = np.linalg.eigh(np.where(finite, H, 0.0))
    return np.where(finite[..., 0], values, np.nan), vectors


@dataclass(frozen=True)
class Newton(Optimizer):
    """Newton's method, x ← x − (H + γI)⁻¹g: jumps to the critical point of the second-order model.

    In the eigenbasis each coordinate is divided by its own eigenvalue, negative ones included: that is
    why saddles and maxima attract it. A singular H makes the step infinite, which `minimize` reports.
    """

    damping: float = _damping()

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One full Newton step."""
        g, H = objective.gradient(x), objective.hessian(x)
        if self.damping:
            H = H + self.damping * np.eye(objective.dim)
        try:
            return x - np.linalg.solve(H, g[..., None])[..., 0], None
        except np.linalg.LinAlgError:  # some H is exactly singular: do it coordinate by coordinate
            eigenvalues, V = _eigenbasis(H)
            return x - np.matmul(V, _scaled(in_basis(V, g), eigenvalues)[..., None])[..., 0], None

    def linear_algebra_flops(self, dim: int) -> float:
        """A dense solve: 2n³/3."""
        return 2 / 3 * dim**3


@dataclass(frozen=True)
class SaddleFreeNewton(Optimizer):
    """Saddle-free Newton, x ← x − (|H| + γI)⁻¹g with |H| = Σ|λᵢ|vᵢvᵢᵀ (Dauphin et al. 2014, Algorithm 1).

    Newton's rescaling without its change of sign: equal to `Newton` where H is positive definite, and
    moving away from a saddle along its directions of negative curvature.
    """

    damping: float = _damping()

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One full saddle-free step."""
        g = objective.gradient(x)
        eigenvalues, V = _eigenbasis(objective.hessian(x))
        scaled = _scaled(in_basis(V, g), np.abs(eigenvalues) + self.damping)
        return x - np.matmul(V, scaled[..., None])[..., 0], None

    def linear_algebra_flops(self, dim: int) -> float:
        """All eigenvectors of a symmetric matrix: about 9n³ (Golub & Van Loan, section 8.3)."""
        return 9.0 * dim**3
