"""Exercise 09.5: the reader's own hidden saddle, which also drives a widget."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict
from course_utils.checking.functions import values_at
from course_utils.checking.predicates import named
from course_utils.landscapes import random_directions

Array = NDArray[np.float64]
Shape = Literal["hidden", "seen", "no saddle", "dome", "flat", "sloping", "kinked"]

_DIM, _PLANES, _SHARE = 6, 200, 0.9
_STEP = 2e-3  # distance of the points at which the landscape is looked at
_SLOPE = 1e-2  # a slope above this part of the curvature is not level
_FLAT = 1e-4  # a curvature below this part of the largest cannot be told from zero


def _offsets() -> Array:
    """Return the points, in steps, from which differences give all second derivatives."""
    axes = np.eye(_DIM)
    found = [np.zeros(_DIM), *axes, *-axes]
    for i, j in combinations(range(_DIM), 2):
        found += [axes[i] + axes[j], -axes[i] - axes[j]]
    return np.array(found)


_OFFSETS = _offsets()
_PAIRS = list(combinations(range(_DIM), 2))
_SEEN_FROM = [random_directions(np.random.default_rng(seed), 2, _DIM) for seed in range(_PLANES)]


def _derivatives(values: Array, step: float) -> tuple[Array, Array]:
    """Return gradient and Hessian at the origin by central differences."""
    here, plus, minus = values[0], values[1 : 1 + _DIM], values[1 + _DIM : 1 + 2 * _DIM]
    H = np.diag(plus - 2 * here + minus)
    for k, (i, j) in enumerate(_PAIRS):
        both = values[1 + 2 * _DIM + 2 * k : 3 + 2 * _DIM + 2 * k].sum()
        H[i, j] = H[j, i] = (both - 2 * here - H[i, i] - H[j, j]) / 2
    return (plus - minus) / (2 * step), H / step**2


def _shape(answer: Any) -> Shape | Verdict:
    """Name what a reader's landscape is at the origin, and what random planes show of it."""
    coarse, fine = values_at(answer, _STEP * _OFFSETS), values_at(answer, _STEP / 2 * _OFFSETS)
    if isinstance(coarse, Verdict):
        return coarse
    if isinstance(fine, Verdict):
        return fine
    (slope, H), (finer_slope, finer) = _derivatives(coarse, _STEP), _derivatives(fine, _STEP / 2)
    eigenvalues = np.linalg.eigvalsh(finer)
    largest = float(np.abs(eigenvalues).max())
    if largest > _FLAT and np.abs(H - finer).max() > 0.1 * largest:
        return "kinked"
    # Richardson: third derivatives leave no slope behind.
    if np.linalg.norm(4 * finer_slope - slope) / 3 > _SLOPE * max(largest, _FLAT):
        return "sloping"
    if np.abs(eigenvalues).min() <= max(_FLAT * largest, 1e-6):
        return "flat"
    if eigenvalues[-1] < 0:
        return "dome"
    if eigenvalues[0] > 0:
        return "no saddle"
    bowls = sum(float(np.linalg.eigvalsh(P @ finer @ P.T)[0]) > 0 for P in _SEEN_FROM)
    return "hidden" if bowls >= _SHARE * _PLANES else "seen"


def _six(x: Array) -> float:
    return float(5 * np.sum(x[:5] ** 2) - 0.1 * x[5] ** 2 + x[5] ** 4)


HIDDEN_SADDLE = Exercise(
    id="09.5",
    title="Hide a saddle",
    data={"parameters": _DIM, "planes": _PLANES, "share": _SHARE},
    accepts=named(_shape, "hidden", "The origin is no saddle with curvature in every direction."),
    hints=(
        "The origin has to be level: no linear terms. One direction has to curve down.",
        "A random plane averages curvatures. What must the others be like, beside the negative one?",
        "Five strong positive curvatures and one weak negative one, for example.",
    ),
    model=Solution(
        code="""
def my_landscape(x):
    return 5 * np.sum(x[:5] ** 2) - 0.1 * x[5] ** 2 + x[5] ** 4

exercise("09.5").check(my_landscape)
""",
        explanation="A plane shows a saddle only where its two directions let the negative curvature win "
        "against all others. One weak way down among five steep ways up is as good as invisible; "
        "gradient descent finds it all the same.",
    ),
    right_answers=(
        _six,
        lambda x: np.cosh(2 * x[1:]).sum() + np.cos(0.2 * x[0]),
        lambda x: float(x @ (np.eye(6) - 0.17 * np.ones((6, 6))) @ x) + 3.0,
        lambda x: (
            20 * (x[0] + x[1]) ** 2 + 20 * (x**2)[2:].sum() + (x[0] - x[1]) ** 4 - 0.3 * (x[0] - x[1]) ** 2
        ),
    ),
    misconceptions=(
        Misconception(
            "saddle that every plane shows",
            lambda x: np.sum(x[:3] ** 2) - np.sum(x[3:] ** 2),
            "It is a saddle, and too many random planes show it. Let the ways up be many and steep, and the "
            "ways down few and gentle.",
            detect=named(_shape, "seen"),
        ),
        Misconception(
            "nothing there to be hidden",
            lambda x: np.sum(x**2) + 0.1 * x[5] ** 2,
            "Every plane shows a bowl because it is one: no direction curves down at the origin.",
            detect=named(_shape, "no saddle"),
        ),
        Misconception(
            "hidden maximum for a hidden saddle",
            lambda x: -np.sum(x**2),
            "Every direction curves down. A saddle has both kinds, and the planes are to show a bowl.",
            detect=named(_shape, "dome"),
        ),
        Misconception(
            "way down without curvature",
            lambda x: np.sum(x[:5] ** 2) - x[5] ** 4,
            "Some direction has no curvature at the origin, so the Hessian cannot tell a saddle.",
            detect=named(_shape, "flat"),
        ),
        Misconception(
            "slope taken for a hidden way down",
            lambda x: 5 * np.sum(x[:5] ** 2) - 0.1 * x[5] ** 2 + x[5],
            "The gradient at the origin is not zero: a slope, not a saddle.",
            detect=named(_shape, "sloping"),
        ),
    ),
)
