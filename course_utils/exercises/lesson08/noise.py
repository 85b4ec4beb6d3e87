"""Exercises 08.3 and 08.4: what the theorem prescribes, and whether gradient noise has what it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]

# 08.3 ------------------------------------------------------------------------------------------


def waiting(dim: int, smoothness: float, hessian_lipschitz: float, accuracy: float, gap: float) -> float:
    """Return t_thres of Jin et al. (2017), algorithm 2, for c = 1 and δ = 0.1."""
    chi = 3 * max(np.log(dim * smoothness * gap / (0.1 * accuracy**2)), 4)
    return float(chi * smoothness / np.sqrt(hessian_lipschitz * accuracy))


def _bounds() -> list[tuple[int, float, float, float, float]]:
    drawn = np.random.default_rng(83).uniform(0.5, 3.0, size=(4, 3))
    sizes = (10, 500, 100_000, 3)
    errors = (0.1, 0.01, 0.003, 0.05)
    cases = [
        (n, float(ell), float(rho), eps, float(gap))
        for n, eps, (ell, rho, gap) in zip(sizes, errors, drawn, strict=True)
    ]
    return [*cases, (1, 1.0, 2.0, 0.5, 0.05)]  # the last one is in the reach of the 4


def _by_hand(dim: int, smoothness: float, hessian_lipschitz: float, accuracy: float, gap: float) -> Any:
    log = np.log(dim) + np.log(smoothness) + np.log(gap) - 2 * np.log(accuracy) + np.log(10)
    return 3 * (log if log > 4 else 4) * smoothness / (hessian_lipschitz * accuracy) ** 0.5


WAITING = Exercise(
    id="08.3",
    title="How long does the theorem wait?",
    accepts=function(waiting, _bounds(), rtol=1e-6),
    hints=(
        "First χ = 3 max(log(nℓΔ/cε²δ), 4), with c = 1 and δ = 0.1.",
        "`np.log` is the natural logarithm. Then t = χℓ/(c²√(ρε)).",
    ),
    model=Solution(
        code="""
def waiting(dim, smoothness, hessian_lipschitz, accuracy, gap):
    chi = 3 * max(np.log(dim * smoothness * gap / (0.1 * accuracy**2)), 4)
    return chi * smoothness / np.sqrt(hessian_lipschitz * accuracy)

exercise("08.3").check(waiting)
""",
        explanation="ℓ/√(ρε) is the time 1/ηλ of the flattest saddle that counts, λ = √(ρε) with η = 1/ℓ. "
        "The "
        "dimension is in χ alone, by its logarithm.",
    ),
    right_answers=(waiting, _by_hand),
    misconceptions=(
        Misconception(
            "decimal logarithm in a theorem",
            lambda dim, smoothness, hessian_lipschitz, accuracy, gap: (
                3
                * max(np.log10(dim * smoothness * gap / (0.1 * accuracy**2)), 4)
                * smoothness
                / np.sqrt(hessian_lipschitz * accuracy)
            ),
            "You took the logarithm to base 10. In theorems log is the natural one.",
        ),
        Misconception(
            "failure probability left out",
            lambda dim, smoothness, hessian_lipschitz, accuracy, gap: (
                3
                * max(np.log(dim * smoothness * gap / accuracy**2), 4)
                * smoothness
                / np.sqrt(hessian_lipschitz * accuracy)
            ),
            "δ = 0.1, the probability to fail, is missing in the logarithm.",
        ),
        Misconception(
            "largest of log and four left out",
            lambda dim, smoothness, hessian_lipschitz, accuracy, gap: (
                3
                * np.log(dim * smoothness * gap / (0.1 * accuracy**2))
                * smoothness
                / np.sqrt(hessian_lipschitz * accuracy)
            ),
            "χ is at least 12: the maximum with 4 counts where the logarithm is small.",
        ),
        Misconception(
            "curvature without its root",
            lambda dim, smoothness, hessian_lipschitz, accuracy, gap: (
                3
                * max(np.log(dim * smoothness * gap / (0.1 * accuracy**2)), 4)
                * smoothness
                / (hessian_lipschitz * accuracy)
            ),
            "ρε is the square of a curvature. The time goes like 1/√(ρε).",
        ),
    ),
)

# 08.4 ------------------------------------------------------------------------------------------


def along(gradients: Array, direction: Array) -> float:
    """Return E⟨v, ∇f_z⟩² over the examples, for the unit vector v along ``direction``."""
    unit = direction / np.linalg.norm(direction)
    return float(np.mean((gradients @ unit) ** 2))


def _examples() -> list[tuple[Array, Array]]:
    rng = np.random.default_rng(84)
    return [
        (rng.normal(size=(count, n)) + 0.7, rng.normal(size=n) * 2.3)
        for count, n in ((6, 2), (40, 5), (9, 12))
    ]


def _one_by_one(gradients: Array, direction: Array) -> Any:
    total = sum(float(np.dot(g, direction)) ** 2 for g in gradients)
    return total / len(gradients) / float(np.dot(direction, direction))


ALONG = Exercise(
    id="08.4",
    title="Is there noise along the way down?",
    accepts=function(along, _examples(), rtol=1e-6),
    hints=(
        "`gradients @ direction` holds one slope for each example.",
        "Square the slopes, then average. And v has length 1: divide by ‖direction‖ first.",
    ),
    model=Solution(
        code="""
def along_direction(gradients, direction):
    v = direction / np.linalg.norm(direction)
    return np.mean((gradients @ v) ** 2)

exercise("08.4").check(along_direction)
""",
        explanation="The condition of Daneshmand et al. (2018) asks for the mean *square* of the slopes of "
        "single "
        "examples along v: slopes that cancel in the mean are what pushes a run off the ridge.",
    ),
    right_answers=(along, _one_by_one),
    misconceptions=(
        Misconception(
            "square of the mean slope",
            lambda gradients, direction: np.mean(gradients @ direction / np.linalg.norm(direction)) ** 2,
            "You squared the mean. At a critical point that is 0 for every direction; the mean of the "
            "squares "
            "need not be.",
        ),
        Misconception(
            "direction of any length",
            lambda gradients, direction: np.mean((gradients @ direction) ** 2),
            "The direction has not length 1 here, and your result grows with the square of its length.",
        ),
        Misconception(
            "noise in every direction",
            lambda gradients, direction: np.mean(np.sum(gradients**2, axis=1)),
            "That is E‖∇f_z‖², the noise in all directions together. Only its part along v counts.",
        ),
        Misconception(
            "size for square of a slope",
            lambda gradients, direction: np.mean(np.abs(gradients @ direction)) / np.linalg.norm(direction),
            "You averaged the sizes of the slopes. The condition is about their squares.",
        ),
    ),
)
