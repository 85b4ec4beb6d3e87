"""Task hw03.1: how many different parameter vectors hold one network."""

from __future__ import annotations

from math import factorial, prod
from typing import Any

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_TWO_LAYERS, _UNITS, _SPECIAL, _RELU_LAYERS = (4, 3), 5, 2, (6, 4)
_ALL = 2**_UNITS * factorial(_UNITS)  # as if the five units were all different

_RIGHT: dict[str, Any] = {
    "two_layers": prod(2**k * factorial(k) for k in _TWO_LAYERS),
    "twins": _ALL // 2,
    "opposites": _ALL // 2,
    "silent": 2 ** (_UNITS - _SPECIAL) * factorial(_UNITS) // factorial(_SPECIAL),
    "zeros": sum(_RELU_LAYERS) + _RELU_LAYERS[-1] + 1,
}

DISTINCT_COPIES = Exercise(
    id="hw03.1",
    title="Count the different copies",
    data={"two_layers": _TWO_LAYERS, "units": _UNITS, "special": _SPECIAL, "relu_layers": _RELU_LAYERS},
    accepts=parts(**{name: number(count, rtol=1e-6) for name, count in _RIGHT.items()}),
    hints=(
        "Begin with all 2ᵏ k! forms of a layer of k units. Which of them are the same list of numbers?",
        "If two units can change places, with or without a flip, and every number stays what it is, each "
        "vector is counted twice. What does a flip do to a unit whose weights are all zero?",
        "Every continuous family of equal networks gives one zero: a factor β for each ReLU unit. And what "
        "may be added to all outputs of a softmax at once, for each number that the last layer reads?",
    ),
    model=Solution(
        code="""
from math import factorial

exercise("hw03.1").check(
    two_layers=2**4 * factorial(4) * 2**3 * factorial(3),
    twins=2**5 * factorial(5) // 2,                # swapping the twins changes nothing
    opposites=2**5 * factorial(5) // 2,            # nor does swapping two opposites and flipping both
    silent=2**3 * factorial(5) // factorial(2),    # two units whose flips do nothing, and twins as well
    zeros=6 + 4 + (4 + 1),                         # β for each ReLU unit, a shift of the softmax for 4 + 1
)
""",
        explanation="The different copies are all 2ᵏ k! forms divided by those that leave every number in "
        "place. Continuous symmetries give no number of copies but a dimension: one zero eigenvalue each.",
    ),
    right_answers=(
        _RIGHT,
        {"two_layers": 18432.0, "twins": 1920, "opposites": 1920.0, "silent": 480, "zeros": 15},
    ),
    misconceptions=(
        Misconception(
            "copies of the layers added up",
            {**_RIGHT, "two_layers": sum(2**k * factorial(k) for k in _TWO_LAYERS)},
            "`two_layers`: every form of the first layer goes with every form of the second.",
        ),
        Misconception(
            "equal units counted as different",
            {**_RIGHT, "twins": _ALL},
            "`twins`: exchange the two equal units. Which number in the parameter vector has changed?",
        ),
        Misconception(
            "opposite units counted as different",
            {**_RIGHT, "opposites": _ALL},
            "`opposites`: exchange the two units, then flip both. Compare the vector with the one before.",
        ),
        Misconception(
            "flipped zeros counted as new",
            {**_RIGHT, "silent": _ALL // 2},
            "`silent`: you noticed that the two silent units are alike. What does the flip of one of them, "
            "on its own, change?",
        ),
        Misconception(
            "softmax without its shift",
            {**_RIGHT, "zeros": sum(_RELU_LAYERS)},
            "`zeros`: the rescalings are right. The softmax does not notice either when all ten outputs "
            "rise by the same amount.",
        ),
        Misconception(
            "softmax shifted by its bias alone",
            {**_RIGHT, "zeros": sum(_RELU_LAYERS) + 1},
            "`zeros`: all ten biases may rise together. What else of the last layer may rise together for "
            "all ten outputs?",
        ),
    ),
)
