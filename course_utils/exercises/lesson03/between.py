"""Exercises 03.5 and 03.6: two networks, and the straight line between them."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import either

Array = NDArray[np.float64]
Order = NDArray[np.intp]

# 03.5 ------------------------------------------------------------------------------------------


def _costs(A: Array, B: Array) -> Array:
    squares: Array = ((A[:, None] - B) ** 2).sum(axis=-1)
    return squares


def _match(A: Array, B: Array) -> Order:
    from scipy.optimize import linear_sum_assignment

    return np.asarray(linear_sum_assignment(_costs(A, B))[1], dtype=np.intp)


def _match_by_trying(A: Array, B: Array) -> list[int]:
    orders = permutations(range(len(A)))
    return list(min(orders, key=lambda order: float(((A - B[list(order)]) ** 2).sum())))


def _nearest(A: Array, B: Array) -> Order:
    return np.asarray(_costs(A, B).argmin(axis=1))


def _first_come(A: Array, B: Array) -> list[int]:
    taken: list[int] = []
    for row in _costs(A, B):
        taken.append(min((j for j in range(len(B)) if j not in taken), key=lambda j: float(row[j])))
    return taken


def _pairs_of_units() -> list[tuple[Array, Array]]:
    """Return pairs whose best order is unlike the nearest rows, first come first served and its inverse."""
    rng = np.random.default_rng(35)
    found: list[tuple[Array, Array]] = []
    while len(found) < 3:
        k = 4 + len(found)
        A, B = rng.normal(size=(k, 3)), rng.normal(size=(k, 3))
        best = _match(A, B)
        others = (_nearest(A, B), np.array(_first_come(A, B)), np.argsort(best), _match(A, -B))
        if all(not np.array_equal(best, other) for other in others):
            found.append((A, B))
    return found


MATCH = Exercise(
    id="03.5",
    title="Match the units of two networks",
    accepts=function(_match, _pairs_of_units()),
    hints=(
        "Make the table of squared distances between every row of A and every row of B.",
        "Each row of B may be used once. Choosing the best partners for all at once is called an "
        "assignment problem; SciPy solves it.",
        "`scipy.optimize.linear_sum_assignment(cost)` returns rows and columns with the least total cost. "
        "The rows come in order, so the columns are the answer.",
    ),
    model=Solution(
        code="""
from scipy.optimize import linear_sum_assignment

def match(A, B):
    cost = ((A[:, None] - B) ** 2).sum(axis=-1)
    return linear_sum_assignment(cost)[1]

exercise("03.5").check(match)
""",
        explanation="There are k! orders, but the total cost is a sum over pairs, and for such sums the best "
        "order is found in about k³ operations.",
    ),
    right_answers=(_match, _match_by_trying),
    misconceptions=(
        Misconception(
            "nearest unit for each on its own",
            _nearest,
            "Each row of A gets its nearest row of B, so some rows of B are used twice and others never: "
            "that is no order of the units.",
        ),
        Misconception(
            "first come first served",
            _first_come,
            "You give each row of A the nearest row that is left. Late rows then get bad partners; an "
            "earlier row sometimes has to give way for the total to be least.",
        ),
        Misconception(
            "order taken for its inverse",
            lambda A, B: np.argsort(_match(A, B)),
            "Yours says where each row of B goes; asked for is which row of B comes to each place, so that "
            "`B[order]` lies next to A.",
        ),
        Misconception(
            "opposites matched instead of likes",
            lambda A, B: _match(A, -B),
            "Your pairs are as unlike as possible. A cost is made small, a similarity large: which of the "
            "two did you hand over?",
        ),
    ),
)


# 03.6 ------------------------------------------------------------------------------------------


def _lines() -> list[tuple[Array]]:
    """Return losses: unequal ends, the highest point off the middle, none, some losses below 0."""
    t = np.linspace(0, 1, 21)
    hump = 0.2 + 0.3 * t + 1.1 * np.exp(-((t - 0.7) ** 2) / 0.02)
    low = 0.9 - 0.6 * t + 0.5 * np.sin(np.pi * t) ** 2
    bowl = 0.5 + 0.4 * t + 0.8 * t * (t - 1)
    return [(hump,), (low,), (bowl,), (hump[::-1] - 2,)]


def _between(losses: Array) -> Array:
    return np.linspace(losses[0], losses[-1], len(losses))


def _barrier(losses: Array) -> float:
    return float(np.max(losses - _between(losses)))


def _barrier_by_hand(losses: Array) -> float:
    highest, last = 0.0, len(losses) - 1
    for i, loss in enumerate(losses):
        highest = max(highest, loss - ((last - i) * losses[0] + i * losses[-1]) / last)
    return highest


def _above_the_higher_end(losses: Array) -> float:
    """Return the other definition of a barrier in use, which also gives a line that only climbs none."""
    return float(losses.max() - max(losses[0], losses[-1]))


BARRIER = Exercise(
    id="03.6",
    title="How high is the barrier?",
    accepts=either(
        function(_barrier, _lines(), rtol=1e-6), function(_above_the_higher_end, _lines(), rtol=1e-6)
    ),
    hints=(
        "Two networks with different losses have a line between them that climbs or falls even without any "
        "barrier. What is that line?",
        "Subtract the straight line from the first loss to the last one, then take the largest difference.",
        "`np.linspace(losses[0], losses[-1], len(losses))` is that straight line.",
    ),
    model=Solution(
        code="""
def barrier(losses):
    straight = np.linspace(losses[0], losses[-1], len(losses))
    return np.max(losses - straight)

exercise("03.6").check(barrier)
""",
        explanation="The lesson measures from the straight line between the ends, others from the higher "
        "end. Either way a line that only climbs has no barrier, and where the loss stays below it is zero, "
        "not negative.",
    ),
    right_answers=(_barrier, _barrier_by_hand, _above_the_higher_end),
    misconceptions=(
        Misconception(
            "height above the first end",
            lambda losses: float(losses.max() - losses[0]),
            "You measure from the first network. Seen from the other end your barrier would have another "
            "height.",
        ),
        Misconception(
            "height above the mean of the ends",
            lambda losses: float(losses.max() - (losses[0] + losses[-1]) / 2),
            "You measure from the mean of the two ends. A line that only climbs ends above that mean, and "
            "would have a barrier.",
        ),
        Misconception(
            "range of the losses",
            lambda losses: float(losses.max() - losses.min()),
            "The distance between highest and lowest loss is positive even on a line without any barrier.",
        ),
        Misconception(
            "middle of the line for the top",
            lambda losses: float(losses[len(losses) // 2] - (losses[0] + losses[-1]) / 2),
            "You look at the middle alone. The highest point of a barrier may be elsewhere.",
        ),
    ),
)
