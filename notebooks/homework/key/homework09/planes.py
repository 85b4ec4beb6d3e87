"""Task hw09.3: what a random plane sees of a spectrum and of a gradient."""

from __future__ import annotations

from math import atan, ceil, degrees, sqrt

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

_GIVEN = {"dimension": 1000, "up": 0.1, "down": -2.0, "negative": 10, "directions": 5}
_N, _UP, _DOWN, _K = 1000, 0.1, -2.0, 10
_MEAN = ((_N - _K) * _UP + _K * _DOWN) / _N
_REST = ((_N - _K) * _UP + (_K - 1) * _DOWN) / (_N - 1)  # of directions at right angles to one way down
_TRUTH = {
    "seen": _MEAN,
    "needed": float(ceil(_N * _UP / (_UP - _DOWN))),
    "gradient_share": 5 / _N,
    "turned": degrees(atan(sqrt(_REST / -_DOWN))),
}
_TOLERANCE = {"seen": 1e-3, "needed": 1e-3, "gradient_share": 1e-3, "turned": 1e-2}

PLANES = Exercise(
    id="hw09.3",
    title="What a random plane sees",
    data=_GIVEN,
    accepts=parts(**{name: number(value, _TOLERANCE[name]) for name, value in _TRUTH.items()}),
    hints=(
        "The curvature along a random unit vector is, on average, the mean of all eigenvalues.",
        "`needed`: with k negative ones the mean is (0.1 (1000 − k) − 2 k)/1000. For which whole k is it "
        "below 0?",
        "`turned`: the direction is cos φ · r + sin φ · v with r at right angles to v. Its curvature is "
        "cos²φ · rᵀHr + sin²φ · λ, and rᵀHr is the mean of the other 999 eigenvalues.",
    ),
    model=Solution(
        code="""
n, up, down, k = 1000, 0.1, -2.0, 10
across = ((n - k) * up + (k - 1) * down) / (n - 1)
exercise("hw09.3").check(
    seen=((n - k) * up + k * down) / n,
    needed=np.floor(n * up / (up - down)) + 1,
    gradient_share=5 / n,
    turned=np.degrees(np.arctan(np.sqrt(across / -down))),
)
""",
        explanation="Ten ways down, twenty times as steep as anything goes up, hide in the mean of a "
        "thousand. A plane that is turned by eleven degrees towards one of them shows it.",
    ),
    right_answers=(
        _TRUTH,
        {"seen": 0.079, "needed": 48, "gradient_share": 0.005, "turned": round(_TRUTH["turned"], 1)},
    ),
    misconceptions=(
        Misconception(
            "half of a plane's range",
            {**_TRUTH, "seen": (_UP + _DOWN) / 2},
            "`seen`: you took the middle between the two values. There are 990 of one and 10 of the other.",
        ),
        Misconception(
            "negative ones overlooked in the mean",
            {**_TRUTH, "seen": _UP},
            "`seen`: the ten negative eigenvalues count in the mean, each with −2.",
        ),
        Misconception(
            "as many down as up",
            {**_TRUTH, "needed": 500.0},
            "`needed`: it is the mean that has to be negative, not the count. One of −2 outweighs twenty of "
            "0.1.",
        ),
        Misconception(
            "last one that is not enough",
            {**_TRUTH, "needed": 47.0},
            "`needed`: with 47 the mean is still above zero.",
        ),
        Misconception(
            "share of the length for that of the square",
            {**_TRUTH, "gradient_share": sqrt(5 / _N)},
            "`gradient_share`: that is about the share of the length. Asked for is that of ‖g‖².",
        ),
        Misconception(
            "angle by its tangent's square",
            {**_TRUTH, "turned": degrees(atan(_REST / -_DOWN))},
            "`turned`: curvature goes with the squares of sine and cosine. A root is missing.",
        ),
        Misconception(
            "turned until it points halfway down",
            {**_TRUTH, "turned": 45.0},
            "`turned`: at 45° the curvature is the mean of 0.08 and −2, far below zero.",
        ),
    ),
)
