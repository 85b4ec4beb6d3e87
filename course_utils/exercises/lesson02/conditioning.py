"""Exercises 02.1 and 02.3: the condition number, and where the minimum lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import direction

Array = NDArray[np.float64]

# 02.1 ------------------------------------------------------------------------------------------


def _condition_number(hessian: Array) -> float:
    sizes = np.abs(np.linalg.eigvalsh(hessian))
    return float(sizes.max() / sizes.min())


def _matrices() -> list[tuple[Array]]:
    """Positive definite and indefinite ones; in one the most negative eigenvalue is the largest in size."""
    rng = np.random.default_rng(21)
    made = [np.array([[3.0, 1.0], [1.0, 2.0]])]
    for eigenvalues in ((-10.0, 0.1, 1.0), (0.5, 2.0, 4.0, 50.0), (-2.0, -0.3, 7.0)):
        Q = np.linalg.qr(rng.normal(size=(len(eigenvalues), len(eigenvalues))))[0]
        H = Q @ np.diag(eigenvalues) @ Q.T
        made.append((H + H.T) / 2)
    return [(H,) for H in made]


def _by_singular_values(hessian: Array) -> float:
    return float(np.linalg.cond(hessian, 2))


def _by_norms(hessian: Array) -> float:
    return float(np.linalg.norm(hessian, 2) * np.linalg.norm(np.linalg.inv(hessian), 2))


def _slide(hessian: Array) -> float:
    eigenvalues = np.linalg.eigvalsh(hessian)
    return float(abs(eigenvalues[-1]) / abs(eigenvalues[0]))


def _signed(hessian: Array) -> float:
    eigenvalues = np.linalg.eigvalsh(hessian)
    return float(eigenvalues[-1] / eigenvalues[0])


def _diagonal(hessian: Array) -> float:
    entries = np.abs(np.diag(hessian))
    return float(entries.max() / entries.min())


CONDITION_NUMBER = Exercise(
    id="02.1",
    title="The condition number of any symmetric matrix",
    accepts=function(_condition_number, _matrices(), rtol=1e-6),
    hints=(
        "Which numbers say how strongly a symmetric matrix stretches along its own directions? "
        "`np.linalg.eigvalsh` gives them.",
        "Only their sizes matter, not their signs: take `np.abs` first, then the largest and the smallest.",
        "κ = max|λ| / min|λ|. It is never below 1.",
    ),
    model=Solution(
        code="""
def condition_number(hessian):
    sizes = np.abs(np.linalg.eigvalsh(hessian))
    return sizes.max() / sizes.min()

exercise("02.1").check(condition_number)
""",
        explanation="κ compares the strongest with the weakest curvature in size, so signs are dropped "
        "before the extremes are taken. It is at least 1, and infinite for a singular matrix.",
    ),
    right_answers=(_condition_number, _by_singular_values, _by_norms),
    misconceptions=(
        Misconception(
            "condition number upside down",
            lambda hessian: 1 / _condition_number(hessian),
            "Yours is never above 1. A badly conditioned matrix has a *high* condition number: the larger "
            "size goes on top.",
        ),
        Misconception(
            "signs kept in the condition number",
            _signed,
            "With eigenvalues of both signs yours is negative. A condition number compares sizes.",
        ),
        Misconception(
            "first and last eigenvalue instead of largest and smallest size",
            _slide,
            "Right while all eigenvalues are positive. With −10, 0.1 and 1 the last one is not the largest "
            "in size, and the first one is not the smallest.",
        ),
        Misconception(
            "diagonal entries instead of eigenvalues",
            _diagonal,
            "The diagonal holds the curvatures along the axes. The extremes lie along other directions, "
            "unless the matrix is diagonal.",
        ),
    ),
)

# 02.3 ------------------------------------------------------------------------------------------

_HESSIAN = np.array([[6.0, 4.0], [4.0, 5.0]])
_GRADIENT = np.array([2.0, 1.0])  # the way to the minimum is (3, −1): another one if turned round
_SOLVED = np.linalg.solve(_HESSIAN, _GRADIENT)
_VALUES, _VECTORS = np.linalg.eigh(_HESSIAN)

WAY_TO_MINIMUM = Exercise(
    id="02.3",
    title="Where is the minimum?",
    data={"hessian": _HESSIAN, "gradient": _GRADIENT},
    accepts=direction(_SOLVED),
    hints=(
        "At the minimum of the quadratic model the gradient is zero. How does the gradient change along a "
        "step s?",
        "The gradient after the step is g + Hs. Which s makes it zero?",
        "s = −H⁻¹g; `np.linalg.solve(H, g)` does it without the inverse.",
    ),
    model=Solution(
        code="""
data = exercise("02.3").data
step = -np.linalg.solve(data["hessian"], data["gradient"])
exercise("02.3").check(step)
""",
        explanation="g + Hs = 0 has the solution s = −H⁻¹g: each part of the gradient along an eigenvector "
        "is divided by its own eigenvalue.",
    ),
    right_answers=(
        -_SOLVED,
        _SOLVED,
        _VECTORS @ (_VECTORS.T @ _GRADIENT / _VALUES),
    ),
    misconceptions=(
        Misconception(
            "steepest descent points at the minimum",
            -_GRADIENT,
            "That is the way of steepest descent. It leads to the minimum only if g is an eigenvector of H.",
        ),
        Misconception(
            "multiplied by the Hessian instead of divided",
            _HESSIAN @ _GRADIENT,
            "You stretched the steep directions and shrank the flat ones. The way to the minimum needs the "
            "opposite.",
        ),
        Misconception(
            "flattest direction taken for the way",
            _VECTORS[:, 0],
            "The minimum usually lies far along the direction of least curvature, but not exactly along it: "
            "the part of g along the steep direction needs its step too.",
        ),
    ),
)
