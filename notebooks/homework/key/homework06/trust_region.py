"""Task hw06.4: the exact step of a trust region, by the secular equation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def trust_region_step(gradient: Array, hessian: Array, radius: float) -> Array:
    """Return the minimiser of gᵀΔ + ½ΔᵀHΔ where ‖Δ‖ ≤ radius (Conn, Gould & Toint 2000, section 7.3)."""
    eigenvalues, V = np.linalg.eigh(hessian)
    g = V.T @ gradient
    if eigenvalues[0] > 0 and np.linalg.norm(g / eigenvalues) <= radius:
        return np.asarray(-V @ (g / eigenvalues))
    low = max(0.0, -float(eigenvalues[0]))
    lowest = eigenvalues + low <= 1e-12 * np.abs(eigenvalues).max()
    if np.linalg.norm(g[lowest]) <= 1e-12 * np.linalg.norm(g):
        # The hard case: nothing pulls along the lowest eigenvectors. What is missing to the border is added.
        step = np.divide(-g, eigenvalues + low, out=np.zeros_like(g), where=~lowest)
        if step @ step <= radius**2:
            step[0] = np.sqrt(radius**2 - step @ step)
            return np.asarray(V @ step)
    high = low + float(np.linalg.norm(g)) / radius
    for _ in range(200):
        shift = (low + high) / 2
        step = -g / (eigenvalues + shift)
        low, high = (shift, high) if np.linalg.norm(step) > radius else (low, shift)
    return np.asarray(V @ step)


def _symmetric(rng: np.random.Generator, n: int) -> Array:
    entries = rng.normal(size=(n, n))
    return np.asarray((entries + entries.T) / 2)


def _cases(seed: int = 64) -> list[tuple[Array, Array, float]]:
    rng = np.random.default_rng(seed)
    return [
        (np.array([1.0, 0.1]), np.diag([2.0, -1.0]), 0.5),
        (np.array([1.0, 1.0]), np.diag([4.0, 2.0]), 10.0),
        (np.array([1.0, 1.0]), np.diag([4.0, 2.0]), 0.1),
        *((rng.normal(size=n), _symmetric(rng, n), r) for n, r in ((3, 1.0), (5, 3.0), (5, 0.1))),
    ]


def _by_root_finder(gradient: Array, hessian: Array, radius: float) -> Any:
    from scipy.optimize import brentq

    identity = np.eye(len(gradient))
    lowest = np.linalg.eigvalsh(hessian)[0]

    def step(shift: float) -> Any:
        return -np.linalg.solve(hessian + shift * identity, gradient)

    if lowest > 0 and np.linalg.norm(step(0.0)) <= radius:
        return step(0.0)
    low = max(0.0, -lowest)
    high = low + np.linalg.norm(gradient) / radius + 1
    return step(brentq(lambda shift: 1 / radius - 1 / np.linalg.norm(step(shift)), low + 1e-12, high))


def _cut(step: Any, radius: float) -> Array:
    return np.asarray(step * min(1.0, radius / float(np.linalg.norm(step))))


def _newton_cut(gradient: Array, hessian: Array, radius: float) -> Any:
    return _cut(-np.linalg.solve(hessian, gradient), radius)


def _saddle_free_cut(gradient: Array, hessian: Array, radius: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    return _cut(-V @ ((V.T @ gradient) / np.abs(eigenvalues)), radius)


def _always_border(gradient: Array, hessian: Array, radius: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    g = V.T @ gradient
    low, high = -eigenvalues[0], -eigenvalues[0] + 1 + np.linalg.norm(g) / radius
    for _ in range(200):
        middle = (low + high) / 2
        long = np.linalg.norm(g / (eigenvalues + middle)) > radius
        low, high = (middle, high) if long else (low, middle)
    return -V @ (g / (eigenvalues + high))


def _steepest(gradient: Array, hessian: Array, radius: float) -> Any:
    curvature = gradient @ hessian @ gradient
    norm = float(np.linalg.norm(gradient))
    best = norm**3 / curvature if curvature > 0 else np.inf
    return -gradient / norm * min(radius, best)


def _least_shift(gradient: Array, hessian: Array, radius: float) -> Any:
    shift = max(0.0, 1e-3 - float(np.linalg.eigvalsh(hessian)[0]))
    return _cut(-np.linalg.solve(hessian + shift * np.eye(len(gradient)), gradient), radius)


TRUST_REGION = Exercise(
    id="hw06.4",
    title="The exact step of a ball",
    accepts=function(trust_region_step, _cases(), rtol=1e-4),
    hints=(
        "First: is H positive definite, and Newton's step inside? Then that is the answer.",
        "Otherwise the border is reached and (H + νI)Δ = −g, with ν so large that H + νI has no negative "
        "eigenvalue. ‖Δ(ν)‖ falls as ν grows.",
        "Find the ν with ‖Δ(ν)‖ = r between max(0, −λ_min) and max(0, −λ_min) + ‖g‖/r, by bisection or "
        "`scipy.optimize.brentq`. At the lower end Δ can be infinite: begin a little above.",
    ),
    model=Solution(
        code="""
def trust_region_step(gradient, hessian, radius):
    eigenvalues, V = np.linalg.eigh(hessian)
    g = V.T @ gradient
    if eigenvalues[0] > 0 and np.linalg.norm(g / eigenvalues) <= radius:
        return -V @ (g / eigenvalues)
    low = max(0.0, -eigenvalues[0])
    high = low + np.linalg.norm(g) / radius
    if low > 0 and abs(g[0]) <= 1e-12 * np.linalg.norm(g):
        step = np.r_[0.0, -g[1:] / (eigenvalues[1:] + low)]
        if step @ step <= radius**2:
            step[0] = np.sqrt(radius**2 - step @ step)
            return V @ step
    for _ in range(200):
        shift = (low + high) / 2
        step = -g / (eigenvalues + shift)
        low, high = (shift, high) if np.linalg.norm(step) > radius else (low, shift)
    return V @ step

exercise("hw06.4").check(trust_region_step)
""",
        explanation="One shift for all eigenvalues, chosen by the radius, where the saddle-free step turns "
        "each negative one over. With g = 0 at a saddle this step still moves, along v_min.",
    ),
    right_answers=(trust_region_step, _by_root_finder),
    misconceptions=(
        Misconception(
            "Newton's step cut at the border",
            _newton_cut,
            "You shortened Newton's step. Its direction is not the best one on the border, and beside a "
            "saddle it leads up.",
        ),
        Misconception(
            "saddle-free step cut at the border",
            _saddle_free_cut,
            "You shortened the saddle-free step. The quadratic model has another minimiser on the ball: a "
            "shift of all eigenvalues by one number.",
        ),
        Misconception(
            "border reached in every case",
            _always_border,
            "In a bowl the minimum may lie inside the ball. Then the step ends there, before the border.",
        ),
        Misconception(
            "best point along the gradient",
            _steepest,
            "That is the best point on the line of steepest descent, the Cauchy point. The ball has more "
            "directions.",
        ),
        Misconception(
            "shift just enough for a bowl",
            _least_shift,
            "You made H + νI barely positive definite and cut the step. The shift has to be the one whose "
            "step ends on the border by itself.",
        ),
    ),
)

_bowls = [
    (g, H @ H + np.eye(len(g)), r) for (g, H, _), r in zip(_cases(9065)[3:], (50.0, 0.1, 50.0), strict=True)
]
FRESH = function(trust_region_step, [*_cases(9064)[3:], *_bowls], rtol=1e-4)
