"""Task hw10.1: critical points where variances are equal, and how many copies a symmetry makes of one."""

from __future__ import annotations

from itertools import combinations
from math import factorial

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_VARIANCES, _HIDDEN = (7, 4, 3, 3), 2
_KEPT = [
    sum(_VARIANCES[i] for i in kept)
    for r in range(_HIDDEN + 1)
    for kept in combinations(range(len(_VARIANCES)), r)
]
_TRUTH = {
    "heights": float(len(set(_KEPT))),
    "ways": 2.0,  # 7 for 4 and 7 for 3; the other 3 is no better than the one that is kept
    "zeros": _HIDDEN**2 + 1.0,  # C, and one twin turned into the other
    "closed": 2.0,  # 7 and 4 for 3; a spare unit that is closed in three layers opens to third order
    "idle": factorial(5) / factorial(2) * 2.0**3,
    "halved": factorial(5) / 2 * 2.0**5,
}

TWINS = Exercise(
    id="hw10.1",
    title="Twins",
    data={"variances": list(_VARIANCES), "hidden": _HIDDEN},
    accepts=parts(**{name: number(value, 1e-4) for name, value in _TRUTH.items()}),
    hints=(
        "The loss depends on the sum of the variances kept. Write down all sums of at most two.",
        "A direction that is turned towards an equal one changes nothing, neither up nor down. Every pair "
        "(kept, dropped) has two eigenvalues; what becomes of the lower one?",
        "`closed`: which of the two kinds of ways down needs the spare unit, and how many of its weights "
        "would have to move at once?",
        "`idle`, `halved`: 5!·2⁵ renamings and flips in all. Which of them leave the parameters as they are?",
    ),
    model=Solution(
        code="""
exercise("hw10.1").check(
    heights=len({0, 7, 4, 3, 7 + 4, 7 + 3, 4 + 3, 3 + 3}),
    ways=2,
    zeros=2**2 + 1,
    closed=2,
    idle=120 * 32 / (2 * 2**2),
    halved=120 * 32 / 2,
)
""",
        explanation="Two kinds of points share the height 7, with three ways down and with two. An equal "
        "variance is no way down but a flat one. And a point has as many copies as there are renamings and "
        "flips, over those that leave it alone.",
    ),
    right_answers=(_TRUTH, {name: int(value) for name, value in _TRUTH.items()}),
    misconceptions=(
        Misconception(
            "equal sums counted apart",
            {**_TRUTH, "heights": 8.0},
            "`heights`: two of your kinds of points have the same loss. Compare the sums that are kept.",
        ),
        Misconception(
            "every set of directions a height",
            {**_TRUTH, "heights": 11.0},
            "`heights`: there are eleven sets, but with equal variances some of them have one loss.",
        ),
        Misconception(
            "twin taken for a better direction",
            {**_TRUTH, "ways": 3.0},
            "`ways`: turning the 3 that is kept into the other 3 leaves the loss as it is. That is no way "
            "down.",
        ),
        Misconception(
            "zeros of separate variances",
            {**_TRUTH, "zeros": 4.0},
            "`zeros`: four come from C. But here a kept direction can also be turned into an equal one.",
        ),
        Misconception(
            "closed unit with ways down",
            {**_TRUTH, "closed": 5.0},
            "`closed`: you let the spare unit take up the three others. With three layers that takes three "
            "weights at once, and the Hessian sees two.",
        ),
        Misconception(
            "nothing left alone by a renaming",
            {**_TRUTH, "idle": 3840.0, "halved": 3840.0},
            "`idle`, `halved`: 5!·2⁵ counts renamings and flips. Some of them change nothing: exchange two "
            "equal units, flip the sign of a zero.",
        ),
        Misconception(
            "idle units kept in their places",
            {**_TRUTH, "idle": 48.0},
            "`idle`: you renamed the three units in use among themselves. Any two of the five may be the "
            "idle ones.",
        ),
    ),
)
