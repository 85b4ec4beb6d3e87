"""Exercises 07.3 to 07.5: conventions, repulsion, and how many saddles there are for a minimum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import number
from course_utils.random_landscapes import sample_goe

Array = NDArray[np.float64]

# 07.3 ------------------------------------------------------------------------------------------

_SIZE, _VARIANCE = 400, 0.09
_RADIUS = 2 * np.sqrt(_SIZE * _VARIANCE)

RADIUS = Exercise(
    id="07.3",
    title="Somebody else's random matrix",
    data={"size": _SIZE, "variance_off_diagonal": _VARIANCE},
    accepts=number(_RADIUS),
    hints=(
        "Ours have the variance 1/N beside the diagonal and the radius 2. By which factor are these larger?",
        "Multiplying a matrix by c multiplies its eigenvalues by c and the variance of its entries by c².",
        "c = √(variance · N), and the radius is 2c.",
    ),
    model=Solution(
        code="""
data = exercise("07.3").data
exercise("07.3").check(2 * np.sqrt(data["size"] * data["variance_off_diagonal"]))
""",
        explanation="The radius is 2√(N·variance beside the diagonal), whatever the diagonal does: it has "
        "only "
        "N of the N² entries. Papers differ in this variance, so look for it before comparing thresholds.",
    ),
    right_answers=(_RADIUS, 12, 2 * 0.3 * 20),
    misconceptions=(
        Misconception(
            "variance taken for the standard deviation",
            2 * np.sqrt(_SIZE) * _VARIANCE,
            "You multiplied with the variance. Eigenvalues scale like the entries: take its square root.",
        ),
        Misconception(
            "variance of the diagonal",
            2 * np.sqrt(2 * _SIZE * _VARIANCE),
            "The diagonal has twice the variance, but is a small part of the matrix. Leave it out.",
        ),
        Misconception(
            "half the radius of the semicircle",
            _RADIUS / 2,
            "The semicircle of variance 1/N reaches from −2 to 2, not from −1 to 1.",
        ),
        Misconception(
            "width for the radius",
            2 * _RADIUS,
            "That is the width of the semicircle, from its left end to its right one.",
        ),
        Misconception(
            "radius growing like N",
            2 * _SIZE * np.sqrt(_VARIANCE),
            "Eigenvalues grow like √N: the squares of all entries, N²·variance, are shared by N of them.",
        ),
    ),
)


# 07.4 ------------------------------------------------------------------------------------------


def _inputs() -> list[tuple[Array]]:
    rng = np.random.default_rng(74)
    # In disorder, as `np.linalg.eigvals` returns them, and not centred at zero.
    return [
        (rng.permuted(np.linalg.eigvalsh(sample_goe(n, count, rng=rng)) + 0.7, axis=-1),)
        for n, count in ((3, 4), (5, 30), (2, 7))
    ]


def _neighbour_gaps(eigenvalues: Array) -> Array:
    gaps = np.diff(np.sort(eigenvalues, axis=-1), axis=-1)
    return np.asarray(gaps / gaps.mean(axis=0))


def _by_slices(eigenvalues: Array) -> Array:
    """Sort a copy and subtract each column from the next."""
    ordered = np.array(eigenvalues, dtype=float)
    ordered.sort(axis=1)
    gaps = ordered[:, 1:] - ordered[:, :-1]
    return np.asarray(len(gaps) * gaps / gaps.sum(axis=0, keepdims=True))


GAPS = Exercise(
    id="07.4",
    title="Gaps between neighbours",
    accepts=function(_neighbour_gaps, _inputs()),
    hints=(
        "Neighbours are neighbours in size: put each spectrum in order first, `np.sort(eigenvalues, "
        "axis=-1)`.",
        "`np.diff(..., axis=-1)` of the ordered spectra, shape (count, N − 1).",
        "The mean gap differs from place to place: divide by `gaps.mean(axis=0)`, the mean over the "
        "matrices.",
    ),
    model=Solution(
        code="""
def neighbour_gaps(eigenvalues):
    gaps = np.diff(np.sort(eigenvalues, axis=-1), axis=-1)
    return gaps / gaps.mean(axis=0)

exercise("07.4").check(neighbour_gaps)
""",
        explanation="Dividing by the mean gap at each place makes gaps in the thick middle of the semicircle "
        "and at its thin ends comparable. Their histogram is nearly the same for every N from 2 on.",
    ),
    right_answers=(
        _neighbour_gaps,
        _by_slices,
        lambda eigenvalues: (lambda s: (s[:, 1:] - s[:, :-1]) / np.diff(s.mean(axis=0)))(
            np.sort(eigenvalues)
        ),
    ),
    misconceptions=(
        Misconception(
            "neighbours in the order of the list",
            lambda eigenvalues: (lambda gaps: gaps / np.where(gaps.mean(axis=0) == 0, 1, gaps.mean(axis=0)))(
                np.diff(eigenvalues, axis=-1)
            ),
            "You subtract entries that stand beside each other in the list. Sort each spectrum first.",
        ),
        Misconception(
            "one mean for all places",
            lambda eigenvalues: (lambda gaps: gaps / gaps.mean())(np.diff(np.sort(eigenvalues), axis=-1)),
            "You divide by the mean of all gaps. At the ends of the semicircle gaps are wider than in its "
            "middle: take the mean at each place, over the matrices.",
        ),
        Misconception(
            "mean within each spectrum",
            lambda eigenvalues: (lambda gaps: gaps / gaps.mean(axis=-1, keepdims=True))(
                np.diff(np.sort(eigenvalues), axis=-1)
            ),
            "You divide by the mean of each spectrum. That is another number for every matrix; the mean at "
            "each place is asked for.",
        ),
        Misconception(
            "gaps with their own scale",
            lambda eigenvalues: np.diff(np.sort(eigenvalues), axis=-1),
            "These are the gaps. Divide them by their mean at each place, so that 1 is typical everywhere.",
        ),
        Misconception(
            "gaps between matrices",
            lambda eigenvalues: (lambda gaps: gaps / np.abs(gaps.mean(axis=0)))(
                np.diff(np.sort(eigenvalues, axis=0), axis=0) + 1e-12
            ),
            "You go from matrix to matrix. Neighbours are the eigenvalues of one matrix, along the last "
            "axis.",
        ),
    ),
)


# 07.5 ------------------------------------------------------------------------------------------

_COUNTS = np.array([18, 74, 121, 77, 16])

SADDLES_PER_MINIMUM = Exercise(
    id="07.5",
    title="Saddles for each minimum",
    data={"points_of_index": _COUNTS},
    accepts=number(_COUNTS[1:-1].sum() / _COUNTS[0]),
    hints=(
        "Entry k counts the critical points of index k. Which of them are minima, which maxima?",
        "Index 0 is a minimum, index N a maximum; all between are saddles.",
        "Add up all entries but the first and the last, and divide by the first.",
    ),
    model=Solution(
        code="""
points = exercise("07.5").data["points_of_index"]
exercise("07.5").check(points[1:-1].sum() / points[0])
""",
        explanation="Saddles have an index between 0 and N. Their number for each minimum grows with N "
        "because there are more kinds of them, and because the kinds in the middle are the most common.",
    ),
    right_answers=(_COUNTS[1:-1].sum() / _COUNTS[0], 272 / 18),
    misconceptions=(
        Misconception(
            "maxima counted as saddles",
            _COUNTS[1:].sum() / _COUNTS[0],
            "You counted the points of index N as well. All of their eigenvalues are negative: maxima.",
        ),
        Misconception(
            "index one alone",
            _COUNTS[1] / _COUNTS[0],
            "Those are the saddles with one way down. Every index between 0 and N is a saddle.",
        ),
        Misconception(
            "all critical points for each minimum",
            _COUNTS.sum() / _COUNTS[0],
            "You counted minima and maxima too. Only the saddles are asked for.",
        ),
        Misconception(
            "saddles among all critical points",
            _COUNTS[1:-1].sum() / _COUNTS.sum(),
            "That is the share of the saddles. How many are there for each minimum?",
        ),
        Misconception(
            "minima for each saddle",
            _COUNTS[0] / _COUNTS[1:-1].sum(),
            "The quotient is upside down.",
        ),
    ),
)
