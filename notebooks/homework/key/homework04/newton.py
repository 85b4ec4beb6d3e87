"""Task hw04.6: at which rate critical points attract Newton's method."""

from __future__ import annotations

from typing import Any

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

_OPTIONS = (
    "minima only",
    "minima and saddles",
    "every point where det H is not zero",
    "none but the nearest",
)
_RIGHT: dict[str, Any] = {
    "quartic": 2 / 3,
    "monkey": 1 / 2,
    "saddle_power": 2,
    "symmetric_power": 3,
    "attracts": "every point where det H is not zero",
}

NEWTON_RATES = Exercise(
    id="hw04.6",
    title="How fast Newton walks into a saddle",
    accepts=parts(
        quartic=number(_RIGHT["quartic"]),
        monkey=number(_RIGHT["monkey"]),
        saddle_power=number(_RIGHT["saddle_power"], rtol=1e-6),
        symmetric_power=number(_RIGHT["symmetric_power"], rtol=1e-6),
        attracts=choice(_RIGHT["attracts"], _OPTIONS),
    ),
    hints=(
        "Write down x − f′(x)/f″(x) for x⁴. In two dimensions: the gradient of the monkey saddle is "
        "homogeneous of degree 2, so H x = 2g.",
        "For a function of one coordinate, ½λx² + cx³: put g = λx + 3cx² and h = λ + 6cx into x − g/h, and "
        "keep the lowest power of x.",
        "With ½λx² + ¼x⁴ the step leads to 2x³/(λ + 3x²). Does the sign of λ matter?",
    ),
    model=Solution(
        code="""
x = 1e-2
quartic = (x - 4 * x**3 / (12 * x**2)) / x
point = np.array([0.3, 0.2])
g = np.array([3 * (point[0] ** 2 - point[1] ** 2), -6 * point[0] * point[1]])
H = 6 * np.array([[point[0], -point[1]], [-point[1], -point[0]]])
monkey = np.linalg.norm(point - np.linalg.solve(H, g)) / np.linalg.norm(point)
exercise("hw04.6").check(
    quartic=quartic,
    monkey=monkey,
    saddle_power=2,
    symmetric_power=3,
    attracts="every point where det H is not zero",
)
""",
        explanation="Where det H ≠ 0 Newton's method converges at least quadratically, minimum or not. Where "
        "H vanishes it still comes, by a fixed factor a step: (p − 2)/(p − 1) for a function of degree p.",
    ),
    right_answers=(
        _RIGHT,
        {**_RIGHT, "quartic": 0.66667, "attracts": "Every point where det H is not zero."},
    ),
    misconceptions=(
        Misconception(
            "Newton arrives at once everywhere",
            {**_RIGHT, "quartic": 0, "monkey": 0},
            "One step leads to the critical point of the *quadratic* model. These functions have no "
            "quadratic part at the origin.",
        ),
        Misconception(
            "Newton repelled where it curves down",
            {**_RIGHT, "monkey": 2},
            "`monkey`: factors above 1 would lead away. The step is −x/2 there: where does it end?",
        ),
        Misconception(
            "degree for the factor",
            {**_RIGHT, "quartic": 3 / 4},
            "`quartic`: the step is f′/f″ = 4x³/(12x²). What is left of x?",
        ),
        Misconception(
            "descent's preference for minima",
            {**_RIGHT, "attracts": "minima only"},
            "`attracts`: the step −H⁻¹g does not know the sign of an eigenvalue. What becomes of Δvᵢ in the "
            "eigenbasis?",
        ),
        Misconception(
            "saddles of second class",
            {**_RIGHT, "saddle_power": 1},
            "`saddle_power`: a power of 1 would be a fixed factor a step. With H not singular the rate is "
            "that of Newton's method at a minimum.",
        ),
        Misconception(
            "symmetry without effect",
            {**_RIGHT, "symmetric_power": 2},
            "`symmetric_power`: the third derivative vanishes there. Write the next point as a fraction, and "
            "look at its numerator.",
        ),
    ),
)
