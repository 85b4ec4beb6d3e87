"""Exercises 04.1 to 04.3: how long a saddle holds, and whom."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.parts import parts
from course_utils.checking.predicates import array, choice

# 04.1 ------------------------------------------------------------------------------------------


def _escape_steps(offset: float, curvature: float, learning_rate: float) -> float:
    return math.log(1 / offset) / math.log(1 + learning_rate * curvature)


ESCAPE_STEPS = Exercise(
    id="04.1",
    title="How long does a saddle hold?",
    accepts=function(
        _escape_steps, [(1e-12, 2.0, 0.1), (1e-3, 0.5, 0.2), (0.5, 0.01, 0.05), (1e-6, 3.0, 1.0)]
    ),
    hints=(
        "Along the eigenvector the gradient is −λx. What does one step x − η·(−λx) do to x?",
        "Each step multiplies x by 1 + ηλ. After n steps it is δ(1 + ηλ)ⁿ.",
        "Solve δ(1 + ηλ)ⁿ = 1 for n by taking logarithms.",
    ),
    model=Solution(
        code="""
def escape_steps(offset, curvature, learning_rate):
    return np.log(1 / offset) / np.log(1 + learning_rate * curvature)

exercise("04.1").check(escape_steps)
""",
        explanation="δ(1 + ηλ)ⁿ = 1 gives n = log(1/δ) / log(1 + ηλ). A start a million times nearer costs "
        "only a constant number of steps more; a curvature a million times smaller costs a million times as "
        "many.",
    ),
    right_answers=(
        _escape_steps,
        lambda offset, curvature, learning_rate: -np.log10(offset) / np.log10(1 + curvature * learning_rate),
        lambda offset, curvature, learning_rate: np.emath.logn(1 + learning_rate * curvature, 1 / offset),
    ),
    misconceptions=(
        Misconception(
            "learning rate forgotten in the growth",
            lambda offset, curvature, learning_rate: math.log(1 / offset) / math.log(1 + curvature),
            "Your offset grows by 1 + λ in each step. How far does a step of gradient descent go?",
        ),
        Misconception(
            "steps of continuous time",
            lambda offset, curvature, learning_rate: math.log(1 / offset) / (learning_rate * curvature),
            "That is the time of the gradient flow, divided by η. It is near for small ηλ, but a step "
            "multiplies by 1 + ηλ, not by its exponential.",
        ),
        Misconception(
            "constant speed away from the ridge",
            lambda offset, curvature, learning_rate: (1 / offset - 1) / (learning_rate * curvature),
            "You divide the distance by the first step. The steps grow with the offset.",
        ),
        Misconception(
            "offset growing by its own shrink factor",
            lambda offset, curvature, learning_rate: (
                math.log(1 / offset) / math.log(1 / abs(1 - learning_rate * curvature))
                if abs(1 - learning_rate * curvature) != 1
                else 0.0
            ),
            "1 − ηλ belongs to a direction that curves up. Which sign has the gradient along one that curves "
            "down?",
        ),
        Misconception(
            "negative number of steps",
            lambda offset, curvature, learning_rate: -_escape_steps(offset, curvature, learning_rate),
            "The size is right. log δ is negative for an offset below 1: which quotient is 1/δ?",
        ),
    ),
)


# 04.2 ------------------------------------------------------------------------------------------

_EIGENVALUES = np.array([4.0, -0.5])
_COORDINATES = np.array([0.3, 0.02])
_RATE, _DAMPING = 0.2, 2.0
_AFTER = {
    "gradient_descent": (1 - _RATE * _EIGENVALUES) * _COORDINATES,
    "newton": np.zeros(2),
    "damped_newton": (1 - _EIGENVALUES / (_EIGENVALUES + _DAMPING)) * _COORDINATES,
}

ONE_STEP = Exercise(
    id="04.2",
    title="One step in the eigenbasis",
    data={
        "eigenvalues": _EIGENVALUES,
        "coordinates": _COORDINATES,
        "learning_rate": _RATE,
        "damping": _DAMPING,
    },
    accepts=parts(**{name: array(after) for name, after in _AFTER.items()}),
    hints=(
        "In the eigenbasis the gradient has the components λᵢΔvᵢ, and every coordinate is on its own.",
        "Gradient descent subtracts ηλᵢΔvᵢ. Newton divides λᵢΔvᵢ by λᵢ, damped Newton by λᵢ + γ.",
        "The coordinates afterwards are (1 − ηλᵢ)Δvᵢ, 0, and (1 − λᵢ/(λᵢ + γ))Δvᵢ.",
    ),
    model=Solution(
        code="""
data = exercise("04.2").data
eigenvalues, now = data["eigenvalues"], data["coordinates"]
slopes = eigenvalues * now
exercise("04.2").check(
    gradient_descent=now - data["learning_rate"] * slopes,
    newton=now - slopes / eigenvalues,
    damped_newton=now - slopes / (eigenvalues + data["damping"]),
)
""",
        explanation="Gradient descent and Newton with a damping above |λ_min| move away along negative "
        "curvature, the one at the pace of the curvature, the other held back by the damping. Plain Newton "
        "goes to the saddle.",
    ),
    right_answers=(
        _AFTER,
        {"gradient_descent": [0.06, 0.022], "newton": (0, 0), "damped_newton": [0.1, 0.02 * 4 / 3]},
    ),
    misconceptions=(
        Misconception(
            "Newton flees negative curvature",
            {**_AFTER, "newton": np.array([0.0, 0.04])},
            "Your Newton step moves away along negative curvature. It divides the slope by λ itself: both "
            "signs are negative there. What is their quotient?",
        ),
        Misconception(
            "descent shrinks every coordinate",
            {**_AFTER, "gradient_descent": np.array([0.06, 0.018])},
            "Your second coordinate shrinks under gradient descent. Keep the sign of its eigenvalue in "
            "1 − ηλ.",
        ),
        Misconception(
            "steps for positions",
            {
                "gradient_descent": -_RATE * _EIGENVALUES * _COORDINATES,
                "newton": -_COORDINATES,
                "damped_newton": -_EIGENVALUES / (_EIGENVALUES + _DAMPING) * _COORDINATES,
            },
            "These are the steps. The coordinates after the step are asked for.",
        ),
        Misconception(
            "damping added to the size of the eigenvalue",
            {
                **_AFTER,
                "damped_newton": (1 - _EIGENVALUES / (abs(_EIGENVALUES) + _DAMPING)) * _COORDINATES,
            },
            "You divide by |λ| + γ. That is a method of lesson 06; damped Newton adds γ to λ with its sign.",
        ),
    ),
)


# 04.3 ------------------------------------------------------------------------------------------

_METHODS = ("gradient_descent", "momentum", "newton", "saddle_free_newton", "perturbed_gradient_descent")
_FATES = {**dict.fromkeys(_METHODS, "stays"), "perturbed_gradient_descent": "leaves"}

EXACTLY_THERE = Exercise(
    id="04.3",
    title="Who leaves a saddle from its very top?",
    accepts=parts(**{name: choice(fate, ("stays", "leaves")) for name, fate in _FATES.items()}),
    hints=(
        "At the saddle itself g = 0 exactly. Put that into each update.",
        "Momentum begins at rest; Newton and saddle-free Newton multiply g by a matrix.",
        "Only a method that adds something to the gradient can move.",
    ),
    model=Solution(
        code="""
exercise("04.3").check(
    gradient_descent="stays",
    momentum="stays",
    newton="stays",
    saddle_free_newton="stays",
    perturbed_gradient_descent="leaves",
)
""",
        explanation="Every update that is a matrix times the gradient stays where the gradient is zero. "
        "Only added noise leaves; the methods differ in what they make of the first offset.",
    ),
    right_answers=(_FATES, {name: fate.upper() for name, fate in _FATES.items()}),
    misconceptions=(
        Misconception(
            "every method leaves",
            dict.fromkeys(_METHODS, "leaves"),
            "An unstable point is left as soon as there is an offset. Here there is none: the gradient is "
            "exactly zero. Which methods do anything but multiply the gradient, or what is left of it?",
        ),
        Misconception(
            "saddle-free taken for free at the saddle",
            {**_FATES, "saddle_free_newton": "leaves"},
            "Saddle-free Newton uses |H|⁻¹ where Newton uses H⁻¹. What is |H|⁻¹ times a gradient of zero?",
        ),
        Misconception(
            "momentum out of nothing",
            {**_FATES, "momentum": "leaves"},
            "Momentum keeps a velocity that it has. It starts at rest, and no gradient gives it any.",
        ),
        Misconception(
            "unstable point always left",
            {**_FATES, "gradient_descent": "leaves"},
            "The saddle is unstable: the smallest offset grows. But zero times any growth factor is zero.",
        ),
        Misconception(
            "noise averages out",
            {**_FATES, "perturbed_gradient_descent": "stays"},
            "Single kicks average to zero, but each offset grows by itself afterwards, by 1 + ηλ a step.",
        ),
    ),
)
