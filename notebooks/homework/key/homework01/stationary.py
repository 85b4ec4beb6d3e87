"""Task hw01.5: the second-derivative test as a function that can be trusted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import Predicate, choice
from course_utils.exercises.homework01 import KINDS

Array = NDArray[np.float64]

_SLOPE, _FLAT = 1e-6, 1e-8


def kind(gradient: Array, hessian: Array) -> str:
    """Return what the second-derivative test says at a point with ``gradient`` (n,) and ``hessian`` (n, n).

    The gradient counts as zero if ‖g‖ ≤ 10⁻⁶, an eigenvalue if |λ| ≤ 10⁻⁸ max|λ|.
    """
    if np.linalg.norm(gradient) > _SLOPE:
        return "not stationary"
    return _from_signs(_signs(np.linalg.eigvalsh(hessian)))


def _signs(values: NDArray[Any]) -> Array:
    signs: Array = np.where(np.abs(values) <= _FLAT * np.abs(values).max(), 0.0, np.sign(values))
    return signs


def _from_signs(signs: Array) -> str:
    if signs.min() < 0 < signs.max():
        return "saddle"
    if not signs.all():
        return "degenerate"
    return "minimum" if signs[0] > 0 else "maximum"


def _points(seed: int = 105) -> list[tuple[Array, Array]]:
    """Return all five kinds, turned out of the axes so that no test of the diagonal passes."""
    rng = np.random.default_rng(seed)
    spectra = [(1, 3), (2, -1), (-1, -2), (4, 0), (2, 0, -3), (-1, -5, 0), (-1, -2, 3), (1, 2, 3, 4)]
    made = [(np.zeros(2), np.array([[1.0, 2.0], [2.0, 1.0]]))]
    for spectrum in spectra:
        n = len(spectrum)
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = Q @ np.diag(np.array(spectrum, dtype=np.float64)) @ Q.T
        made.append((1e-9 * rng.normal(size=n), (H + H.T) / 2))
    made.append((np.array([0.3, -0.1]), np.array([[2.0, 0.5], [0.5, 1.0]])))
    return made


def _same_word(expected: str) -> Predicate:
    return choice(expected, KINDS)


def _by_counting(gradient: Array, hessian: Array) -> str:
    values = np.linalg.eigvals(hessian).real
    size = max(abs(values))
    up, down = sum(values > 1e-8 * size), sum(values < -1e-8 * size)
    if gradient @ gradient > 1e-12:
        return "Not stationary"
    if up and down:
        return "Saddle"
    if up + down < len(values):
        return "Degenerate"
    return "Minimum" if up else "Maximum"


def _by_determinant(gradient: Array, hessian: Array) -> str:
    if np.linalg.norm(gradient) > _SLOPE:
        return "not stationary"
    determinant = np.linalg.det(hessian)
    if abs(determinant) < _FLAT:
        return "degenerate"
    if determinant < 0:
        return "saddle"
    return "minimum" if hessian[0, 0] > 0 else "maximum"


def _by_trace(gradient: Array, hessian: Array) -> str:
    if np.linalg.norm(gradient) > _SLOPE:
        return "not stationary"
    trace = np.trace(hessian)
    if abs(trace) < _FLAT:
        return "saddle"
    return "minimum" if trace > 0 else "maximum"


def _by_diagonal(gradient: Array, hessian: Array) -> str:
    return "not stationary" if np.linalg.norm(gradient) > _SLOPE else _from_signs(_signs(np.diag(hessian)))


def _zeros_first(gradient: Array, hessian: Array) -> str:
    if np.linalg.norm(gradient) > _SLOPE:
        return "not stationary"
    signs = _signs(np.linalg.eigvalsh(hessian))
    return _from_signs(signs) if signs.all() else "degenerate"


def _always_stationary(gradient: Array, hessian: Array) -> str:
    return kind(np.zeros_like(gradient), hessian)


def _exactly_stationary(gradient: Array, hessian: Array) -> str:
    return "not stationary" if gradient.any() else kind(gradient, hessian)


KIND = Exercise(
    id="hw01.5",
    title="The second-derivative test with tolerances",
    data={"gradient_tolerance": _SLOPE, "eigenvalue_tolerance": _FLAT},
    accepts=function(kind, _points(), result=_same_word),
    hints=(
        "The test has a condition that is easily forgotten. Check it first.",
        "`np.linalg.eigvalsh` returns 1e-17 where the eigenvalue is 0. With what should it be compared?",
        "Count the eigenvalues above +cutoff and below −cutoff, with the cutoff 1e-8 times the largest size. "
        "Both signs make a saddle, whatever else there is.",
    ),
    model=Solution(
        code="""
def kind(gradient, hessian):
    if np.linalg.norm(gradient) > 1e-6:
        return "not stationary"
    eigenvalues = np.linalg.eigvalsh(hessian)
    cutoff = 1e-8 * abs(eigenvalues).max()
    up, down = np.any(eigenvalues > cutoff), np.any(eigenvalues < -cutoff)
    if up and down:
        return "saddle"
    if np.any(abs(eigenvalues) <= cutoff):
        return "degenerate"
    return "minimum" if up else "maximum"

exercise("hw01.5").check(kind)
""",
        explanation="First the slope, then both signs, then zeros. A cutoff relative to the largest "
        "eigenvalue gives the same verdict in every unit of the loss; one eigenvalue of each sign "
        "outweighs any zero.",
    ),
    right_answers=(kind, _by_counting),
    misconceptions=(
        Misconception(
            "determinant decides in any dimension",
            _by_determinant,
            "The determinant is enough for two by two. With three eigenvalues −1, −2 and 3 it is positive, "
            "and with a single zero it forgets all others.",
        ),
        Misconception(
            "trace decides the kind",
            _by_trace,
            "The trace is the sum of the eigenvalues: 3 and −1 have a positive sum and make a saddle. Each "
            "eigenvalue counts by itself.",
        ),
        Misconception(
            "kind read off the diagonal",
            _by_diagonal,
            "[[1, 2], [2, 1]] has a positive diagonal and the eigenvalues 3 and −1: the axes need not be the "
            "directions of extreme curvature.",
        ),
        Misconception(
            "zero eigenvalue hides a saddle",
            _zeros_first,
            "A zero eigenvalue leaves the question open only if the others share a sign. Up in one direction "
            "and down in another is a saddle, whatever happens along a third.",
        ),
        Misconception(
            "second derivatives without a look at the slope",
            _always_stationary,
            "Where the gradient is not zero there is a way down, to first order. The test does not apply.",
        ),
        Misconception(
            "stationary only at exactly zero",
            _exactly_stationary,
            "A computed gradient is never exactly zero. The text says from which length on it counts.",
        ),
    ),
)

FRESH = function(kind, _points(9105)[1:], result=_same_word)
