"""Exercises 01.1 and 01.2: the curvature along a step and along a direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import function
from course_utils.checking.predicates import checker, number

Array = NDArray[np.float64]


# 01.1 ------------------------------------------------------------------------------------------

_STEP_GRADIENT = np.array([3.0, -2.0])
_STEP_HESSIAN = np.array([[5.0, 1.0], [1.0, 2.0]])
_STEP_RATE = 0.15  # η gᵀg must not be 1: with that, formulas with a power too many are right
_g, _H, _rate = _STEP_GRADIENT, _STEP_HESSIAN, _STEP_RATE

DECREASE = Exercise(
    id="01.1",
    title="What one gradient step gains",
    data={"gradient": _STEP_GRADIENT, "hessian": _STEP_HESSIAN, "learning_rate": _STEP_RATE},
    accepts=number(_rate * _g @ _g - 0.5 * _rate**2 * _g @ _H @ _g),
    hints=(
        "Write the second-order model f(x + s) ≈ f(x) + gᵀs + ½ sᵀHs. What is the step s of gradient "
        "descent?",
        "With s = −η g the first-order term is −η gᵀg, a fall. What becomes of ½ sᵀHs?",
        "The decrease is f(x) − f(x + s) ≈ η gᵀg − ½ η² gᵀHg.",
    ),
    model=Solution(
        code="""
data = exercise("01.1").data
g, H, eta = data["gradient"], data["hessian"], data["learning_rate"]
decrease = eta * g @ g - 0.5 * eta**2 * g @ H @ g
exercise("01.1").check(decrease)
""",
        explanation="The slope promises η gᵀg; the curvature along g takes ½ η² gᵀHg of it back.",
    ),
    right_answers=(
        float(_rate * _g @ _g - 0.5 * _rate**2 * _g @ _H @ _g),
        # the same from the quadratic model itself, as an array of one number
        np.array([-(_g @ (-_rate * _g)) - 0.5 * (-_rate * _g) @ _H @ (-_rate * _g)]),
    ),
    misconceptions=(
        Misconception(
            "slope alone",
            _rate * _g @ _g,
            "That is what the slope promises, η gᵀg. The second-order model also counts how the slope "
            "changes along the step.",
        ),
        Misconception(
            "half forgotten",
            _rate * _g @ _g - _rate**2 * _g @ _H @ _g,
            "The curvature term is twice too large: the second-order term of a Taylor series carries a "
            "factor ½.",
        ),
        Misconception(
            "curvature adds to the gain",
            _rate * _g @ _g + 0.5 * _rate**2 * _g @ _H @ _g,
            "Your curvature term has the other sign. Where the curvature along g is positive, the slope "
            "flattens out on the way: does the step gain more or less than promised?",
        ),
        Misconception(
            "learning rate not squared",
            _rate * _g @ _g - 0.5 * _rate * _g @ _H @ _g,
            "The curvature term is quadratic in the step −η g, so η enters it squared.",
        ),
        Misconception(
            "change taken for decrease",
            -(_rate * _g @ _g) + 0.5 * _rate**2 * _g @ _H @ _g,
            "The size is right. You gave the change f(x − η g) − f(x); the decrease counts a fall as "
            "positive.",
        ),
    ),
)


# 01.2 ------------------------------------------------------------------------------------------


def _symmetric(rng: np.random.Generator, n: int) -> Array:
    entries = rng.normal(size=(n, n))
    return np.asarray((entries + entries.T) / 2)


def _curvature_along(hessian: Array, direction: Array) -> float:
    return float(direction @ hessian @ direction / (direction @ direction))


def _curvature_inputs() -> list[tuple[Array, Array]]:
    rng = np.random.default_rng(12)
    given = (np.diag([2.0, -1.0]), np.array([3.0, 4.0]))
    return [given] + [(_symmetric(rng, n), 3 * rng.normal(size=n)) for n in (2, 3, 5, 20)]


def _curvature_of_unit(hessian: Array, direction: Array) -> Any:
    unit = direction / np.linalg.norm(direction)
    return np.einsum("i,ij,j->", unit, hessian, unit)


def _curvature_by_eigenvectors(hessian: Array, direction: Array) -> Any:
    eigenvalues, eigenvectors = np.linalg.eigh(hessian)
    weights = (eigenvectors.T @ direction) ** 2
    return sum(eigenvalues * weights) / sum(weights)


def _hessian_times_direction(answer: Any) -> Verdict:
    """Find Hd, whether the direction was normalised or not."""
    unscaled = function(lambda hessian, direction: hessian @ direction, _curvature_inputs())
    scaled = function(
        lambda hessian, direction: hessian @ direction / np.linalg.norm(direction), _curvature_inputs()
    )
    return correct() if unscaled(answer).is_correct or scaled(answer).is_correct else not_yet("")


CURVATURE_ALONG = Exercise(
    id="01.2",
    title="Curvature in a direction",
    accepts=function(_curvature_along, _curvature_inputs(), rtol=1e-6),
    hints=(
        "Walk along a line: φ(t) = f(x + t d). What is φ″(0)?",
        "φ″(0) = dᵀHd is the curvature if d has length 1. What happens to it when d gets twice as long?",
        "Divide by the squared length of the direction, `direction @ direction`.",
    ),
    model=Solution(
        code="""
def curvature_along(hessian, direction):
    return direction @ hessian @ direction / (direction @ direction)

exercise("01.2").check(curvature_along)
""",
        explanation="dᵀHd / dᵀd is the second derivative along d, whatever the length of d. "
        "It lies between the smallest and the largest eigenvalue of H.",
    ),
    right_answers=(_curvature_along, _curvature_of_unit, _curvature_by_eigenvectors),
    misconceptions=(
        Misconception(
            "direction not normalised",
            lambda hessian, direction: direction @ hessian @ direction,
            "dᵀHd grows with the square of the length of d. The curvature belongs to the direction: twice as "
            "long a vector must give the same number.",
        ),
        Misconception(
            "divided by the length once",
            lambda hessian, direction: direction @ hessian @ direction / np.linalg.norm(direction),
            "You divide by the length of d once, but d enters dᵀHd twice.",
        ),
        Misconception(
            "change of gradient taken for curvature",
            lambda hessian, direction: hessian @ direction / np.linalg.norm(direction),
            "Hd is a vector: how the whole gradient changes along d. The curvature is the part of it along "
            "d.",
            detect=checker(_hessian_times_direction),
        ),
        Misconception(
            "sign of the curvature dropped",
            lambda hessian, direction: abs(direction @ hessian @ direction) / (direction @ direction),
            "The size is right, but negative curvature came out positive. The sign tells a valley from a "
            "ridge.",
        ),
    ),
)
