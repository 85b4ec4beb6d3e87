"""Exercises 09.4 and 09.6: directions to look along, and how many of them matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import number

Array = NDArray[np.float64]

# 09.4 ------------------------------------------------------------------------------------------


def _layers() -> list[tuple[Array, Array]]:
    rng = np.random.default_rng(94)
    found = []
    for shape in ((3, 4), (5, 2), (3, 3)):
        sizes = np.exp(rng.normal(size=(shape[0], 1)))
        found.append((rng.normal(size=shape), sizes * rng.normal(size=shape)))
    return found


def _normalize(direction: Array, weights: Array) -> Array:
    lengths = [np.linalg.norm(rows, axis=1, keepdims=True) for rows in (weights, direction)]
    return np.asarray(direction * lengths[0] / lengths[1])


def _by_rows(direction: Array, weights: Array) -> Array:
    rows = [d * np.sqrt(np.sum(w**2) / np.sum(d**2)) for d, w in zip(direction, weights, strict=True)]
    return np.array(rows)


NORMALIZE = Exercise(
    id="09.4",
    title="Filter by filter",
    accepts=function(_normalize, _layers()),
    hints=(
        "A filter is the row of one unit. Each row of the direction is to be as long as the same row of the "
        "weights.",
        "Divide each row of `direction` by its length, then multiply by the length of the row of `weights`.",
        "`np.linalg.norm(weights, axis=1, keepdims=True)` is a column that multiplies row by row.",
    ),
    model=Solution(
        code="""
def normalize(direction, weights):
    ours = np.linalg.norm(direction, axis=1, keepdims=True)
    theirs = np.linalg.norm(weights, axis=1, keepdims=True)
    return direction / ours * theirs

exercise("09.4").check(normalize)
""",
        explanation="A step of 1 then changes every unit by as much as it is. That removes the arbitrary "
        "size of a layer, not that of each unit's inputs.",
    ),
    right_answers=(_normalize, _by_rows),
    misconceptions=(
        Misconception(
            "whole matrix taken for a filter",
            lambda direction, weights: direction * np.linalg.norm(weights) / np.linalg.norm(direction),
            "You rescale the matrix as a whole, as some tools do. Each unit has a length of its own.",
        ),
        Misconception(
            "columns taken for filters",
            lambda direction, weights: (
                direction * np.linalg.norm(weights, axis=0) / np.linalg.norm(direction, axis=0)
            ),
            "You rescale columns: what one input sends to all units. The filter of a unit is its row.",
        ),
        Misconception(
            "filters of length one",
            lambda direction, weights: direction / np.linalg.norm(direction, axis=1, keepdims=True),
            "Your rows have length 1. How long are those of the weights?",
        ),
        Misconception(
            "direction multiplied without dividing",
            lambda direction, weights: direction * np.linalg.norm(weights, axis=1, keepdims=True),
            "You multiply by the length of the weights, and the row had a length already.",
        ),
        Misconception(
            "entries scaled by their own weights",
            lambda direction, weights: direction * np.abs(weights),
            "You scale entry by entry. One factor belongs to a whole row.",
        ),
    ),
)

# 09.6 ------------------------------------------------------------------------------------------

_EIGENVALUES = np.concatenate([[9.0, 5.0, 3.0], np.full(20, 0.5), np.full(400, 0.002), np.zeros(100)])
_ALPHA = 0.1
_EFFECTIVE = float(np.sum(_EIGENVALUES / (_EIGENVALUES + _ALPHA)))

EFFECTIVE = Exercise(
    id="09.6",
    title="How many directions matter?",
    data={"eigenvalues": _EIGENVALUES, "alpha": _ALPHA},
    accepts=number(_EFFECTIVE, rtol=2e-3),
    hints=(
        "Each eigenvalue counts by λ/(λ + α): what does it give for λ far above α, for λ = α, for λ = 0?",
        "Add up λ/(λ + α) over all eigenvalues, with α as given.",
    ),
    model=Solution(
        code="""
data = exercise("09.6").data
eigenvalues, alpha = data["eigenvalues"], data["alpha"]
exercise("09.6").check(np.sum(eigenvalues / (eigenvalues + alpha)))
""",
        explanation="No sharp count: four hundred tiny eigenvalues together weigh as much as several large "
        "ones. And the answer belongs to α, the curvature below which a direction is taken for flat.",
    ),
    right_answers=(_EFFECTIVE, np.float64(_EFFECTIVE), round(_EFFECTIVE, 2)),
    misconceptions=(
        Misconception(
            "eigenvalues above the threshold counted",
            int(np.sum(_EIGENVALUES > _ALPHA)),
            "You counted the eigenvalues above α. Those below it count a little too, and there are many.",
        ),
        Misconception(
            "rank taken for the effective dimension",
            int(np.sum(_EIGENVALUES > 0)),
            "You counted all that are not zero. Most of them are far below α.",
        ),
        Misconception(
            "trace over the threshold",
            float(np.sum(_EIGENVALUES) / _ALPHA),
            "You divided the sum by α: the largest eigenvalue alone then counts for ninety directions.",
        ),
        Misconception(
            "share of the spectrum that is flat",
            float(np.sum(_ALPHA / (_EIGENVALUES + _ALPHA))),
            "You added α/(λ + α): the directions that do not matter.",
        ),
    ),
)
