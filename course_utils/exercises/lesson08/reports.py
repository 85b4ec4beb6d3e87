"""Exercises 08.7 and 08.8: which solvers leave, and how to sum up waits that did not end."""

from __future__ import annotations

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

# 08.7 ------------------------------------------------------------------------------------------

_STAYS, _LEAVES = "stays", "leaves"
_SOLVERS = {
    "BFGS": _STAYS,
    "Nelder_Mead": _LEAVES,
    "trust_exact": _STAYS,
    "COBYLA": _LEAVES,
    "CMA_ES": _LEAVES,
    "SPSA": _STAYS,
}

FROM_THE_TOP = Exercise(
    id="08.7",
    title="What do the ones that leave have in common?",
    accepts=parts(**{name: choice(fate, (_STAYS, _LEAVES)) for name, fate in _SOLVERS.items()}),
    hints=(
        "Exactly at the saddle the gradient is zero. Which of them ask for a gradient, and stop when it is?",
        "trust-exact could leave, from its first subproblem on. Does it get to solve one?",
        "SPSA compares f(x + δ) with f(x − δ). What is that difference for an even function?",
    ),
    model=Solution(
        code="""
exercise("08.7").check(
    BFGS="stays", Nelder_Mead="leaves", trust_exact="stays", COBYLA="leaves", CMA_ES="leaves", SPSA="stays"
)
""",
        explanation="Those leave that look at other points before they decide to stop. A test of ‖g‖ at "
        "the start "
        "ends the others with success; SPSA looks at two points, but symmetric ones.",
    ),
    right_answers=(_SOLVERS, {name: fate.upper() for name, fate in _SOLVERS.items()}),
    misconceptions=(
        Misconception(
            "an exact subproblem is always solved",
            {**_SOLVERS, "trust_exact": _LEAVES},
            "Its subproblem knows the hard case. But ‖g‖ is tested first, and it is 0: it stops at once, "
            "with "
            "success. On the ridge, where g is not 0, it does leave.",
        ),
        Misconception(
            "every random method leaves",
            {**_SOLVERS, "SPSA": _LEAVES},
            "Random directions are not enough: SPSA takes the difference of two points on both sides, and "
            "this "
            "function has the same value at both.",
        ),
        Misconception(
            "no gradient and therefore stuck",
            {**_SOLVERS, "Nelder_Mead": _STAYS, "COBYLA": _STAYS},
            "A method that knows values alone has to look around, and finds the way down by doing so.",
        ),
        Misconception(
            "approximate Hessian finds the exit",
            {**_SOLVERS, "BFGS": _LEAVES},
            "BFGS multiplies the gradient by a matrix. What is that at the saddle?",
        ),
    ),
)

# 08.8 ------------------------------------------------------------------------------------------

_LIMIT = 6000.0
_WAITS = np.array([212.0, 171.0, np.inf, 388.0, 1240.0, 195.0, np.inf, 254.0, np.inf])

CENSORED = Exercise(
    id="08.8",
    title="Nine waits, three of them without an end",
    data={"steps": _WAITS, "limit": _LIMIT},
    accepts=number(float(np.median(_WAITS))),
    hints=(
        "Three runs had not left after 6,000 steps: all that is known of them is that they are longer.",
        "Sort them. Which number stands in the middle, whatever the three would have been?",
    ),
    model=Solution(
        code='exercise("08.8").check(np.median(exercise("08.8").data["steps"]))',
        explanation="The median needs the order alone, so a wait of unknown length counts as long. A mean "
        "of what "
        "ended is a mean of the quick ones; a mean with the limit in place of infinity reports the limit.",
    ),
    right_answers=(388, np.median(_WAITS), np.sort(_WAITS)[4]),
    misconceptions=(
        Misconception(
            "mean of the waits that ended",
            float(_WAITS[np.isfinite(_WAITS)].mean()),
            "You averaged the runs that left. The slowest ones are not among them.",
        ),
        Misconception(
            "median of the waits that ended",
            float(np.median(_WAITS[np.isfinite(_WAITS)])),
            "You dropped the runs that did not leave. They are known to be longer than all others: keep "
            "them.",
        ),
        Misconception(
            "limit taken for a wait",
            float(np.where(np.isfinite(_WAITS), _WAITS, _LIMIT).mean()),
            "You put the limit in the place of what is not known. With twice the limit your number would "
            "nearly "
            "double, and nothing would have happened.",
        ),
    ),
)
