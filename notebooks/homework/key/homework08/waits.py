"""Task hw08.3: what a wait costs, by formula, and where float64 ends it."""

from __future__ import annotations

from math import log, log1p, sqrt

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_GIVEN = {"dimension": 10_000, "radius": 1e-3, "learning_rate": 0.1, "curvature": 0.2}


def _steps(dimension: float, radius: float, learning_rate: float, curvature: float) -> float:
    return log(sqrt(dimension) / radius) / log1p(learning_rate * curvature)


def _left_of_halves(share: float) -> float:
    """Return what is left, in units of the smallest float64, when x ← x − share · x moves no more."""
    x = 1.0
    while (after := x - share * x) != x:
        x = after
    return x / 2.0**-1074


_NOW = _steps(**_GIVEN)
_TRUTH = {
    "steps": _NOW,
    "more_dimensions": _steps(**(_GIVEN | {"dimension": 1_000_000})) - _NOW,
    "flatter": _steps(**(_GIVEN | {"curvature": 0.02})) / _NOW,
    "promise": 1e4,
    "left": _left_of_halves(0.1),
}

WAITS = Exercise(
    id="hw08.3",
    title="What a wait costs",
    data=_GIVEN,
    accepts=parts(**{name: number(value, 2e-3) for name, value in _TRUTH.items()}),
    hints=(
        "A kick has the part r/√n along the way down, and it grows by 1 + ηλ a step: log(√n/r)/log(1 + ηλ).",
        "The promise is Δχ⁴ℓ/ε². Which ε makes √(ρε) ten times smaller?",
        "`left`: below 2⁻¹⁰²² the numbers are whole multiples k of 2⁻¹⁰⁷⁴, and a step subtracts 0.1 k, "
        "rounded. For which k is that 0? Or run it.",
    ),
    model=Solution(
        code="""
data = exercise("hw08.3").data
def count(n, curvature):
    return np.log(np.sqrt(n) / data["radius"]) / np.log(1 + data["learning_rate"] * curvature)

x = 1.0
while x - 0.1 * x != x:
    x = x - 0.1 * x
exercise("hw08.3").check(
    steps=count(1e4, 0.2),
    more_dimensions=count(1e6, 0.2) - count(1e4, 0.2),
    flatter=count(1e4, 0.02) / count(1e4, 0.2),
    promise=100**2,
    left=x / 2.0**-1074,
)
""",
        explanation="A hundred times the dimension costs a fifth more, a tenth of the curvature ten times "
        "as much; the promise pays with ten thousand, because ε is the square of a curvature and enters "
        "squared. And shrinking by tenths ends at four smallest numbers.",
    ),
    right_answers=(
        _TRUTH,
        {
            "steps": 582,
            "more_dimensions": 116.3,
            "flatter": round(_TRUTH["flatter"], 2),
            "promise": 10_000,
            "left": 4,
        },
    ),
    misconceptions=(
        Misconception(
            "whole kick along the way down",
            {**_TRUTH, "steps": log(1e3) / log1p(0.02)},
            "`steps`: you started at the distance r. In n dimensions only about r/√n of a random kick lies "
            "along the way down.",
        ),
        Misconception(
            "kick shared out over n",
            {**_TRUTH, "steps": log(1e4 / 1e-3) / log1p(0.02)},
            "`steps`: a kick of length r in n dimensions has coordinates of r/√n, since their squares add up "
            "to r².",
        ),
        Misconception(
            "dimension by its full logarithm",
            {**_TRUTH, "more_dimensions": log(100) / log1p(0.02)},
            "`more_dimensions`: the dimension enters under a root, with half of its logarithm.",
        ),
        Misconception(
            "wait as the square of flatness",
            {**_TRUTH, "flatter": 100.0},
            "`flatter`: that would be the flat saddle's law, without any curvature. Here the wait goes like "
            "1/log(1 + ηλ).",
        ),
        Misconception(
            "exponential taken for its first term",
            {**_TRUTH, "flatter": 10.0},
            "`flatter`: 10 is what 1/ηλ gives. With ηλ = 0.02 the logarithm of 1 + ηλ is one per cent less "
            "than ηλ: divide the two logarithms.",
        ),
        Misconception(
            "accuracy for a curvature",
            {**_TRUTH, "promise": 100.0},
            "`promise`: you made ε ten times smaller. It is √(ρε) that has to be: which ε does that take?",
        ),
        Misconception(
            "wait that ends at zero",
            {**_TRUTH, "left": 0.0},
            "`left`: written as x − 0.1 x it does not come to 0. What is 0.1 times the smallest number, "
            "after rounding?",
        ),
    ),
)
