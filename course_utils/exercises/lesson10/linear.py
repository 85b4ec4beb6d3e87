"""Exercise 10.1: the ways down at a critical point of a linear autoencoder."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def _places() -> list[tuple[Array, list[int], int]]:
    rng = np.random.default_rng(101)
    drawn = ((5, (1, 3), 2), (6, (4, 0, 2), 4), (4, (), 3), (7, (6, 1), 5), (3, (2,), 1), (5, (0, 1, 4), 3))
    return [(np.exp(rng.normal(size=d)), list(kept), hidden) for d, kept, hidden in drawn]


def _split(variances: Array, kept: list[int]) -> tuple[Array, Array]:
    inside = np.isin(np.arange(len(variances)), kept)
    return variances[inside], variances[~inside]


def _index(variances: Array, kept: list[int], hidden: int) -> int:
    mine, others = _split(variances, kept)
    swaps = int(np.sum(others[:, None] > mine))
    return swaps + (hidden - len(mine)) * len(others)


def _by_counting(variances: Array, kept: list[int], hidden: int) -> int:
    count = 0
    for j in range(len(variances)):
        if j not in kept:
            count += sum(1 for i in kept if variances[j] > variances[i]) + hidden - len(kept)
    return count


def _swaps_alone(variances: Array, kept: list[int], hidden: int) -> int:
    return _index(variances, kept, len(kept))


def _by_place(variances: Array, kept: list[int], hidden: int) -> int:
    pairs = combinations(range(len(variances)), 2)
    swaps = sum((i not in kept) and (j in kept) for i, j in pairs)
    return swaps + (hidden - len(kept)) * (len(variances) - len(kept))


def _worse(variances: Array, kept: list[int], hidden: int) -> int:
    mine, others = _split(variances, kept)
    return int(np.sum(others[:, None] < mine)) + (hidden - len(mine)) * len(others)


def _once(variances: Array, kept: list[int], hidden: int) -> int:
    mine, others = _split(variances, kept)
    return int(np.sum(others[:, None] > mine)) + len(others) * (hidden > len(mine))


INDEX = Exercise(
    id="10.1",
    title="How many ways down?",
    accepts=function(_index, _places()),
    hints=(
        "Two kinds of ways down: a kept component is turned into a better one that was dropped, and a spare "
        "unit takes up a dropped one.",
        "Count the pairs (kept, dropped) in which the dropped one has more variance.",
        "Each of the hidden − len(kept) spare units can take up each of the dropped components.",
    ),
    model=Solution(
        code="""
def index(variances, kept, hidden):
    inside = np.isin(np.arange(len(variances)), kept)
    mine, others = variances[inside], variances[~inside]
    swaps = np.sum(others[:, None] > mine)
    return swaps + (hidden - len(mine)) * len(others)

exercise("10.1").check(index)
""",
        explanation="Every negative eigenvalue is a component that would do better: in the place of a kept "
        "one, or in a spare unit. Only the p largest leave none.",
    ),
    right_answers=(_index, _by_counting),
    misconceptions=(
        Misconception(
            "spare units have no way down",
            _swaps_alone,
            "You count the swaps. A hidden unit that is not in use can take up any dropped component.",
        ),
        Misconception(
            "place in the list taken for variance",
            _by_place,
            "Here the variances are not sorted: compare the variances, not the places.",
        ),
        Misconception(
            "swaps for the worse counted",
            _worse,
            "Turning towards a component with *less* variance raises the loss: that is a way up.",
        ),
        Misconception(
            "one spare unit counted for all",
            _once,
            "Each spare unit has ways down of its own: multiply by their number.",
        ),
    ),
)
