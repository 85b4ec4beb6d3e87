"""Task hw07.1: shares of a ball, and how alike lengths and distances are."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number
from course_utils.random_landscapes import band_fraction

_GIVEN = {"dimension": 200, "radii": (0.98, 0.99), "share_of_the_band": 0.98, "cube_dimension": 560}
_COUNTS, _DEVIATIONS = np.array([300, 100]), np.array([0.1, 0.3])
_SQUARE_SPREAD = float(
    np.sqrt(2 * _COUNTS @ _DEVIATIONS**4) / (_COUNTS @ _DEVIATIONS**2)  # of ‖w‖², deviation over mean
)
_TRUTH = {
    "layer": 0.99**200 - 0.98**200,
    "half": 0.5 ** (1 / 200),
    "band": float(np.sqrt(2 * np.log(2 / 0.02) / 200)),
    "length": _SQUARE_SPREAD / 2,
    "distance": 0.05,  # √(28/45)/(2/3)/√560: (u − v)² has the mean 2/3 and the variance 28/45
}

SHARES = Exercise(
    id="hw07.1",
    title="Shares of a ball, and spreads",
    data=_GIVEN,
    accepts=parts(
        **{
            name: number(value, 0.02 if name in ("length", "distance") else 1e-3)
            for name, value in _TRUTH.items()
        }
    ),
    hints=(
        "A ball of radius r has the share r^D of the unit ball. A layer is the difference of two balls.",
        "`band`: at least 1 − 2exp(−Dε²/2) of the ball lies in the band. Set this equal to 0.98.",
        "`length`: w² of a normal w with deviation σ has the mean σ² and the variance 2σ⁴. Add up 400 of "
        "each. A relative spread of 2s in a square is one of s in its root.",
        "`distance`: u has E u² = 1/3 and E u⁴ = 1/5. So (u − v)² has the mean 2/3, and E (u − v)⁴ is "
        "2·E u⁴ + 6·(E u²)².",
    ),
    model=Solution(
        code="""
counts, deviations = np.array([300, 100]), np.array([0.1, 0.3])
spread_of_square = np.sqrt(2 * counts @ deviations**4) / (counts @ deviations**2)
exercise("hw07.1").check(
    layer=0.99**200 - 0.98**200,
    half=0.5 ** (1 / 200),
    band=np.sqrt(2 * np.log(2 / 0.02) / 200),
    length=spread_of_square / 2,
    distance=np.sqrt((2 / 5 + 6 / 9 - 4 / 9) / 560) / (2 / 3),
)
""",
        explanation="Half of the ball lies outside of 0.9965 of its radius, and a band has to be much wider "
        "than a shell. Few large weights count like few dimensions: their length varies more.",
    ),
    right_answers=(
        _TRUTH,
        {"layer": 0.11639, "half": 0.99654, "band": 0.2146, "length": 0.054, "distance": (1.4 / 560) ** 0.5},
    ),
    misconceptions=(
        Misconception(
            "layer by the law of the band",
            {**_TRUTH, "layer": float(np.exp(-200 * 0.01**2 / 2) - np.exp(-200 * 0.02**2 / 2))},
            "`layer`: you used exp(−Dε²/2), which belongs to the band around an equator. What do the balls "
            "of radius 0.98 and 0.99 hold?",
        ),
        Misconception(
            "half the volume within half the radius",
            {**_TRUTH, "half": 0.5},
            "`half`: a ball of half the radius holds 2⁻²⁰⁰ of the volume. Solve r^D = ½.",
        ),
        Misconception(
            "one side of the equator only",
            {**_TRUTH, "band": float(np.sqrt(2 * np.log(1 / 0.02) / 200))},
            "`band`: exp(−Dε²/2) bounds what lies beyond the band on one side. There are two.",
        ),
        Misconception(
            "band of the exact share",
            {**_TRUTH, "band": float(brentq(lambda e: float(band_fraction(200, e)) - 0.98, 0.05, 0.5))},
            "`band`: from there on the band does hold that much. Asked is the width from which the *bound* "
            "says so, which is a little more careful.",
        ),
        Misconception(
            "one deviation for all weights",
            {**_TRUTH, "length": 1 / np.sqrt(800)},
            "`length`: 1/√(2D) is for weights of one deviation. A few large weights make up most of the "
            "length here, and few terms vary more.",
        ),
        Misconception(
            "spread of the square of a length",
            {**_TRUTH, "length": _SQUARE_SPREAD},
            "`length`: that is how much ‖w‖² varies. A root varies by half of that.",
        ),
        Misconception(
            "corners of a cube as normal numbers",
            {**_TRUTH, "distance": float(np.sqrt(2 / 560))},
            "`distance`: √(2/D) is for normal coordinates. Work out mean and variance of (u − v)² for "
            "uniform ones.",
        ),
    ),
)
