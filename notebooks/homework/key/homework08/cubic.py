"""Task hw08.5: the exact step of cubic regularisation, hard case included."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def cubic_step(gradient: Array, hessian: Array, penalty: float) -> Array:
    """Return the minimiser of gᵀs + ½sᵀHs + (M/6)‖s‖³ (Nesterov & Polyak 2006, section 5.1)."""
    eigenvalues, V = np.linalg.eigh(hessian)
    g = V.T @ gradient
    low = max(0.0, -float(eigenvalues[0]))
    lowest = eigenvalues + low <= 1e-12 * np.abs(eigenvalues).max()
    if np.linalg.norm(g[lowest]) <= 1e-12 * np.linalg.norm(g):
        # Nothing pulls along the lowest eigenvectors. What is missing to the length 2ν/M is added there.
        step = np.divide(-g, eigenvalues + low, out=np.zeros_like(g), where=~lowest)
        missing = (2 * low / penalty) ** 2 - step @ step
        if missing >= 0:
            step[0] = np.sqrt(missing)
            return np.asarray(V @ step)
    high = low + float(np.sqrt(penalty * np.linalg.norm(g) / 2))
    for _ in range(200):
        shift = (low + high) / 2
        step = -g / (eigenvalues + shift)
        low, high = (shift, high) if np.linalg.norm(step) > 2 * shift / penalty else (low, shift)
    return np.asarray(V @ step)


def symmetric(rng: np.random.Generator, n: int) -> Array:
    """Return a random symmetric matrix (n, n)."""
    entries = rng.normal(size=(n, n))
    return np.asarray((entries + entries.T) / 2)


def _cases(seed: int = 85) -> list[tuple[Array, Array, float]]:
    rng = np.random.default_rng(seed)
    return [
        (np.array([1.0, 0.1]), np.diag([2.0, -1.0]), 0.5),
        (np.array([1.0, 1.0]), np.diag([4.0, 2.0]), 3.0),
        *((rng.normal(size=n), symmetric(rng, n), M) for n, M in ((3, 1.0), (5, 0.2), (5, 8.0))),
    ]


def _model(step: Array, gradient: Array, hessian: Array, penalty: float) -> Any:
    return gradient @ step + step @ hessian @ step / 2 + penalty / 6 * np.linalg.norm(step) ** 3


def _by_root_finder(gradient: Array, hessian: Array, penalty: float) -> Any:
    from scipy.optimize import brentq

    identity, lowest = np.eye(len(gradient)), np.linalg.eigvalsh(hessian)[0]

    def step(shift: float) -> Any:
        return -np.linalg.solve(hessian + shift * identity, gradient)

    def excess(shift: float) -> Any:
        return shift / np.linalg.norm(step(shift)) - penalty / 2

    low = max(0.0, -lowest) + 1e-12
    return step(brentq(excess, low, low + np.sqrt(penalty * np.linalg.norm(gradient)) + 1, xtol=1e-14))


# Misconceptions --------------------------------------------------------------------------------


def _newton(gradient: Array, hessian: Array, penalty: float) -> Any:
    return -np.linalg.solve(hessian, gradient)


def _shift_without_half(gradient: Array, hessian: Array, penalty: float) -> Any:
    return cubic_step(gradient, hessian, 2 * penalty)


def _fixed_shift(gradient: Array, hessian: Array, penalty: float) -> Any:
    shift = max(0.0, -float(np.linalg.eigvalsh(hessian)[0])) + penalty / 2
    return -np.linalg.solve(hessian + shift * np.eye(len(gradient)), gradient)


def _along_gradient(gradient: Array, hessian: Array, penalty: float) -> Any:
    """Return the best point on the ray of steepest descent: the positive root of a parabola in its length."""
    norm = np.linalg.norm(gradient)
    curvature = gradient @ hessian @ gradient / norm**2
    length = (-curvature + np.sqrt(curvature**2 + 2 * penalty * norm)) / penalty
    return -gradient / norm * length


def _saddle_free(gradient: Array, hessian: Array, penalty: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    return cubic_step(gradient, (V * np.abs(eigenvalues)) @ V.T, penalty)


CUBIC = Exercise(
    id="hw08.5",
    title="The exact step of a cubic model",
    accepts=function(cubic_step, _cases(), rtol=1e-4),
    hints=(
        "In the eigenbasis s(ν) has the coordinates −cᵢ/(λᵢ + ν), with c = Vᵀg. ν has to be at least "
        "max(0, −λ₁), and ν = M‖s‖/2.",
        "‖s(ν)‖ falls as ν grows, 2ν/M rises: there is one crossing. At ν = max(0, −λ₁) + √(M‖g‖/2) the "
        "second is larger already, so halve the interval up to there.",
        "If c₁ = 0, s(−λ₁) without its first coordinate may be shorter than 2|λ₁|/M: make up the rest "
        "along v₁.",
    ),
    model=Solution(
        code="""
def cubic_step(gradient, hessian, penalty):
    eigenvalues, V = np.linalg.eigh(hessian)
    slopes = V.T @ gradient
    low = max(0.0, -eigenvalues[0])
    if abs(slopes[0]) <= 1e-12 * np.linalg.norm(slopes):
        above = eigenvalues + low
        step = np.array([-slope / size if size > 1e-12 else 0.0 for slope, size in zip(slopes, above)])
        missing = (2 * low / penalty) ** 2 - step @ step
        if missing >= 0:
            step[0] = np.sqrt(missing)
            return V @ step
    high = low + np.sqrt(penalty * np.linalg.norm(slopes) / 2)
    for _ in range(200):
        shift = (low + high) / 2
        step = -slopes / (eigenvalues + shift)
        low, high = (shift, high) if np.linalg.norm(step) > 2 * shift / penalty else (low, shift)
    return V @ step

exercise("hw08.5").check(cubic_step)
""",
        explanation="One number ν again, found by the length that it belongs to. No radius has to be chosen: "
        "the penalty lets the step be long where the curvature is strongly negative, 2|λ₁|/M at a saddle.",
    ),
    right_answers=(cubic_step, _by_root_finder),
    misconceptions=(
        Misconception(
            "Newton's step for the cubic model",
            _newton,
            "That is Newton's step: without the penalty, and to the saddle where there is one.",
        ),
        Misconception(
            "multiplier without its half",
            _shift_without_half,
            "Your steps are those for twice the penalty: ν = M‖s‖/2, because the derivative of (M/6)‖s‖³ is "
            "(M/2)‖s‖ s.",
        ),
        Misconception(
            "shift chosen before the step",
            _fixed_shift,
            "Your shift does not fit the length of your step: ν = M‖s‖/2 is to hold for the s that it makes.",
        ),
        Misconception(
            "cubic model along the gradient alone",
            _along_gradient,
            "That is the lowest point on the ray of steepest descent. The curvature bends the best step away "
            "from it.",
        ),
        Misconception(
            "cubic model of a Hessian made positive",
            _saddle_free,
            "You turned the negative eigenvalues over first. The model is that of H itself: the penalty "
            "alone keeps it from falling for ever.",
        ),
    ),
)

_bowls = [
    (g, H @ H + np.eye(len(g)), M) for (g, H, _), M in zip(_cases(9086)[2:], (0.1, 3.0, 50.0), strict=True)
]
FRESH = function(cubic_step, [*_cases(9085)[2:], *_bowls], rtol=1e-4)
