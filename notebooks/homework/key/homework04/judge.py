"""Task hw04.3: the verdict on a point, with tolerances that mean something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.exercises.homework04.verdicts import Judgement, judges

Array = NDArray[np.float64]
_FLAT = 0.99


def judge(gradient: Array, hessian: Array, gradient_tolerance: float, cutoff: float) -> Judgement:
    """Return the kind of a point and its index."""
    eigenvalues, V = np.linalg.eigh(hessian)
    limit = cutoff * np.abs(eigenvalues).max()
    return _judge(gradient, eigenvalues, V, gradient_tolerance, limit)


def _judge(
    gradient: Array,
    eigenvalues: Array,
    V: Array,
    gradient_tolerance: float,
    limit: float,
    flat: str = "gradient-flat",
) -> Judgement:
    zero = np.abs(eigenvalues) <= limit
    index = int(np.sum(eigenvalues < -limit))
    norm = np.linalg.norm(gradient)
    if norm > gradient_tolerance:
        inside = np.linalg.norm(V[:, zero].T @ gradient) / norm
        return (flat if inside >= _FLAT else "slope"), index
    return _kind(index, int(np.sum(eigenvalues > limit)), int(zero.sum())), index


def _kind(down: int, up: int, zeros: int) -> str:
    if down and up:
        return "saddle"
    if zeros:
        return "degenerate"
    return "maximum" if down else "minimum"


def _by_projectors(
    gradient: Array, hessian: Array, gradient_tolerance: float, cutoff: float
) -> tuple[str, np.int64]:
    """Project with matrices, and compare with words."""
    eigenvalues, V = np.linalg.eigh(hessian)
    relative = eigenvalues / (np.abs(eigenvalues).max() or 1.0)
    signs = np.where(np.abs(relative) <= cutoff, 0, np.sign(relative))
    kernel = V @ np.diag((signs == 0) * 1.0) @ V.T
    if np.linalg.norm(gradient) > gradient_tolerance:
        share = np.linalg.norm(kernel @ gradient) / np.linalg.norm(gradient)
        kind = "slope" if share < _FLAT else "gradient flat"
    elif {-1, 1} <= set(signs):
        kind = "saddle"
    else:
        kind = {(0,): "minimum", (1,): "degenerate"}[(int(0 in signs),)]
        kind = "maximum" if kind == "minimum" and signs[0] < 0 else kind
    return kind, np.sum(signs < 0)


# Test points -------------------------------------------------------------------------------------


def _points(seed: int = 43) -> list[tuple[Array, Array, float, float]]:
    """Return gradient, Hessian and tolerances of points of every kind, in axes that are turned."""
    rng = np.random.default_rng(seed)
    cases: list[tuple[list[float], list[float], float, float]] = [
        # eigenvalues, components of the gradient along the eigenvectors, cut-off, tolerance
        ([-2.0, 0.5, 3.0, 4.0], [1e-12, 0, 0, 0], 1e-9, 1e-9),
        ([0.2, 0.5, 3.0, 4.0], [0, 1e-10, 0, 0], 1e-9, 1e-9),
        ([-2.0, -1e-14, 3.0, 4.0], [0, 0, 0, 0], 1e-9, 1e-9),  # a saddle in spite of a zero
        ([-1e-13, 1e-13, 3.0, 4.0], [0, 0, 0, 0], 1e-9, 1e-9),  # degenerate
        ([-4e-7, -3e-7, 2e-7, 5e-7], [1e-12, 0, 0, 0], 1e-6, 1e-9),  # flat all over, and a saddle
        ([-3.0, -2.0, -1.0, -0.5], [0, 0, 0, 0], 1e-9, 1e-9),
        ([-2.0, 1e-14, 3.0, 4.0], [0, 1e-4, 0, 1e-6], 1e-9, 1e-9),  # gradient in the kernel
        ([-2.0, 1e-14, 3.0, 4.0], [0, 1e-4, 0, 5e-5], 1e-9, 1e-9),  # a slope that Newton's method removes
        ([0.2, 0.5, 3.0, 4.0], [1e-3, 0, 0, 0], 1e-9, 1e-9),
        ([-2.0, 0.5, 3.0, 4.0], [6e-3, 6e-3, 6e-3, 6e-3], 1e-9, 1e-2),  # longer than its largest component
        ([0.2, 0.5, 3.0, 4.0], [4e-3, 4e-3, 4e-3, 4e-3], 1e-9, 1e-2),  # shorter than their sum
    ]
    points = []
    for eigenvalues, slopes, cutoff, tolerance in cases:
        Q = np.linalg.qr(rng.normal(size=(4, 4)))[0]
        hessian = Q @ np.diag(eigenvalues) @ Q.T
        points.append((Q @ np.array(slopes), (hessian + hessian.T) / 2, tolerance, cutoff))
    return points


# Misconceptions ------------------------------------------------------------------------------------


def _with_limit(absolute: Callable[[float, Array], float], flat: str = "gradient-flat") -> Callable[..., Any]:
    def judged(gradient: Array, hessian: Array, gradient_tolerance: float, cutoff: float) -> Judgement:
        eigenvalues, V = np.linalg.eigh(hessian)
        return _judge(gradient, eigenvalues, V, gradient_tolerance, absolute(cutoff, eigenvalues), flat)

    return judged


def _slope_ignored(gradient: Array, hessian: Array, gradient_tolerance: float, cutoff: float) -> Judgement:
    return judge(0 * gradient, hessian, gradient_tolerance, cutoff)


def _zeros_first(gradient: Array, hessian: Array, gradient_tolerance: float, cutoff: float) -> Judgement:
    kind, index = judge(gradient, hessian, gradient_tolerance, cutoff)
    eigenvalues = np.linalg.eigvalsh(hessian)
    some = bool((np.abs(eigenvalues) <= cutoff * np.abs(eigenvalues).max()).any())
    return ("degenerate" if kind == "saddle" and some else kind), index


def _flat_is_critical(gradient: Array, hessian: Array, gradient_tolerance: float, cutoff: float) -> Judgement:
    kind, index = judge(gradient, hessian, gradient_tolerance, cutoff)
    return _slope_ignored(gradient, hessian, 0, cutoff) if kind == "gradient-flat" else (kind, index)


JUDGE = Exercise(
    id="hw04.3",
    title="A verdict with tolerances",
    accepts=function(judge, _points(), result=judges),
    hints=(
        "Eigenvalues first: `np.linalg.eigh` gives them with their eigenvectors. Which of them count as "
        "zero? The cut-off is relative to the largest |λ|.",
        "If the gradient is not small, ask how much of it lies in the span of the eigenvectors whose "
        "eigenvalues count as zero.",
        'With V₀ these eigenvectors as columns the part is ‖V₀ᵀg‖/‖g‖. From 0.99 on: "gradient-flat". With '
        "a small gradient, both signs make a saddle, whatever else is zero.",
    ),
    model=Solution(
        code="""
def judge(gradient, hessian, gradient_tolerance, cutoff):
    eigenvalues, V = np.linalg.eigh(hessian)
    limit = cutoff * np.abs(eigenvalues).max()
    zero = np.abs(eigenvalues) <= limit
    index = int(np.sum(eigenvalues < -limit))
    norm = np.linalg.norm(gradient)
    if norm > gradient_tolerance:
        flat = np.linalg.norm(V[:, zero].T @ gradient) >= 0.99 * norm
        return ("gradient-flat" if flat else "slope"), index
    if index and np.any(eigenvalues > limit):
        return "saddle", index
    if zero.any():
        return "degenerate", index
    return ("maximum" if index else "minimum"), index

exercise("hw04.3").check(judge)
""",
        explanation="First the slope, then the eigenvalues, each with a tolerance. Where the slope lies in "
        "the kernel of H no Newton step removes it: searches stop there, and it is no critical point.",
    ),
    right_answers=(judge, _by_projectors),
    misconceptions=(
        Misconception(
            "rounding counted as curvature",
            _with_limit(lambda cutoff, eigenvalues: 0.0),
            "An eigenvalue of −1e-14 beside one of 4 is rounding, not a way down. Use the cut-off.",
        ),
        Misconception(
            "cut-off without its scale",
            _with_limit(lambda cutoff, eigenvalues: cutoff),
            "You compare |λ| with `cutoff` itself. The same landscape in smaller units would then change "
            "its kind: the cut-off is a share of the largest |λ|.",
        ),
        Misconception(
            "kind told on a slope",
            _slope_ignored,
            "Some points have a gradient above the tolerance, so they are no critical points of any kind.",
        ),
        Misconception(
            "a zero hides the saddle",
            _zeros_first,
            "At one point both signs occur beside a zero. One way down and one way up are enough to know.",
        ),
        Misconception(
            "unremovable slope called critical",
            _flat_is_critical,
            "At one point no Newton step can remove the slope, because it lies in the kernel of H. That is "
            "where searches stop; the slope is still there.",
        ),
        Misconception(
            "every slope alike",
            _with_limit(lambda cutoff, e: cutoff * float(np.abs(e).max()), flat="slope"),
            "You tell slopes from critical points. Now tell slopes in the kernel of H from the others.",
        ),
    ),
)

FRESH = function(judge, _points(9043), result=judges)
