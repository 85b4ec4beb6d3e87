"""Exercises 08.1 and 08.2: which landscapes are kind, and how float64 ends a wait."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

# 08.1 ------------------------------------------------------------------------------------------

_YES, _NO = "strict", "not strict"
_LANDSCAPES = {
    "matrix_factorization": _YES,
    "phase_retrieval": _YES,
    "tensor_decomposition": _YES,
    "deep_linear_network": _NO,
    "quartic_saddle": _NO,
}

STRICT = Exercise(
    id="08.1",
    title="Which landscapes are kind?",
    accepts=parts(**{name: choice(answer, (_YES, _NO)) for name, answer in _LANDSCAPES.items()}),
    hints=(
        "Strict: every critical point is a minimum, or its Hessian has a negative eigenvalue.",
        "One point without a negative eigenvalue that is no minimum is enough to lose the property. Which of "
        "the five tables shows one?",
        "Three layers of weights multiplied together: what is the second derivative at all weights zero?",
    ),
    model=Solution(
        code="""
exercise("08.1").check(
    matrix_factorization="strict",
    phase_retrieval="strict",
    tensor_decomposition="strict",
    deep_linear_network="not strict",
    quartic_saddle="not strict",
)
""",
        explanation="In the first three every point that is no minimum curves down. A product of three "
        "weight "
        "matrices vanishes to third order at zero, and −x₂⁴ to fourth: their Hessians say nothing of the "
        "way.",
    ),
    right_answers=(
        _LANDSCAPES,
        {name: answer.upper() for name, answer in _LANDSCAPES.items()},
    ),
    misconceptions=(
        Misconception(
            "no spurious minima taken for strict saddles",
            {**_LANDSCAPES, "deep_linear_network": _YES},
            "A deep linear network has no bad minima, but that is another property: at all weights zero it "
            "has a critical point that is no minimum. What is the Hessian there?",
        ),
        Misconception(
            "a way down taken for negative curvature",
            {**_LANDSCAPES, "quartic_saddle": _YES},
            "x₁² − x₂⁴ does fall along x₂. But does its second derivative say so?",
        ),
        Misconception(
            "a ring of saddles taken for flat ones",
            {**_LANDSCAPES, "phase_retrieval": _NO},
            "The saddles of phase retrieval have eigenvalues of zero along their sphere. Strict asks for one "
            "negative eigenvalue, not for the absence of zeros: look at the curvature along the signal.",
        ),
    ),
)

# 08.2 ------------------------------------------------------------------------------------------

_START = 8.0

HALVINGS = Exercise(
    id="08.2",
    title="How long can a coordinate be halved?",
    data={"start": _START, "smallest": 2.0**-1074},
    accepts=number(1077, rtol=1e-4),
    hints=(
        "A coordinate that waits is divided by 2 in every step, until no smaller number is left.",
        "The smallest positive number of float64 is 2⁻¹⁰⁷⁴. How often is 8 = 2³ halved until then?",
    ),
    model=Solution(
        code='exercise("08.2").check(3 + 1074)',
        explanation="From 2³ to 2⁻¹⁰⁷⁴. The next half would be 2⁻¹⁰⁷⁵, which is rounded to 0: a step of that "
        "length does not move the coordinate any more, neither towards the ridge nor away from it.",
    ),
    right_answers=(1077, 3 + 1074, 1077.0),
    misconceptions=(
        Misconception(
            "subnormal numbers forgotten",
            1025,
            "2⁻¹⁰²² is the smallest *normal* number. Below it float64 goes on with fewer digits.",
        ),
        Misconception(
            "precision taken for range",
            55,
            "52 halvings exhaust the digits beside 1. A coordinate next to 0 keeps its own: its exponent "
            "falls.",
        ),
        Misconception(
            "started at one",
            1074,
            "From 1 it would be 1074. This one starts at 8.",
        ),
    ),
)
