"""Task hw09.5: from which height on two places of a landscape are connected."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]
Cell = tuple[int, int]


def pass_height(heights: Array, first: Cell, second: Cell) -> float:
    """Return the least c for which two cells lie in one piece of the cells with heights ≤ c, by edges."""
    for level in np.unique(heights):
        pieces, _ = label(heights <= level)
        if pieces[first] == pieces[second] != 0:
            return float(level)
    raise ValueError("first and second must be cells of heights")


def _random_ground(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Return a bumpy ground, no two heights equal."""
    waves = rng.normal(size=(rows, columns))
    return np.asarray(np.round(waves + np.roll(waves, 1, axis=0) + np.roll(waves, 1, axis=1), 3))


def _grounds(seed: int) -> list[tuple[Array, Cell, Cell]]:
    rng = np.random.default_rng(seed)
    wall = np.array([[0.0, 5.0, 1.0], [0.5, 6.0, 0.3], [3.0, 2.0, 4.0]])
    drawn = [
        (_random_ground(rng, rows, columns), (0, 0), (rows - 1, columns - 2))
        for rows, columns in ((4, 5), (7, 6), (9, 12))
    ]
    return [(wall + seed % 7, (0, 0), (0, 2)), *drawn]


def _by_flood(heights: Array, first: Cell, second: Cell) -> float:
    """Visit cells from the lowest on, as water would."""
    queue, done, level = [(heights[first], first)], set(), -np.inf
    while queue:
        height, (i, j) = heappop(queue)
        if (i, j) in done:
            continue
        done.add((i, j))
        level = max(level, height)
        if (i, j) == tuple(second):
            break
        for a, b in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
            if 0 <= a < heights.shape[0] and 0 <= b < heights.shape[1]:
                heappush(queue, (heights[a, b], (a, b)))
    return float(level)


# Misconceptions --------------------------------------------------------------------------------


def _across_corners(heights: Array, first: Cell, second: Cell) -> Any:
    for level in np.unique(heights):
        pieces, _ = label(heights <= level, structure=np.ones((3, 3)))
        if pieces[first] == pieces[second] != 0:
            return float(level)
    return np.nan


def _on_the_line(heights: Array, first: Cell, second: Cell) -> Any:
    t = np.linspace(0, 1, 200)[:, None]
    cells = np.rint((1 - t) * first + t * np.array(second)).astype(int)
    return heights[cells[:, 0], cells[:, 1]].max()


def _ends_alone(heights: Array, first: Cell, second: Cell) -> Any:
    return max(heights[first], heights[second])


def _climb(heights: Array, first: Cell, second: Cell) -> Any:
    return pass_height(heights, first, second) - max(heights[first], heights[second])


def _whole_ground(heights: Array, first: Cell, second: Cell) -> Any:
    """Return the level at which everything below it is one piece."""
    counts = [(level, label(heights <= level)[1]) for level in np.unique(heights)]
    return float(next(level for i, (level, _) in enumerate(counts) if all(c == 1 for _, c in counts[i:])))


PASSES = Exercise(
    id="hw09.5",
    title="The height of a pass",
    accepts=function(pass_height, _grounds(95)),
    hints=(
        "`pieces, count = scipy.ndimage.label(heights <= c)` numbers the pieces of the land below c from 1 "
        "on; 0 is what lies above. By default cells touch along edges.",
        "c has to be the height of some cell. Try them from the lowest on: `np.unique(heights)` is sorted.",
        "Both cells must be below c, and in the same piece: equal numbers that are not 0.",
    ),
    model=Solution(
        code="""
from scipy.ndimage import label

def pass_height(heights, first, second):
    for level in np.unique(heights):
        pieces = label(heights <= level)[0]
        if pieces[first] == pieces[second] > 0:
            return level

exercise("hw09.5").check(pass_height)
""",
        explanation="A sublevel set is connected if every two of its cells are. The least level that "
        "connects two minima is the height of the lowest pass between them, which no straight line has to "
        "cross.",
    ),
    right_answers=(pass_height, _by_flood),
    misconceptions=(
        Misconception(
            "passing across corners",
            _across_corners,
            "You let the path pass where two cells touch at a corner only. Neighbours share an edge.",
        ),
        Misconception(
            "ridge of the straight line",
            _on_the_line,
            "That is the highest cell on the straight line. A path may go round.",
        ),
        Misconception(
            "higher end for the pass",
            _ends_alone,
            "That is the higher one of the two cells. On the way there may be something higher.",
        ),
        Misconception(
            "climb for the height",
            _climb,
            "You return how far one has to climb above the higher cell. Asked for is the height itself.",
        ),
        Misconception(
            "level at which all land is one",
            _whole_ground,
            "You waited until everything below the level is one piece. Only the two cells have to be in one.",
        ),
    ),
)

FRESH = function(pass_height, _grounds(9095))
