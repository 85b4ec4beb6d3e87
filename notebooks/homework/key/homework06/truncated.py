"""Task hw06.2: a saddle-free step that knows a few eigenvalues only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def truncated_step(gradient: Array, hessian: Array, rank: int, damping: float) -> Array:
    """Return −(|H_k| + γI)⁻¹g, H_k the part of H with the k eigenvalues of largest size."""
    eigenvalues, V = np.linalg.eigh(hessian)
    order = np.argsort(-np.abs(eigenvalues))
    kept = np.zeros_like(eigenvalues)
    kept[order[:rank]] = np.abs(eigenvalues[order[:rank]])
    step: Array = -V @ ((V.T @ gradient) / (kept + damping))
    return step


def _symmetric(rng: np.random.Generator, n: int) -> Array:
    entries = rng.normal(size=(n, n))
    return np.asarray((entries + entries.T) / 2)


def _cases(seed: int = 62) -> list[tuple[Array, Array, int, float]]:
    rng = np.random.default_rng(seed)
    diagonal = (np.array([1.0, 1.0, 1.0]), np.diag([2.0, -4.0, 0.1]), 2, 0.5)
    shapes = ((4, 2, 0.1), (6, 1, 1.0), (8, 5, 0.3))
    return [diagonal, *[(rng.normal(size=n), _symmetric(rng, n), k, d) for n, k, d in shapes]]


def _by_parts(gradient: Array, hessian: Array, rank: int, damping: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    rest, step = gradient.copy(), np.zeros_like(gradient)
    for i in sorted(range(len(gradient)), key=lambda i: abs(eigenvalues[i]), reverse=True)[:rank]:
        along = (V[:, i] @ gradient) * V[:, i]
        rest = rest - along
        step = step - along / (abs(eigenvalues[i]) + damping)
    return step - rest / damping


def _largest_by_sign(gradient: Array, hessian: Array, rank: int, damping: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    kept = np.where(np.arange(len(gradient)) >= len(gradient) - rank, np.abs(eigenvalues), 0.0)
    return -V @ ((V.T @ gradient) / (kept + damping))


def _rest_dropped(gradient: Array, hessian: Array, rank: int, damping: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    chosen = np.argsort(-np.abs(eigenvalues))[:rank]
    V = V[:, chosen]
    return -V @ ((V.T @ gradient) / (np.abs(eigenvalues[chosen]) + damping))


def _signs_kept(gradient: Array, hessian: Array, rank: int, damping: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    order = np.argsort(-np.abs(eigenvalues))
    kept = np.zeros_like(eigenvalues)
    kept[order[:rank]] = eigenvalues[order[:rank]]
    return -V @ ((V.T @ gradient) / (kept + damping))


def _damped_rest_only(gradient: Array, hessian: Array, rank: int, damping: float) -> Any:
    eigenvalues, V = np.linalg.eigh(hessian)
    order = np.argsort(-np.abs(eigenvalues))
    scale = np.full_like(eigenvalues, damping)
    scale[order[:rank]] = np.abs(eigenvalues[order[:rank]])
    return -V @ ((V.T @ gradient) / scale)


TRUNCATED = Exercise(
    id="hw06.2",
    title="A few eigenvalues only",
    accepts=function(truncated_step, _cases()),
    hints=(
        "`np.linalg.eigh` sorts by value, not by size. `np.argsort(-np.abs(eigenvalues))[:rank]` are the "
        "ones to keep.",
        "H_k is H with all other eigenvalues set to zero. By what is a coordinate divided whose eigenvalue "
        "is zero?",
        "In the eigenbasis: divide by |λᵢ| + damping where λᵢ is kept, by the damping alone where it is not.",
    ),
    model=Solution(
        code="""
def truncated_step(gradient, hessian, rank, damping):
    eigenvalues, V = np.linalg.eigh(hessian)
    size = np.abs(eigenvalues)
    size[np.argsort(-size)[rank:]] = 0
    return -V @ (V.T @ gradient / (size + damping))

exercise("hw06.2").check(truncated_step)
""",
        explanation="Gradient descent with rate 1/γ in most directions, the saddle-free step in the few "
        "whose curvature is known. Rank 0 is the one, full rank the other.",
    ),
    right_answers=(truncated_step, _by_parts),
    misconceptions=(
        Misconception(
            "largest eigenvalues by sign",
            _largest_by_sign,
            "You kept the eigenvalues at the upper end. A strongly negative one is large as well: sort by "
            "size.",
        ),
        Misconception(
            "rest of the gradient dropped",
            _rest_dropped,
            "Your step stays in the span of the eigenvectors that were kept. Where the curvature is taken "
            "for zero there is still a gradient, and the damping.",
        ),
        Misconception(
            "few eigenvalues with their signs",
            _signs_kept,
            "You kept the sign of the eigenvalues: along the negative ones your step goes up.",
        ),
        Misconception(
            "damping for the rest only",
            _damped_rest_only,
            "The damping is missing where an eigenvalue was kept: (|H_k| + γI)⁻¹ has it in every direction.",
        ),
        Misconception(
            "low rank step uphill",
            lambda gradient, hessian, rank, damping: -truncated_step(gradient, hessian, rank, damping),
            "Your step goes up the gradient in every direction. Return what is added to x.",
        ),
    ),
)

FRESH = function(truncated_step, _cases(9062)[1:])
