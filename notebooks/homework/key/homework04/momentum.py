"""Task hw04.1: how fast momentum leaves a saddle."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_RATE, _MOMENTUM, _CURVATURE, _OFFSET = 0.05, 0.9, 0.5, 1e-9

_HALF = (1 + _MOMENTUM + _RATE * _CURVATURE) / 2
_GROWTH = _HALF + sqrt(_HALF**2 - _MOMENTUM)
_OTHER_ROOT = _MOMENTUM / _GROWTH
_PLAIN = 1 + _RATE * _CURVATURE


def _steps() -> int:
    """Count the steps of the heavy ball from rest at the offset until it is 1 away."""
    x, velocity, count = _OFFSET, 0.0, 0
    while x < 1:
        velocity = _MOMENTUM * velocity + _RATE * _CURVATURE * x
        x, count = x + velocity, count + 1
    return count


_RIGHT: dict[str, Any] = {"growth": _GROWTH, "steps": _steps(), "limit": 1 / (1 - _MOMENTUM)}
# Released from rest the run is A growthⁿ + (offset − A) other_rootⁿ; the second part dies out.
_A = _OFFSET * (_PLAIN - _OTHER_ROOT) / (_GROWTH - _OTHER_ROOT)

MOMENTUM_ESCAPE = Exercise(
    id="hw04.1",
    title="How fast does momentum leave?",
    data={"learning_rate": _RATE, "momentum": _MOMENTUM, "curvature": _CURVATURE, "offset": _OFFSET},
    accepts=parts(
        growth=number(_RIGHT["growth"], rtol=1e-4),
        steps=number(_RIGHT["steps"], rtol=0.006),
        limit=number(_RIGHT["limit"]),
    ),
    hints=(
        "Write the velocity as the difference of two positions: then one equation links three positions in "
        "a row.",
        "Put x_t = rᵗ into x_{t+1} = (1 + μ + ηλ) x_t − μ x_{t−1}. Which of the two roots rules in the end?",
        "r² − (1 + μ + ηλ) r + μ = 0. For `limit` set r = 1 + ε with a small ε, and compare with ηλ.",
    ),
    model=Solution(
        code="""
rate, momentum, curvature, offset = 0.05, 0.9, 0.5, 1e-9
growth = max(np.roots([1, -(1 + momentum + rate * curvature), momentum]))
x, velocity, steps = offset, 0.0, 0
while x < 1:
    velocity = momentum * velocity + rate * curvature * x
    x, steps = x + velocity, steps + 1
exercise("hw04.1").check(growth=growth, steps=steps, limit=1 / (1 - momentum))
""",
        explanation="r is the larger root of r² − (1 + μ + ηλ)r + μ. For flat saddles r ≈ 1 + ηλ/(1 − μ), "
        "so momentum saves a factor 1/(1 − μ); at steeper ones less, because it has to gather speed.",
    ),
    right_answers=(
        _RIGHT,
        {"growth": round(_GROWTH, 4), "steps": log(1 / _A) / log(_GROWTH) + 0.5, "limit": 10},
    ),
    misconceptions=(
        Misconception(
            "momentum as a larger rate",
            {**_RIGHT, "growth": 1 + _RATE * _CURVATURE / (1 - _MOMENTUM)},
            "`growth`: η/(1 − μ) in place of η is what momentum amounts to where the run changes slowly. "
            "Here it grows by much more than a few per cent in a step.",
        ),
        Misconception(
            "growth without the velocity",
            {**_RIGHT, "growth": _PLAIN},
            "`growth`: 1 + ηλ is plain gradient descent. The velocity of the last step is added.",
        ),
        Misconception(
            "both roots in one",
            {**_RIGHT, "growth": 2 * _HALF},
            "`growth`: 1 + μ + ηλ is the sum of the two roots, and would be right if x_{t−1} did not count.",
        ),
        Misconception(
            "released in full swing",
            {**_RIGHT, "steps": log(1 / _OFFSET) / log(_GROWTH)},
            "`steps`: that is the time at full growth. The run starts with velocity zero: simulate it.",
        ),
        Misconception(
            "time of plain descent",
            {**_RIGHT, "steps": log(1 / _OFFSET) / log(_PLAIN)},
            "`steps`: that is how long gradient descent without momentum takes.",
        ),
        Misconception(
            "gain at one curvature for the limit",
            {**_RIGHT, "limit": log(_GROWTH) / log(_PLAIN)},
            "`limit`: that is the gain at this curvature. What does it tend to when λ gets smaller?",
        ),
    ),
)
