"""Task hw11.3: conjugate gradients in a ball, which stop where curvature is negative (Steihaug 1983)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]
Model = tuple[Array, Array, float, float]


def truncated_step(gradient: Array, H: Array, radius: float, tolerance: float) -> Any:
    """Return Steihaug's step (n,): inside of the ball if it can be, else on its surface."""
    d, r, p = 0.0 * gradient, gradient, -gradient
    while np.linalg.norm(r) > tolerance * np.linalg.norm(gradient):
        Hp = H @ p
        curvature = p @ Hp
        if curvature <= 0:
            return d + to_surface(d, p, radius) * p
        alpha = r @ r / curvature
        if np.linalg.norm(d + alpha * p) >= radius:
            return d + to_surface(d, p, radius) * p
        d, before, r = d + alpha * p, r, r + alpha * Hp
        p = r @ r / (before @ before) * p - r
    return d


def to_surface(d: Array, p: Array, radius: float) -> Any:
    """Return the τ ≥ 0 with ‖d + τp‖ = radius."""
    a, b, c = p @ p, d @ p, d @ d - radius**2
    return (-b + np.sqrt(b * b - a * c)) / a


def by_subspaces(gradient: Array, H: Array, radius: float, tolerance: float) -> Array:
    """Do the same without a recurrence: iterate k is the critical point of the model in k dimensions."""
    size = np.linalg.norm(gradient)
    d, Q = np.zeros(len(gradient)), np.zeros((len(gradient), 0))
    while True:
        r = gradient + H @ d
        if np.linalg.norm(r) <= tolerance * size:
            return d
        p = Q @ np.linalg.solve(Q.T @ H @ Q, Q.T @ (H @ r)) - r  # H-orthogonal to all that came before
        u = r - Q @ (Q.T @ r)
        Q = np.column_stack([Q, u / np.linalg.norm(u)])
        if p @ H @ p > 0:
            further = -Q @ np.linalg.solve(Q.T @ H @ Q, Q.T @ gradient)
            if np.linalg.norm(further) < radius:
                d = further
                continue
        low, high = 0.0, 2 * radius / float(np.linalg.norm(p))
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if np.linalg.norm(d + middle * p) < radius else (low, middle)
        return d + low * p


def is_clear(model: Model) -> bool:
    """Whether no decision is near: neither of a residual nor of a length, nor of the sign of a curvature."""
    gradient, H, radius, tolerance = model
    size, scale = np.linalg.norm(gradient), np.linalg.norm(H)
    d, r, p = np.zeros(len(gradient)), gradient, -gradient
    for _ in range(2 * len(gradient)):
        ratio = np.linalg.norm(r) / (tolerance * size)
        if 0.8 < ratio < 1.25:
            return False
        if ratio <= 1:
            return True
        curvature = p @ H @ p
        if abs(curvature) < 0.02 * scale * (p @ p):
            return False
        if curvature < 0:
            return True
        alpha = r @ r / curvature
        length = np.linalg.norm(d + alpha * p) / radius
        if 0.9 < length < 1.1:
            return False
        if length >= 1:
            return True
        d, before, r = d + alpha * p, r, r + alpha * H @ p
        p = r @ r / (before @ before) * p - r
    return False


def drawn(
    rng: np.random.Generator, eigenvalues: list[float], radius: float, tolerance: float, lean: float = 1.0
) -> Model:
    """Return a model turned at random, in which no rounding decides.

    ``lean`` scales the part of the gradient along the first eigenvector.
    """
    n = len(eigenvalues)
    while True:
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = Q @ np.diag(eigenvalues) @ Q.T
        slopes = rng.normal(size=n)
        slopes[0] *= lean
        model = (Q @ slopes, (H + H.T) / 2, radius, tolerance)
        if is_clear(model):
            return model


def _models(seed: int) -> list[Model]:
    rng = np.random.default_rng(seed)
    wells = [2.0, 3.0, 5.0, 7.0]
    return [
        drawn(rng, wells, 40.0, 1e-8),
        drawn(rng, wells, 40.0, 0.2),
        drawn(rng, wells, 0.05, 1e-8),
        drawn(rng, [0.3, 0.8, 4.0, 5.0, 9.0], 0.8, 1e-8),
        drawn(rng, [-3.0, 1.0, 2.0], 2.0, 1e-8),
        drawn(rng, [-2.0, 4.0, 6.0, 7.0], 3.0, 1e-8, 0.2),
        drawn(rng, [-0.8, 3.0, 5.0, 8.0, 9.0], 5.0, 0.01, 0.3),
    ]


# Misconceptions --------------------------------------------------------------------------------


def _clipped(gradient: Array, H: Array, radius: float, tolerance: float) -> Any:
    """Take the Newton step and shorten it."""
    step = -np.linalg.solve(H, gradient)
    return step * min(1.0, radius / float(np.linalg.norm(step)))


def _no_tolerance(gradient: Array, H: Array, radius: float, tolerance: float) -> Any:
    return truncated_step(gradient, H, radius, 1e-12)


def _uphill(gradient: Array, H: Array, radius: float, tolerance: float) -> Any:
    return -truncated_step(gradient, H, radius, tolerance)


def _steepest(gradient: Array, H: Array, radius: float, tolerance: float) -> Any:
    """Go along the residual each time: β = 0."""
    d, r = np.zeros(len(gradient)), gradient
    while np.linalg.norm(r) > tolerance * np.linalg.norm(gradient):
        p = -r
        curvature = p @ H @ p
        alpha = r @ r / curvature
        if curvature <= 0 or np.linalg.norm(d + alpha * p) >= radius:
            return d + to_surface(d, p, radius) * p
        d = d + alpha * p
        r = gradient + H @ d
    return d


def _stays(gradient: Array, H: Array, radius: float, tolerance: float) -> Any:
    """Return the last iterate inside where the curvature is negative."""
    d, r, p = np.zeros(len(gradient)), gradient, -gradient
    while np.linalg.norm(r) > tolerance * np.linalg.norm(gradient):
        curvature = p @ H @ p
        alpha = r @ r / curvature
        if curvature <= 0:
            return d
        if np.linalg.norm(d + alpha * p) >= radius:
            return d + to_surface(d, p, radius) * p
        d, before, r = d + alpha * p, r, r + alpha * H @ p
        p = r @ r / (before @ before) * p - r
    return d


def _blind(gradient: Array, H: Array, radius: float, tolerance: float) -> Any:
    """Ask only for the length, with the α that a negative curvature turns round."""
    d, r, p = np.zeros(len(gradient)), gradient, -gradient
    for _ in range(3 * len(gradient)):
        if np.linalg.norm(r) <= tolerance * np.linalg.norm(gradient):
            break
        alpha = r @ r / (p @ H @ p)
        if np.linalg.norm(d + alpha * p) >= radius:
            return d + to_surface(d, p, radius) * p
        d, before, r = d + alpha * p, r, r + alpha * H @ p
        p = r @ r / (before @ before) * p - r
    return d


BOUNDARY = Exercise(
    id="hw11.3",
    title="Conjugate gradients that know when to stop",
    accepts=function(truncated_step, _models(113)),
    hints=(
        "Start with d = 0, r = g, p = −g. In the loop look at ‖r‖ first, then at pᵀHp, then at the length of "
        "d + αp.",
        "‖d + τp‖² = R² is a quadratic equation for τ; d lies inside, so one root is positive: that one.",
        "If pᵀHp ≤ 0, the model falls along p for as long as you go: to the surface.",
        "Compute new arrays, `d = d + alpha * p`. With `d += …` whole numbers stay whole, and inputs change.",
    ),
    model=Solution(
        code="""
def truncated_step(gradient, H, radius, tolerance):
    d, r, p = 0.0 * gradient, gradient, -gradient
    while np.linalg.norm(r) > tolerance * np.linalg.norm(gradient):
        Hp = H @ p
        curvature = p @ Hp
        alpha = r @ r / curvature if curvature > 0 else np.inf
        if curvature <= 0 or np.linalg.norm(d + alpha * p) >= radius:
            a, b, c = p @ p, d @ p, d @ d - radius**2
            return d + (np.sqrt(b * b - a * c) - b) / a * p
        d, before, r = d + alpha * p, r @ r, r + alpha * Hp
        p = r @ r / before * p - r
    return d

exercise("hw11.3").check(truncated_step)
""",
        explanation="It needs products with H alone, finds out about negative curvature on the way, and "
        "uses it: that is how truncated Newton methods leave saddles.",
    ),
    right_answers=(truncated_step, by_subspaces),
    misconceptions=(
        Misconception(
            "Newton step, shortened",
            _clipped,
            "You solved Hd = −g and shortened the result. Conjugate gradients stop earlier, and beside "
            "negative curvature the Newton step may lead to the saddle.",
        ),
        Misconception(
            "tolerance without effect",
            _no_tolerance,
            "You go on after ‖r‖ has come below the tolerance times ‖g‖.",
        ),
        Misconception(
            "step uphill",
            _uphill,
            "Your step goes up. The first direction is −g.",
        ),
        Misconception(
            "directions not conjugate",
            _steepest,
            "You go along −r each time. The next direction is −r + βp.",
        ),
        Misconception(
            "negative curvature left unused",
            _stays,
            "Where pᵀHp ≤ 0 you stop and stay. Go on along p to the surface of the ball: the model falls "
            "all the way.",
        ),
        Misconception(
            "sign of the curvature not looked at",
            _blind,
            "Where pᵀHp is negative, α is as well, and your step goes back. Look at its sign first.",
        ),
    ),
)

FRESH = function(truncated_step, _models(9113))
