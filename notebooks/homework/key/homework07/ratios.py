"""Task hw07.3: repulsion seen without a scale, by ratios of neighbouring gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def gap_ratios(eigenvalues: Array) -> Array:
    """Return the smaller over the larger of two gaps in a row, 1 if both are 0; (count, N) → (count, N−2).

    Oganesyan & Huse (2007), equation 2.
    """
    gaps = np.diff(np.sort(eigenvalues, axis=-1), axis=-1)
    small = np.minimum(gaps[:, 1:], gaps[:, :-1])
    large = np.maximum(gaps[:, 1:], gaps[:, :-1])
    ratios: Array = np.where(large > 0, small / np.where(large > 0, large, 1.0), 1.0)
    return ratios


def _cases(seed: int = 73) -> list[tuple[Array]]:
    rng = np.random.default_rng(seed)
    return [
        (np.array([[1.0, 4.0, 2.0]]),),
        *((rng.permuted(rng.normal(0.6, scale, (count, n)), axis=1),) for count, n, scale in _SHAPES),
    ]


_SHAPES = ((2, 4, 1.0), (5, 7, 30.0), (3, 12, 0.01))


def _one_by_one(eigenvalues: Array) -> Any:
    rows = []
    for row in eigenvalues:
        a = sorted(row)
        pairs = [(a[i + 1] - a[i], a[i + 2] - a[i + 1]) for i in range(len(a) - 2)]
        rows.append([1.0 if max(pair) == 0 else min(pair) / max(pair) for pair in pairs])
    return np.array(rows)


def _gaps(eigenvalues: Array) -> Array:
    return np.asarray(np.diff(np.sort(eigenvalues, axis=-1), axis=-1))


def _next_over_last(eigenvalues: Array) -> Any:
    gaps = _gaps(eigenvalues)
    return gaps[:, 1:] / gaps[:, :-1]


def _unsorted(eigenvalues: Array) -> Any:
    gaps = np.abs(np.diff(eigenvalues, axis=-1))
    return np.minimum(gaps[:, 1:], gaps[:, :-1]) / np.maximum(gaps[:, 1:], gaps[:, :-1])


def _by_size(eigenvalues: Array) -> Any:
    return gap_ratios(np.abs(eigenvalues))


def _of_values(eigenvalues: Array) -> Any:
    ordered = np.sort(eigenvalues, axis=-1)[:, 1:]
    sizes = np.abs(ordered)
    return np.minimum(sizes[:, 1:], sizes[:, :-1]) / np.maximum(sizes[:, 1:], sizes[:, :-1])


def _over_the_largest(eigenvalues: Array) -> Any:
    gaps = _gaps(eigenvalues)
    return np.minimum(gaps[:, 1:], gaps[:, :-1]) / gaps.max(axis=-1, keepdims=True)


RATIOS = Exercise(
    id="hw07.3",
    title="Repulsion without a scale",
    accepts=function(gap_ratios, _cases()),
    hints=(
        "Put each spectrum in order, `np.sort(eigenvalues, axis=-1)`; its gaps are `np.diff(..., axis=-1)`, "
        "one fewer.",
        "`gaps[:, :-1]` and `gaps[:, 1:]` are the two sides. `np.minimum` and `np.maximum` compare them "
        "entry by entry.",
        "Where the larger one is 0, so is the smaller one: do not divide there, the ratio is 1.",
    ),
    model=Solution(
        code="""
def gap_ratios(eigenvalues):
    gaps = np.diff(np.sort(eigenvalues, axis=-1), axis=-1)
    left, right = gaps[:, :-1], gaps[:, 1:]
    large = np.maximum(left, right)
    return np.where(large > 0, np.minimum(left, right) / np.where(large > 0, large, 1), 1.0)

exercise("hw07.3").check(gap_ratios)
""",
        explanation="A ratio needs neither the semicircle nor the scale of the matrix. Its mean is 2 ln 2 − "
        "1 = 0.386 for independent numbers and about 0.53 for the GOE.",
    ),
    right_answers=(gap_ratios, _one_by_one),
    misconceptions=(
        Misconception(
            "next gap over the last one",
            _next_over_last,
            "You divide each gap by the one before it, whichever is larger. The smaller over the larger one "
            "is asked for.",
        ),
        Misconception(
            "larger gap over the smaller",
            lambda eigenvalues: 1 / gap_ratios(eigenvalues),
            "Your ratios are 1 or more: they are upside down.",
        ),
        Misconception(
            "gaps of a spectrum in disorder",
            _unsorted,
            "The eigenvalues come in any order. Gaps are between neighbours in size: sort first.",
        ),
        Misconception(
            "sizes sorted for values",
            _by_size,
            "You sorted by size, |λ|. Then −1 and 1 are neighbours, and they are two apart.",
        ),
        Misconception(
            "ratios of eigenvalues",
            _of_values,
            "You compare eigenvalues with their neighbours. Take differences first: repulsion is about gaps.",
        ),
        Misconception(
            "largest gap of all for its neighbour",
            _over_the_largest,
            "You divide by the largest gap of the whole spectrum. Each ratio is of two gaps that touch.",
        ),
    ),
)

FRESH = function(gap_ratios, _cases(9073)[1:])
