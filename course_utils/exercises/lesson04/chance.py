"""Exercises 04.4 and 04.5: how likely a minimum is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import number
from course_utils.random_landscapes import sample_goe

Array = NDArray[np.float64]

# 04.4 ------------------------------------------------------------------------------------------


def _inputs() -> list[tuple[Array]]:
    rng = np.random.default_rng(44)
    # Shifted, so that some of the larger matrices are positive definite too.
    shifts = {1: 0.0, 2: 0.0, 3: 0.5, 6: 1.5}
    return [(sample_goe(n, 200, rng=rng) + shift * np.eye(n),) for n, shift in shifts.items()]


def _fraction_all_positive(matrices: Array) -> float:
    return float(np.mean(np.linalg.eigvalsh(matrices)[:, 0] > 0))


def _by_cholesky(matrices: Array) -> float:
    """Count the matrices that have a Cholesky factor."""
    found = 0
    for matrix in matrices:
        try:
            np.linalg.cholesky(matrix)
            found += 1
        except np.linalg.LinAlgError:
            pass
    return found / len(matrices)


ALL_POSITIVE = Exercise(
    id="04.4",
    title="How many random Hessians belong to minima?",
    accepts=function(_fraction_all_positive, _inputs(), rtol=1e-6),
    hints=(
        "A Hessian belongs to a minimum if all of its eigenvalues are positive.",
        "`np.linalg.eigvalsh(matrices)` takes the whole stack at once; its result has shape (count, n).",
        "All are positive if the smallest is: it comes first. The mean of a comparison is a fraction.",
    ),
    model=Solution(
        code="""
def fraction_all_positive(matrices):
    return np.mean(np.linalg.eigvalsh(matrices)[:, 0] > 0)

exercise("04.4").check(fraction_all_positive)
""",
        explanation="`eigvalsh` sorts upwards, so the first eigenvalue decides. With your function the "
        "probability of a minimum can be measured, as long as it is not too small to ever occur.",
    ),
    right_answers=(
        _fraction_all_positive,
        _by_cholesky,
        lambda matrices: (np.linalg.eigvalsh(matrices) > 0).all(axis=1).sum() / len(matrices),
    ),
    misconceptions=(
        Misconception(
            "determinant for all eigenvalues",
            lambda matrices: float(np.mean(np.linalg.det(matrices) > 0)),
            "A positive determinant needs an even number of negative eigenvalues, not none.",
        ),
        Misconception(
            "positive diagonal taken for a minimum",
            lambda matrices: float(np.mean((np.diagonal(matrices, axis1=1, axis2=2) > 0).all(axis=1))),
            "A positive diagonal says that f curves up along the axes. Between them it can curve down.",
        ),
        Misconception(
            "positive eigenvalues counted one by one",
            lambda matrices: float(np.mean(np.linalg.eigvalsh(matrices) > 0)),
            "That is the fraction of positive eigenvalues. Asked for are the matrices with no other kind.",
        ),
        Misconception(
            "some positive eigenvalue is enough",
            lambda matrices: float(np.mean(np.linalg.eigvalsh(matrices)[:, -1] > 0)),
            "You ask whether the largest eigenvalue is positive. Which one decides about all?",
        ),
    ),
)


# 04.5 ------------------------------------------------------------------------------------------

_MINIMA, _MAXIMA, _DIMENSION = 7, 6, 10

SEPARABLE = Exercise(
    id="04.5",
    title="Coins that are right",
    data={"minima": _MINIMA, "maxima": _MAXIMA, "dimension": _DIMENSION},
    accepts=number((_MINIMA / (_MINIMA + _MAXIMA)) ** _DIMENSION, rtol=2e-3),
    hints=(
        "For f = φ(x₁) + … + φ(xₙ) the gradient vanishes where every φ′(xᵢ) does: choose each coordinate "
        "freely among the critical points of φ.",
        "The Hessian is diagonal with entries φ″(xᵢ): a minimum needs a minimum of φ in every coordinate.",
        "There are (minima + maxima)ⁿ critical points, and minimaⁿ of them are minima.",
    ),
    model=Solution(
        code="""
data = exercise("04.5").data
share = data["minima"] / (data["minima"] + data["maxima"])
exercise("04.5").check(share ** data["dimension"])
""",
        explanation="Each coordinate is an independent, slightly loaded coin. So the fraction of minima "
        "falls exactly like e^(−cN): here, and wherever the variables do not interact.",
    ),
    right_answers=(
        (_MINIMA / (_MINIMA + _MAXIMA)) ** _DIMENSION,
        np.float64(_MINIMA**_DIMENSION / (_MINIMA + _MAXIMA) ** _DIMENSION),
        0.00205,
    ),
    misconceptions=(
        Misconception(
            "fair coin for a loaded one",
            0.5**_DIMENSION,
            "You tossed fair coins. In one coordinate, how many critical points are minima?",
        ),
        Misconception(
            "percentage for a fraction",
            100 * (_MINIMA / (_MINIMA + _MAXIMA)) ** _DIMENSION,
            "That is the number in percent. A fraction lies between 0 and 1.",
        ),
        Misconception(
            "one coordinate for all",
            _MINIMA / (_MINIMA + _MAXIMA),
            "That is the fraction in one variable. Every coordinate has to sit at a minimum.",
        ),
        Misconception(
            "maxima counted as minima",
            (_MAXIMA / (_MINIMA + _MAXIMA)) ** _DIMENSION,
            "You counted the maxima: the points at which every coordinate sits on top.",
        ),
        Misconception(
            "at least one minimum among the coordinates",
            1 - (_MAXIMA / (_MINIMA + _MAXIMA)) ** _DIMENSION,
            "At a minimum no coordinate may curve down; you asked for one that curves up.",
        ),
    ),
)
