"""Optimizers that look for the way down instead of waiting for luck, exact in the eigenbasis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.objectives.lengths import norms
from course_utils.optimizers.base import Optimizer, learning_rate, setting
from course_utils.optimizers.krylov import krylov_basis
from course_utils.optimizers.subproblems import ball_border, combine, cubic_border, decompose

_MOST_DOUBLINGS = 60
_LEAST_RADIUS = 1e-150
_SLACK = 10 * np.finfo(float).eps  # of |f|: values repeat to rounding only


def lowest_direction(
    objective: Objective, x: Array, subspace: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return the lowest Ritz value (...,) of H at points (..., n) and its unit vector (..., n).

    The Lanczos process from a random vector, with k = min(subspace, n) products: for k = n the lowest
    eigenvalue itself, otherwise one from above (Kuczyński & Woźniakowski 1992).
    """
    start = rng.standard_normal(x.shape)
    more = rng.standard_normal(x.shape)
    basis, projected = krylov_basis(objective, x, start, min(subspace, objective.dim), inside=more)
    finite = np.asarray(np.isfinite(projected).all(axis=(-2, -1), keepdims=True))
    values, S = np.linalg.eigh(np.where(finite, projected, 0.0))
    direction: Array = np.matmul(S[..., None, :, 0], basis)[..., 0, :]
    return np.where(finite[..., 0, 0], values[..., 0], np.nan), direction


@dataclass(frozen=True)
class NegativeCurvatureDescent(Optimizer):
    """Gradient descent that looks at the curvature where the gradient is small, and leaves along it.

    Where ‖g‖ ≤ g₀ the lowest eigenvalue λ of H is estimated by Lanczos from a random vector. If λ < −ε_H,
    x ← x − sign(gᵀv)(2|λ|/ρ)v, which lowers f by 2|λ|³/3ρ² or more if ρ bounds the change of H (the step
    of Carmon et al. 2018, section 2, and of Royer & Wright 2018); otherwise x ← x − ηg.

    Attributes
    ----------
    hessian_lipschitz : ρ, with ‖H(x) − H(y)‖ ≤ ρ‖x − y‖.
    subspace : Lanczos steps of one look, at most n are made; each costs two gradients.
    """

    learning_rate: float = learning_rate(0.1)
    hessian_lipschitz: float = setting(
        1.0, (1e-2, 1e2), symbol="ρ", label="change of the Hessian", above=0.0, log=True
    )
    gradient_threshold: float = setting(
        0.01, (1e-6, 1.0), symbol="g₀", label="gradient threshold", above=0.0, log=True
    )
    curvature_threshold: float = setting(
        1e-3, (1e-6, 1.0), symbol="ε", label="curvature threshold", above=0.0, log=True
    )
    subspace: int = setting(20, (1, 100), symbol="k", label="subspace size", at_least=1, whole=True)

    def step(
        self, objective: Objective, x: Array, state: None, rng: np.random.Generator
    ) -> tuple[Array, None]:
        """One step down the slope, or along the curvature where there is hardly a slope."""
        g = objective.gradient(x)
        after = x - self.learning_rate * g
        small = norms(g) <= self.gradient_threshold
        if small.any():
            value, v = lowest_direction(objective, x[small], int(self.subspace), rng)
            uphill = np.sum(g[small] * v, axis=-1) > 0
            length = np.where(uphill, -2.0, 2.0) * np.abs(value) / self.hessian_lipschitz
            leave = value < -self.curvature_threshold
            after[small] = np.where(leave[..., None], x[small] + length[..., None] * v, after[small])
        return after, None

    def linear_algebra_flops(self, dim: int) -> float:
        """Making k vectors orthogonal twice, as if every step looked: about 8k²n."""
        k = min(int(self.subspace), dim)
        return 8.0 * k**2 * dim


@dataclass(frozen=True)
class CubicNewton(Optimizer):
    """Newton's method with a cubic penalty, x ← x + argmin gᵀs + ½sᵀHs + (M/6)‖s‖³.

    Nesterov & Polyak (2006), equation 3.3 with the search of section 5.2: M is doubled until f at the new
    point is no higher than the model says, and halved after each step, down to ``penalty``. If M bounds the
    change of H, every step lowers f by (M/12)‖s‖³ or more; a saddle is no place to stay, exactly at it the
    step has the length 2|λ₁|/M along the lowest eigenvector.

    Attributes
    ----------
    penalty : the least M.
    """

    penalty: float = setting(0.1, (1e-3, 1e2), symbol="M", label="cubic penalty", above=0.0, log=True)

    def init(self, objective: Objective, x: Array) -> Array:
        """M of each point, shape (...,)."""
        return np.full(x.shape[:-1], float(self.penalty))

    def step(
        self, objective: Objective, x: Array, state: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """One exact step of the cubic model, with M large enough for its promise to be kept."""
        value, g = objective.value_and_gradient(x)
        eigenvalues, V, slopes = decompose(g, objective.hessian(x))
        M, after = state.copy(), x.copy()
        waiting = np.ones(x.shape[:-1], dtype=bool)
        for _ in range(_MOST_DOUBLINGS):
            s, multiplier = cubic_border(eigenvalues, slopes, M)
            promise = -_model(eigenvalues, slopes, s) - multiplier * norms(s) ** 2 / 3
            proposal = x + combine(V, s)
            slack = _SLACK * (1 + np.abs(value))
            kept = objective.value(proposal) <= value - promise + slack
            take = waiting & (kept | ~np.isfinite(promise))
            after = np.where(take[..., None], proposal, after)
            waiting = waiting & ~take
            if not waiting.any():
                break
            M = np.where(waiting, 2 * M, M)
        return after, np.maximum(M / 2, self.penalty)

    def linear_algebra_flops(self, dim: int) -> float:
        """All eigenvectors of a symmetric matrix: about 9n³ (Golub & Van Loan, section 8.3)."""
        return 9.0 * dim**3


class TrustState(NamedTuple):
    """The next radius, (...,), and what `decompose` made of g and H at points that the step did not move."""

    radius: Array
    known: tuple[Array, Array, tuple[Array, Array, Array]] | None


@dataclass(frozen=True)
class TrustRegionNewton(Optimizer):
    """Newton's method in a ball that grows where the model is right and shrinks where it is not.

    x ← x + argmin gᵀs + ½sᵀHs over ‖s‖ ≤ r, solved exactly with its hard case (Moré & Sorensen 1983); r
    changes as in Nocedal & Wright (2006), algorithm 4.1. At a saddle the step has the length r
    and goes along the lowest eigenvector.

    Attributes
    ----------
    radius : the first r.
    largest : r never exceeds it.
    """

    radius: float = setting(1.0, (1e-3, 1e2), symbol="r", label="first radius", above=0.0, log=True)
    largest: float = setting(100.0, (1e-1, 1e4), symbol="r₁", label="largest radius", above=0.0, log=True)

    def init(self, objective: Objective, x: Array) -> TrustState:
        """The radius of each point."""
        return TrustState(np.full(x.shape[:-1], float(min(self.radius, self.largest))), None)

    def step(
        self, objective: Objective, x: Array, state: TrustState, rng: np.random.Generator
    ) -> tuple[Array, TrustState]:
        """One step, made if it lowers f by a tenth of what the model promised, and the next radius."""
        value, g = objective.value_and_gradient(x)
        H, r = objective.hessian(x), state.radius
        known = state.known
        again = known is not None and np.array_equal(g, known[0]) and np.array_equal(H, known[1])
        model = known[2] if known is not None and again else decompose(g, H)
        eigenvalues, V, slopes = model
        s, multiplier = ball_border(eigenvalues, slopes, r)
        proposal = x + combine(V, s)
        slack = _SLACK * (1 + np.abs(value))
        promised = -_model(eigenvalues, slopes, s) + slack
        ratio = (value - objective.value(proposal) + slack) / promised
        ratio = np.where(np.isfinite(ratio), ratio, -1.0)
        grow = (ratio > 0.75) & (multiplier > 0)
        radius = np.where(
            ratio < 0.25,
            np.maximum(r / 4, _LEAST_RADIUS),
            np.where(grow, np.minimum(2 * r, self.largest), r),
        )
        made = (ratio > 0.1)[..., None] | ~np.isfinite(proposal)
        after = np.where(made, proposal, x)
        return after, TrustState(radius, (g, H, model) if np.array_equal(after, x) else None)

    def linear_algebra_flops(self, dim: int) -> float:
        """All eigenvectors of a symmetric matrix: about 9n³ (Golub & Van Loan, section 8.3)."""
        return 9.0 * dim**3


def _model(eigenvalues: Array, slopes: Array, s: Array) -> Array:
    """Return gᵀs + ½sᵀHs (...,) from coordinates in the eigenbasis."""
    total: Array = np.sum(slopes * s + eigenvalues * s**2 / 2, axis=-1)
    return total
