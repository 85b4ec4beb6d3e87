"""Exercises 07.1 and 07.2: where the volume is, and how alike distances are."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.predicates import number

# 07.1 ------------------------------------------------------------------------------------------

_THICKNESS, _SHARE = 0.01, 0.9
_DIMENSION = math.log(1 - _SHARE) / math.log(1 - _THICKNESS)

SHELL = Exercise(
    id="07.1",
    title="When does a thin shell hold nearly everything?",
    data={"thickness": _THICKNESS, "share": _SHARE},
    accepts=number(_DIMENSION, rtol=5e-3),  # 230, the next whole number, as well
    hints=(
        "What is left inside is a ball of radius 1 − ε. Which share of the volume does it have?",
        "(1 − ε)^D is left inside. Set it equal to 1 − share.",
        "D = log(1 − share) / log(1 − ε).",
    ),
    model=Solution(
        code="""
data = exercise("07.1").data
exercise("07.1").check(np.log(1 - data["share"]) / np.log(1 - data["thickness"]))
""",
        explanation="A ball of radius 1 − ε holds (1 − ε)^D of the volume. About 2.3/ε dimensions are "
        "enough for 90 %, not the many more that the printed formula asks for.",
    ),
    right_answers=(_DIMENSION, 230, math.ceil(_DIMENSION), np.log1p(-_SHARE) / np.log1p(-_THICKNESS)),
    misconceptions=(
        Misconception(
            "printed formula for the shell",
            -2 * math.log(1 - _SHARE) / _THICKNESS**2,
            "That solves 1 − exp(−Dε²/2), which is about the equator band. What is left of the ball when a "
            "shell of thickness ε is taken off?",
        ),
        Misconception(
            "shell of the share itself",
            math.log(_SHARE) / math.log(1 - _THICKNESS),
            "You let the inner ball hold 90 %. The shell is to hold that, and the inner ball 10 %.",
        ),
        Misconception(
            "volume growing in proportion to the radius",
            _SHARE / _THICKNESS,
            "Adding up ε once for each dimension counts corners several times. Multiply what is left "
            "instead.",
        ),
        Misconception(
            "shell as thick as the ball is small",
            math.log(1 - _SHARE) / math.log(_THICKNESS),
            "The inner ball has the radius 1 − ε, not ε.",
        ),
    ),
)


# 07.2 ------------------------------------------------------------------------------------------

_SPREAD = 0.01

DISTANCES = Exercise(
    id="07.2",
    title="All distances the same, to one percent",
    data={"spread": _SPREAD},
    accepts=number(2 / _SPREAD**2),
    hints=(
        "‖x − y‖² is a sum of D squares. Each has mean 2 and variance 8.",
        "Mean 2D, variance 8D: divide the standard deviation by the mean.",
        "√(8D)/(2D) = √(2/D). Set it equal to the spread and solve for D.",
    ),
    model=Solution(
        code="""
exercise("07.2").check(2 / exercise("07.2").data["spread"] ** 2)
""",
        explanation="A sum of D independent squares has a mean and a variance that both grow like D, so its "
        "relative spread falls like √(2/D). Slowly: ten times less spread takes a hundred times the "
        "dimensions.",
    ),
    right_answers=(20_000, 2 / _SPREAD**2, np.float64(2e4)),
    misconceptions=(
        Misconception(
            "variance for spread",
            2 / _SPREAD,
            "You set the relative variance to 1 %. The spread is a standard deviation: its square is 2/D.",
        ),
        Misconception(
            "distance for its square",
            1 / (2 * _SPREAD**2),
            "That is the spread of the distance itself, which is half as large. The squared distance is "
            "asked for.",
        ),
        Misconception(
            "one point at the origin",
            8 / _SPREAD**2,
            "√(8D) is compared with the mean 2D, not with D: each of the two points brings its own variance.",
        ),
        Misconception(
            "law without its factor",
            1 / _SPREAD**2,
            "The law is √(2/D), not 1/√D: a square of variance v has the variance 2v².",
        ),
    ),
)
