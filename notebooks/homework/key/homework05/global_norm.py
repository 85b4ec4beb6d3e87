"""Task hw05.2: one norm for a whole list of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.exercises.homework05.arrays import same_arrays

Array = NDArray[np.float64]
Rule = Callable[[list[Array], float], Any]


def clip_by_global_norm(gradients: list[Array], threshold: float) -> list[Array]:
    """Return the arrays, all shortened by one factor where their joint norm exceeds the threshold."""
    norm = np.sqrt(sum(np.sum(np.square(g)) for g in gradients))
    if not np.isfinite(norm):
        return [np.zeros_like(g) for g in gradients]
    return [g * min(1.0, threshold / norm) if norm else g.copy() for g in gradients]


def _visible(seed: int = 52) -> list[tuple[list[Array], float]]:
    rng = np.random.default_rng(seed)
    network = [rng.normal(size=shape) for shape in ((3, 4), (3,), (2, 3), (2,))]
    return [
        ([np.array([3.0]), np.array([4.0])], 1.0),
        (network, 2.0),
        ([0.01 * g for g in network], 2.0),
        ([10 * network[0], 0.1 * network[1]], 0.5),
        ([np.zeros((2, 2)), np.zeros(3)], 1.0),
    ]


def _each_by_its_own(gradients: list[Array], threshold: float) -> list[Array]:
    return [clip_by_global_norm([g], threshold)[0] for g in gradients]


def _scaled_by(norm: Callable[[list[float]], float]) -> Rule:
    def rule(gradients: list[Array], threshold: float) -> list[Array]:
        size = norm([float(np.linalg.norm(g)) for g in gradients])
        return [g * (threshold / size) if size > threshold else g for g in gradients]

    return rule


def _shared_out(gradients: list[Array], threshold: float) -> list[Array]:
    return _each_by_its_own(gradients, threshold / len(gradients) ** 0.5)


def _always_long(gradients: list[Array], threshold: float) -> list[Array]:
    norm = np.sqrt(sum(np.sum(np.square(g)) for g in gradients))
    return [g * (threshold / norm) if norm else g for g in gradients]


def _flattened(gradients: list[Array], threshold: float) -> list[Array]:
    norm = float(np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients])))
    return [g / max(1.0, norm / threshold) for g in gradients]


GLOBAL_NORM = Exercise(
    id="hw05.2",
    title="One norm for all arrays",
    accepts=function(clip_by_global_norm, _visible(), result=same_arrays),
    hints=(
        "Imagine all arrays flattened and joined into one long vector. What is its norm, in terms of theirs?",
        "The squares of the norms add up. There is one factor, min(1, h/norm), for every array.",
        "Two cases need care: a norm of zero must not be divided by, and a norm that is not finite gives "
        "zeros (`np.isfinite`).",
    ),
    model=Solution(
        code="""
def clip_by_global_norm(gradients, threshold):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if not np.isfinite(norm):
        return [np.zeros_like(g) for g in gradients]
    factor = threshold / norm if norm > threshold else 1.0
    return [factor * g for g in gradients]

exercise("hw05.2").check(clip_by_global_norm)
""",
        explanation="One factor for all arrays keeps the direction of the whole gradient, as clipping the "
        "flattened gradient does.",
    ),
    right_answers=(clip_by_global_norm, _flattened),
    misconceptions=(
        Misconception(
            "every array clipped by itself",
            _each_by_its_own,
            "Each of your arrays has a factor of its own: the long ones are shortened, the short ones are "
            "not, and the whole gradient turns.",
        ),
        Misconception(
            "norms added without squares",
            _scaled_by(sum),
            "You added the norms of the arrays. They are the sides of a right angle, not pieces of one line.",
        ),
        Misconception(
            "longest array for the whole",
            _scaled_by(max),
            "You compared the longest array with the threshold. The joint norm is longer than any of them.",
        ),
        Misconception(
            "threshold shared out among arrays",
            _shared_out,
            "You gave every array an equal share of the threshold. Their lengths differ, and so the "
            "direction is lost.",
        ),
        Misconception(
            "list stretched to the threshold",
            _always_long,
            "Your result always has the norm h. A gradient that is shorter passes unchanged.",
        ),
    ),
)

FRESH = function(clip_by_global_norm, _visible(9052)[1:], result=same_arrays)
