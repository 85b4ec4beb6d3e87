"""Task hw09.1: what a walk without an aim shows as well."""

from __future__ import annotations

from math import pi, sqrt

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

_GIVEN = {"steps": 1000, "solution": 900, "distance": 300.0, "early": 225}
_A = _GIVEN["distance"]
_ALONG = _A * _GIVEN["early"] / _GIVEN["solution"]
_TOO, _NOT = "a walk too", "not a walk"
_WORDS = {"half_circle": _TOO, "two_hold_76": _TOO, "one_holds_96": _NOT, "steps_alike": _NOT}
_NUMBERS = {
    "early": sqrt(_ALONG * (_A - _ALONG)),
    "late": _A * sqrt((_GIVEN["steps"] - _GIVEN["solution"]) / _GIVEN["solution"]),
    "three": 6 / pi**2 * (1 + 1 / 4 + 1 / 9),
}
_TRUTH = _NUMBERS | _WORDS

NULLS = Exercise(
    id="hw09.1",
    title="What a walk shows as well",
    data=_GIVEN,
    accepts=parts(
        **{name: number(value) for name, value in _NUMBERS.items()},
        **{name: choice(word, (_TOO, _NOT)) for name, word in _WORDS.items()},
    ),
    hints=(
        "All steps are at right angles and equally long. So after a share s of the way to the solution the "
        "squared distance from the start is sA², and α = sA.",
        "`late`: the steps after the solution are at right angles to everything before, the line included. "
        "How long are a hundred of them together, if nine hundred have the length A?",
        "A walk puts 6/π²k² of its variance on component k.",
    ),
    model=Solution(
        code="""
data = exercise("hw09.1").data
A, share = data["distance"], data["early"] / data["solution"]
exercise("hw09.1").check(
    early=np.sqrt(share * A * (A - share * A)),
    late=A * np.sqrt((data["steps"] - data["solution"]) / data["solution"]),
    three=6 / np.pi**2 * (1 + 1 / 4 + 1 / 9),
    half_circle="a walk too", two_hold_76="a walk too", one_holds_96="not a walk", steps_alike="not a walk",
)
""",
        explanation="The half circle and the 76 % belong to the dimension. A first component far above 61 %, "
        "or steps that go on in the direction of the last one, do not.",
    ),
    right_answers=(
        _TRUTH,
        {"early": 129.9, "late": 100, "three": 0.8274, **{k: v.upper() for k, v in _WORDS.items()}},
    ),
    misconceptions=(
        Misconception(
            "how far it came for the residual",
            {**_TRUTH, "early": _A * sqrt(_GIVEN["early"] / _GIVEN["solution"])},
            "`early`: that is how far the walk has come from its start. Take away what lies along the line.",
        ),
        Misconception(
            "walk back on its line after the solution",
            {**_TRUTH, "late": 0.0},
            "`late`: at the solution the residual is 0, by construction. A hundred steps later it is not: "
            "the walk has no reason to stay on the line.",
        ),
        Misconception(
            "hundred steps as long as their share",
            {**_TRUTH, "late": _A / 9},
            "`late`: lengths of steps at right angles add up as squares, not as lengths.",
        ),
        Misconception(
            "third component alone",
            {**_TRUTH, "three": 6 / pi**2 / 9},
            "`three`: that is the share of the third component. Asked for are the first three together.",
        ),
        Misconception(
            "variance in two components as evidence",
            {**_TRUTH, "two_hold_76": _NOT},
            "`two_hold_76`: add up 6/π² and 6/4π².",
        ),
        Misconception(
            "an arc as the mark of training",
            {**_TRUTH, "half_circle": _NOT},
            "`half_circle`: what does β = √(α(A − α)) look like?",
        ),
    ),
)
