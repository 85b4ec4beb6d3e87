"""Task hw04.4: how many eigenvalues of a random matrix are negative, and how surely."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number
from course_utils.random_landscapes import EXACT_ALL_POSITIVE, sample_goe
from key.stored import once

_SIZE, _COUNT = 20, 4000
_OPTIONS = ("more than 5", "about 5", "about 2", "less than 1")


def _measured() -> tuple[dict[str, float], float]:
    """Return the numbers asked for, and the variance of all eigenvalues."""
    matrices = sample_goe(_SIZE, _COUNT, rng=np.random.default_rng(4))
    eigenvalues = np.linalg.eigvalsh(matrices)
    index = (eigenvalues < 0).sum(axis=1)
    asked = {"spread": float(np.var(index)), "shift": float(np.median(-eigenvalues[:, 0]))}
    return asked, float(np.var(eigenvalues))


_ALL_UP = float(EXACT_ALL_POSITIVE[3])
_MEASURED, _OF_EIGENVALUES = once(_measured)
_RIGHT: dict[str, Any] = {"prediction": "less than 1", "one_down": 0.5 - _ALL_UP, **_MEASURED}

CHANCE = Exercise(
    id="hw04.4",
    title="How surely half of them are negative",
    data={"size": _SIZE, "count": _COUNT},
    accepts=parts(
        prediction=choice(_RIGHT["prediction"], _OPTIONS),
        one_down=number(_RIGHT["one_down"]),
        spread=number(_RIGHT["spread"], rtol=0.01),
        shift=number(_RIGHT["shift"], rtol=0.005),
    ),
    hints=(
        "If H is a GOE matrix, −H is one, too. What does that say about index k and index N − k?",
        "For N = 3 there are four values of the index, equal in pairs, and their chances add up to one. The "
        "lesson gives one of them.",
        "All eigenvalues of H + s·1 are positive if s is above −λ_min. For half of the matrices: the median.",
    ),
    model=Solution(
        code="""
from course_utils.random_landscapes import sample_goe

eigenvalues = np.linalg.eigvalsh(sample_goe(20, 4000, rng=np.random.default_rng(4)))
exercise("hw04.4").check(
    prediction="less than 1",
    one_down=0.5 - (np.pi - 2 * np.sqrt(2)) / (4 * np.pi),
    spread=np.var((eigenvalues < 0).sum(axis=1)),
    shift=np.median(-eigenvalues[:, 0]),
)
""",
        explanation="H and −H are equally likely, so P(0) = P(3) and P(1) = P(2) = ½ − P(0). Repulsion holds "
        "the index close to N/2, and a shift of nearly the radius is what it takes to have none below zero.",
    ),
    right_answers=(
        _RIGHT,
        {**_RIGHT, "prediction": "Less than 1.", "one_down": (1 - 2 * _ALL_UP) / 2},
    ),
    misconceptions=(
        Misconception(
            "three fair coins",
            {**_RIGHT, "one_down": 3 / 8},
            "`one_down`: 3/8 is what three coins give. Eigenvalues repel each other: all on one side is "
            "rarer, so both sides are more frequent.",
        ),
        Misconception(
            "one and two taken together",
            {**_RIGHT, "one_down": 1 - 2 * _ALL_UP},
            "`one_down`: that is the chance of a saddle of either kind, with one or with two ways down.",
        ),
        Misconception(
            "all positive for all but one",
            {**_RIGHT, "one_down": _ALL_UP},
            "`one_down`: that is the chance of no negative eigenvalue. With exactly one it is another.",
        ),
        Misconception(
            "standard deviation for the variance",
            {**_RIGHT, "spread": _MEASURED["spread"] ** 0.5},
            "`spread`: that is the standard deviation; N/4 for coins is a variance.",
        ),
        Misconception(
            "variance of the eigenvalues",
            {**_RIGHT, "spread": _OF_EIGENVALUES},
            "`spread`: that is how far the eigenvalues spread. Asked for is their number below zero, matrix "
            "by matrix.",
        ),
        Misconception(
            "edge of the semicircle for its sample",
            {**_RIGHT, "shift": 2.0},
            "`shift`: 2 is the edge for N → ∞. The lowest of twenty eigenvalues lies inside.",
        ),
    ),
)
