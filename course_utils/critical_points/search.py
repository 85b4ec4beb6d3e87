"""Finders: from a cloud of starts to candidates, each with its certificate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.critical_points.certify import ROUNDING, CriticalPoint, certify, truncated_step
from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import generator, real_array, whole_number
from course_utils.objectives.lengths import norms
from course_utils.optimizers import Trajectory

DAMPING_LEVELS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
LEAST_PROGRESS = 1e-3
NUMBERS_AT_ONCE = 2**22  # in the Hessians of one batch of starts: 32 MB
LARGEST_SVD = 100  # above, SciPy's trust region by LSMR in two dimensions costs a fifth and gets as far


def noisy_path_starts(
    trajectory: Trajectory,
    count: int,
    *,
    amplitudes: Sequence[float] = (1e-1, 1e-2, 1e-3, 1e-4),
    rng: np.random.Generator,
) -> Array:
    """Return ``count`` noisy copies of random points of a training path, shape (count, n).

    A start is x_t + a·u with t uniform over the steps made, u uniform in [−1, 1]ⁿ, and the amplitudes
    a taken in turn; if the trajectory holds a batch of runs, each start picks one of them at random.
    So Dauphin et al. (2014) look for critical points at many heights of the loss.

    Raises
    ------
    ValueError
        If ``count`` < 1 or ``amplitudes`` are empty, negative or not finite.
    """
    levels = real_array("amplitudes", amplitudes)
    whole_number("count", count, 1)
    generator("rng", rng)
    if levels.ndim != 1 or levels.size == 0 or not (np.isfinite(levels) & (levels >= 0)).all():
        raise ValueError(f"amplitudes must be numbers ≥ 0, got {amplitudes!r}")
    n = trajectory.x.shape[-1]
    runs = trajectory.x.reshape(len(trajectory.x), -1, n)
    run = rng.integers(runs.shape[1], size=count)
    made = np.minimum(trajectory.steps.reshape(-1), len(runs) - 1)
    points: Array = runs[rng.integers(made[run] + 1), run]
    return points + np.resize(levels, count)[:, None] * rng.uniform(-1.0, 1.0, size=points.shape)


def damped_newton_search(
    objective: Objective,
    starts: ArrayLike,
    *,
    max_steps: int = 100,
    damping_levels: Sequence[float] = DAMPING_LEVELS,
    gradient_tolerance: float = 1e-9,
    eigenvalue_cutoff: float | None = None,
) -> list[CriticalPoint]:
    """Run damped Newton from every start and return where it ends, certified or not, in order.

    The method by which Dauphin et al. (2014) looked for saddles. In the eigenbasis of H a step is
    −vᵢᵀg / (λᵢ + sign(λᵢ)γ), zero where λᵢ is. Each iteration tries every damping γ = level·max|λ| and
    takes the one with the smallest gradient norm. Adding γ with the sign of λᵢ keeps the direction of
    Newton's step in every coordinate, so that saddles stay attractive and every level points downhill
    on ‖g‖². A start ends when no level lowers ‖g‖ by more than 0.1 %: at a critical point, where
    rounding forbids it, or in a gradient-flat region. One where gradient or Hessian are not finite ends
    there, uncertified.

    Parameters
    ----------
    starts : (..., n) points, or one point (n,).
    max_steps : iterations from each start, each with one Hessian and its eigenvectors.
    damping_levels : as fractions of max|λ|, not negative.
    gradient_tolerance, eigenvalue_cutoff : see `certify`.

    Raises
    ------
    ValueError
        If ``starts`` are not points of the objective, ``max_steps`` < 1, or ``damping_levels`` are
        empty, negative or not finite.
    """
    points = _as_starts(starts, objective.dim)
    levels = real_array("damping_levels", damping_levels)
    whole_number("max_steps", max_steps, 1)
    if levels.ndim != 1 or levels.size == 0 or not (np.isfinite(levels) & (levels >= 0)).all():
        raise ValueError(f"damping_levels must be numbers ≥ 0, got {damping_levels!r}")
    at_once = max(1, NUMBERS_AT_ONCE // objective.dim**2)
    with np.errstate(all="ignore"):  # what leaves the numbers ends there
        ends = [
            _damped_newton(objective, points[i : i + at_once], max_steps, levels)
            for i in range(0, len(points), at_once)
        ]
    return _certified(objective, np.concatenate(ends), gradient_tolerance, eigenvalue_cutoff)


def _damped_newton(objective: Objective, starts: Array, max_steps: int, levels: Array) -> Array:
    """Return the ends (k, n) of damped Newton from ``starts`` (k, n)."""
    x = starts.copy()
    gradient, norm = _gradients(objective, x)
    moving = np.flatnonzero((norm > 0) & np.isfinite(norm))
    for _ in range(max_steps):
        H = _hessians(objective, x[moving])
        usable = np.isfinite(H).all(axis=(-2, -1))
        moving, H = moving[usable], H[usable]
        if moving.size == 0:
            break
        eigenvalues, vectors = np.linalg.eigh(H)
        slopes = np.einsum("kij,ki->kj", vectors, gradient[moving])
        largest = np.abs(eigenvalues).max(axis=-1, keepdims=True)
        damped = eigenvalues + np.sign(eigenvalues) * largest * levels[:, None, None]
        steps = truncated_step(np.broadcast_to(slopes, damped.shape), damped, ROUNDING * largest)
        tried = x[moving] + np.einsum("kij,lkj->lki", vectors, steps)
        gradients, norms = _gradients(objective, tried)
        best = norms.argmin(axis=0), np.arange(moving.size)
        better = np.flatnonzero(norms[best] < (1 - LEAST_PROGRESS) * norm[moving])
        moving, best = moving[better], (best[0][better], best[1][better])
        x[moving], gradient[moving], norm[moving] = tried[best], gradients[best], norms[best]
        moving = moving[norm[moving] > 0]
    return x


def _gradients(objective: Objective, x: Array) -> tuple[Array, Array]:
    """Return gradients and their norms; a point where they are not finite has an infinite norm."""
    with np.errstate(all="ignore"):
        usable = np.asarray(np.isfinite(x).all(axis=-1))
        # In the place of a point that is none comes another one, whose gradient does not count.
        gradient = objective.gradient(np.where(usable[..., None], x, 0.0))
        norm = norms(gradient)
        return gradient, np.where(usable & np.isfinite(norm), norm, np.inf)


def _hessians(objective: Objective, x: Array) -> Array:
    with np.errstate(all="ignore"):
        return objective.hessian(x)


def trust_region_search(
    objective: Objective,
    starts: ArrayLike,
    *,
    max_steps: int = 100,
    gradient_tolerance: float = 1e-9,
    eigenvalue_cutoff: float | None = None,
) -> list[CriticalPoint]:
    """Solve g(x) = 0 from every start by SciPy's trust region and return where it ends, in order.

    `scipy.optimize.least_squares` minimises ½‖g‖² with the exact Hessian as the Jacobian of g. The
    minima of ½‖g‖² with g ≠ 0 are gradient-flat points: Hg = 0. A run to where gradient or Hessian are not
    finite ends at the last point before, uncertified.

    Parameters
    ----------
    starts : (..., n) points, or one point (n,).
    max_steps : evaluations of g from each start.
    gradient_tolerance, eigenvalue_cutoff : see `certify`.

    Raises
    ------
    ValueError
        If ``starts`` are not points of the objective, or ``max_steps`` < 1.
    """
    points = _as_starts(starts, objective.dim)
    whole_number("max_steps", max_steps, 1)
    ends = np.array([_trust_region(objective, start, max_steps) for start in points])
    return _certified(objective, ends, gradient_tolerance, eigenvalue_cutoff)


class _NotFiniteError(ArithmeticError):
    """A run has left the region where gradient and Hessian are finite, and cannot go on."""


def _trust_region(objective: Objective, start: Array, max_steps: int) -> Array:
    """Return where SciPy's trust region ends from ``start`` (n,), or the last point with a finite Hessian."""
    from scipy.optimize import least_squares

    last = start

    def gradient(x: Array) -> Array:
        if not np.isfinite(x).all():
            raise _NotFiniteError
        return objective.gradient(x)

    def hessian(x: Array) -> Array:
        nonlocal last
        H = objective.hessian(x)
        if not np.isfinite(H).all():
            raise _NotFiniteError
        last = x.copy()
        return H

    eps = float(np.finfo(np.float64).eps)  # as far as float64 goes: the certificate judges the result
    with np.errstate(all="ignore"):
        if not np.isfinite(_gradients(objective, start)[1]):
            return start
        try:
            return np.asarray(
                least_squares(
                    gradient,
                    start,
                    jac=hessian,
                    method="trf",
                    x_scale=1.0,
                    tr_solver="exact" if objective.dim <= LARGEST_SVD else "lsmr",
                    ftol=eps,
                    xtol=eps,
                    gtol=eps,
                    max_nfev=max_steps,
                ).x
            )
        except (_NotFiniteError, np.linalg.LinAlgError):
            return last


def _as_starts(starts: ArrayLike, dim: int) -> Array:
    points = as_points("starts", starts, dim).reshape(-1, dim)
    if len(points) == 0:
        raise ValueError("starts must hold at least one point, got none")
    return points


def _certified(
    objective: Objective, ends: Array, gradient_tolerance: float, cutoff: float | None
) -> list[CriticalPoint]:
    return [
        certify(objective, x, gradient_tolerance=gradient_tolerance, eigenvalue_cutoff=cutoff) for x in ends
    ]
