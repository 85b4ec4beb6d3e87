"""Exercises 02.6 and 02.8: how many steps a condition number costs, and what is done by then."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import Predicate, either, number

# 02.6 ------------------------------------------------------------------------------------------

_KAPPA, _FACTOR = 400.0, 1e6
_SLOW = (_KAPPA - 1) / (_KAPPA + 1)
_FAST = (math.sqrt(_KAPPA) - 1) / (math.sqrt(_KAPPA) + 1)


def _steps(rate: float, factor: float = _FACTOR) -> float:
    return math.log(factor) / -math.log(rate)


def _steps_of_runs() -> dict[str, float]:
    """Return how many steps two runs need, which sum over components where a rate knows the slowest only.

    Gradient descent on the lesson's twenty eigenvalues needs fewer than its rate says, as few components are
    slow; the heavy ball on the two extreme ones needs more, as its error goes like t rᵗ.
    """
    eigenvalues = np.geomspace(1.0, _KAPPA, 20)
    left = (1 - 2 / (1 + _KAPPA) * eigenvalues) ** np.arange(_steps(_SLOW))[:, None]
    fewest = int(np.argmax(np.linalg.norm(left, axis=1) < math.sqrt(20) / _FACTOR))
    rate, ends = 4 / (math.sqrt(_KAPPA) + 1) ** 2, np.array([1.0, _KAPPA])
    x, velocity, most = np.ones(2), np.zeros(2), 0
    while np.linalg.norm(x) >= math.sqrt(2) / _FACTOR:
        velocity = _FAST**2 * velocity - rate * ends * x
        x, most = x + velocity, most + 1
    return {"gradient_descent": fewest, "heavy_ball": most}


def _rate_or_run(method: str) -> Predicate:
    """Expect what the rate says, or what a run of the method at its best settings counts."""
    rate, run = _RIGHT[method], _steps_of_runs()[method]
    middle, width = (rate + run) / 2, abs(rate - run) / 2
    return either(number(rate, rtol=0.01), number(middle, rtol=0.01 + width / middle))


_RIGHT = {"gradient_descent": _steps(_SLOW), "heavy_ball": _steps(_FAST), "newton": 1.0}

STEPS_NEEDED = Exercise(
    id="02.6",
    title="Steps for six digits",
    data={"condition_number": _KAPPA, "factor": _FACTOR},
    accepts=parts(
        gradient_descent=_rate_or_run("gradient_descent"),
        heavy_ball=_rate_or_run("heavy_ball"),
        newton=number(1.0),
    ),
    hints=(
        "A rate r shrinks the distance by r a step, so by rᵗ in t steps. Which t makes rᵗ one millionth?",
        "t = ln(10⁶) / −ln(r). The rates are (κ − 1)/(κ + 1) and (√κ − 1)/(√κ + 1).",
        "On a quadratic −H⁻¹g leads to the minimum. How often does Newton's method have to take that step?",
    ),
    model=Solution(
        code="""
kappa, factor = 400, 1e6
root = np.sqrt(kappa)
exercise("02.6").check(
    gradient_descent=np.log(factor) / -np.log((kappa - 1) / (kappa + 1)),
    heavy_ball=np.log(factor) / -np.log((root - 1) / (root + 1)),
    newton=1,
)
""",
        explanation="About ½ κ ln(10⁶) steps for gradient descent and ½ √κ ln(10⁶) for the heavy ball: the "
        "square root is the whole difference. (A run counts some fewer or more: the rate is that of the "
        "slowest component.) Newton's method does not see κ.",
    ),
    right_answers=(
        _RIGHT,
        {"gradient_descent": 0.5 * 400 * math.log(1e6), "heavy_ball": 138, "newton": np.int64(1)},
    ),
    misconceptions=(
        Misconception(
            "momentum changes nothing about κ",
            {**_RIGHT, "heavy_ball": _RIGHT["gradient_descent"]},
            "With its best settings the heavy ball feels √κ in place of κ.",
        ),
        Misconception(
            "condition number taken for the number of steps",
            {**_RIGHT, "gradient_descent": _KAPPA, "heavy_ball": math.sqrt(_KAPPA)},
            "κ and √κ set the pace, but the number of digits counts as well: each digit takes as many steps "
            "as the one before.",
        ),
        Misconception(
            "decimal mixed with natural logarithm",
            {**_RIGHT, "gradient_descent": 6 / -math.log(_SLOW), "heavy_ball": 6 / -math.log(_FAST)},
            "Both logarithms have to be of the same kind: 6 is the decimal logarithm of a million, and the "
            "rate went in with the natural one.",
        ),
        Misconception(
            "loss taken for distance",
            {
                **_RIGHT,
                "gradient_descent": _steps(_SLOW, math.sqrt(_FACTOR)),
                "heavy_ball": _steps(_FAST, math.sqrt(_FACTOR)),
            },
            "That many steps shrink the *loss* a million-fold, and the loss is quadratic in the distance. "
            "The question is about the distance.",
        ),
    ),
)

# 02.8 ------------------------------------------------------------------------------------------

_SPECTRUM = 10 ** np.linspace(-6.0, 1.0, 701)  # ten is the largest
_STEPS = 1000
_DONE = int(np.sum((1 - _SPECTRUM / _SPECTRUM.max()) ** _STEPS < np.exp(-1)))

DIRECTIONS_DONE = Exercise(
    id="02.8",
    title="What a thousand steps get done",
    data={"eigenvalues": _SPECTRUM, "steps": _STEPS},
    accepts=number(_DONE, rtol=0.01),
    hints=(
        "After T steps with rate η the share (1 − ηλ)ᵀ of a component is left. Here η = 1/λ_max.",
        "For small ηλ that is about exp(−ηλT). Which λ has exactly 1/e left?",
        "Count the eigenvalues with (1 − λ/λ_max)¹⁰⁰⁰ < 1/e.",
    ),
    model=Solution(
        code="""
data = exercise("02.8").data
eigenvalues, steps = data["eigenvalues"], data["steps"]
left = (1 - eigenvalues / eigenvalues.max()) ** steps
exercise("02.8").check((left < np.exp(-1)).sum())
""",
        explanation="Done are the directions with λ > λ_max/T, about. Ten times as many steps finish one "
        "more decade of eigenvalues; the condition number only says when the last one is finished.",
    ),
    right_answers=(_DONE, float(np.sum(_SPECTRUM * _STEPS > 10.0))),
    misconceptions=(
        Misconception(
            "slowest direction speaks for all",
            0,
            "With κ = 10⁷ the *last* direction needs millions of steps. The others do not wait for it.",
        ),
        Misconception(
            "stable means finished",
            701,
            "The rate is stable, so every component shrinks. But the flattest ones have hardly begun.",
        ),
        Misconception(
            "learning rate left out of the count",
            int((_SPECTRUM * _STEPS > 1).sum()),
            "You counted λT > 1. The pace of a direction is ηλ, and here η is 1/λ_max = 0.1.",
        ),
        Misconception(
            "only the steepest decade counted",
            int(np.sum(_SPECTRUM > 1.0)),
            "You counted the eigenvalues near the largest. After a thousand steps much smaller ones are done "
            "as well: work out (1 − ηλ)¹⁰⁰⁰ for one of them.",
        ),
    ),
)
