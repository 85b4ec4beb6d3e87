"""Task hw02.1: which rates a given spectrum asks for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import array, number

_EIGENVALUES = np.array([1.0, 1.0, 1.0, 4.0, 4.0, 10.0])
_LOW, _HIGH = 1.0, 10.0
_ROOT = math.sqrt(_HIGH / _LOW)
# the roots of T₂(u) = 2u² − 1, carried from [−1, 1] to [λ_min, λ_max]
_NODES = (_HIGH + _LOW) / 2 + (_HIGH - _LOW) / 2 * np.array([1, -1]) / math.sqrt(2)


_RIGHT: dict[str, Any] = {
    "best_rate": 2 / (_LOW + _HIGH),
    "momentum": ((_ROOT - 1) / (_ROOT + 1)) ** 2,
    "finish": 3,
    "pair": 1 / _NODES,
}

RATES = Exercise(
    id="hw02.1",
    title="Rates for a spectrum",
    data={"eigenvalues": _EIGENVALUES},
    accepts=parts(
        best_rate=number(_RIGHT["best_rate"]),
        momentum=number(_RIGHT["momentum"]),
        finish=number(_RIGHT["finish"], rtol=1e-6),
        pair=array(_RIGHT["pair"], in_any_order=True),
    ),
    hints=(
        "After steps with the rates η₁, η₂, … the share (1 − η₁λ)(1 − η₂λ)… of a component is left. It is a "
        "polynomial in λ. Where should it be zero, or small?",
        "`finish`: one rate can delete all components of one eigenvalue. `pair`: a polynomial of degree 2 "
        "with the value 1 at λ = 0 should be as small as possible between 1 and 10.",
        "Chebyshev: T₂(u) = 2u² − 1 has the smallest maximum on [−1, 1], and the roots ±1/√2. Carry them to "
        "[1, 10]; a root λ means the rate 1/λ.",
    ),
    model=Solution(
        code="""
low, high = 1, 10
root = np.sqrt(high / low)
roots = (high + low) / 2 + (high - low) / 2 * np.array([1, -1]) / np.sqrt(2)
exercise("hw02.1").check(
    best_rate=2 / (low + high),
    momentum=((root - 1) / (root + 1)) ** 2,
    finish=3,  # rates 1, 1/4 and 1/10, in any order
    pair=1 / roots,
)
""",
        explanation="Rates are the inverse roots of a polynomial: three roots finish three distinct "
        "eigenvalues exactly, and Chebyshev's roots are best for a whole interval. Momentum builds such "
        "polynomials from the two ends of the spectrum alone.",
    ),
    right_answers=(
        _RIGHT,
        {
            "best_rate": 1 / _EIGENVALUES[[0, -1]].mean(),
            "momentum": (math.tanh(math.log(_HIGH / _LOW) / 4)) ** 2,
            "finish": np.unique(_EIGENVALUES).size,
            "pair": [1 / min(_NODES), 1 / max(_NODES)],
        },
    ),
    misconceptions=(
        Misconception(
            "rate of the steepest direction for all",
            {**_RIGHT, "best_rate": 1 / _HIGH},
            "1/λ_max deletes the steepest component and leaves 0.9 of the flattest. A somewhat larger rate "
            "shares the burden between them.",
        ),
        Misconception(
            "edge of stability taken for best",
            {**_RIGHT, "best_rate": 2 / _HIGH},
            "At 2/λ_max the steepest component changes sides for ever. The best rate makes the slowest "
            "component as fast as possible.",
        ),
        Misconception(
            "momentum not squared",
            {**_RIGHT, "momentum": (_ROOT - 1) / (_ROOT + 1)},
            "That is the factor by which the error shrinks a step. The momentum of the heavy ball is the "
            "product of two such roots.",
        ),
        Misconception(
            "momentum from κ without the root",
            {**_RIGHT, "momentum": ((_HIGH - _LOW) / (_HIGH + _LOW)) ** 2},
            "Momentum feels √κ in place of κ.",
        ),
        Misconception(
            "one step for every dimension",
            {**_RIGHT, "finish": 6},
            "A step with the rate 1/λ deletes *all* components of that eigenvalue at once.",
        ),
        Misconception(
            "a rate for either end of the spectrum",
            {**_RIGHT, "pair": [1 / _LOW, 1 / _HIGH]},
            "(1 − λ)(1 − λ/10) is zero at both ends and larger than 2 in size in the middle: such a pair "
            "diverges. Move the two roots inwards.",
        ),
    ),
)
