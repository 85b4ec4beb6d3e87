"""Exercises 05.1 and 05.6: slopes as products, and when they cannot explode."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.predicates import number

# 05.1 ------------------------------------------------------------------------------------------

# With negative weights and an odd and an even number of steps: a sign that is lost shows in one of them.
_INPUTS = [
    (6.0, -2.8, 1),
    (4.0, -1.0, 1),
    (6.0, -2.8, 4),
    (5.0, -2.4, 12),
    (-3.0, 0.5, 3),
    (-2.0, 0.3, 2),
    (7.0, -3.5, 20),
]


def _factors(weight: float, bias: float, steps: int) -> list[float]:
    s, factors = 0.5, []
    for _ in range(steps):
        s = float(expit(weight * s + bias))
        factors.append(weight * s * (1 - s))
    return factors


def _state_slope(weight: float, bias: float, steps: int) -> float:
    return float(np.prod(_factors(weight, bias, steps)))


def _slope_in_the_loop(weight: float, bias: float, steps: int) -> float:
    s, slope = 0.5, 1.0
    for _ in range(steps):
        s = 1 / (1 + np.exp(-(weight * s + bias)))
        slope *= weight * s * (1 - s)
    return slope


def _slope_by_logarithms(weight: float, bias: float, steps: int) -> float:
    factors = np.array(_factors(weight, bias, steps))
    return float(np.prod(np.sign(factors)) * np.exp(np.sum(np.log(np.abs(factors)))))


def _slope_with(
    weight: float,
    bias: float,
    steps: int,
    *,
    start: float = 0.5,
    factor: Callable[[float], float] = lambda s: s * (1 - s),
) -> float:
    s, slope = start, 1.0
    for _ in range(steps):
        s = float(expit(weight * s + bias))
        slope *= weight * factor(s)
    return slope


def _old_state(weight: float, bias: float, steps: int) -> float:
    s, slope = 0.5, 1.0
    for _ in range(steps):
        slope *= weight * s * (1 - s)
        s = float(expit(weight * s + bias))
    return slope


def _without_weight(weight: float, bias: float, steps: int) -> float:
    return float(np.prod([factor / weight for factor in _factors(weight, bias, steps)]))


STATE_SLOPE = Exercise(
    id="05.1",
    title="The slope of an iterated unit",
    accepts=function(_state_slope, _INPUTS),
    hints=(
        "One step is s ↦ σ(w s + b). What is its derivative with respect to s, by the chain rule?",
        "σ′ = σ(1 − σ), and σ(w s + b) is the new state: one step multiplies a change by w s (1 − s), "
        "with s the new state.",
        "Start with slope = 1. In a loop: compute the new s, then multiply slope by weight * s * (1 - s).",
    ),
    model=Solution(
        code="""
def state_slope(weight, bias, steps):
    s, slope = 0.5, 1.0
    for _ in range(steps):
        s = 1 / (1 + np.exp(-(weight * s + bias)))
        slope = slope * weight * s * (1 - s)
    return slope

exercise("05.1").check(state_slope)
""",
        explanation="The chain rule makes a product with one factor for each iteration. Where the factors "
        "stay above 1 it grows exponentially with the number of steps, below 1 it vanishes.",
    ),
    right_answers=(_slope_in_the_loop, _slope_by_logarithms, _state_slope),
    misconceptions=(
        Misconception(
            "slopes added instead of multiplied",
            lambda weight, bias, steps: float(sum(_factors(weight, bias, steps))),
            "You added the slopes of the steps. A change that one step doubles, and the next doubles again, "
            "has grown fourfold.",
        ),
        Misconception(
            "slope taken at the old state",
            _old_state,
            "Each factor is off by one step: σ′(u) = σ(u)(1 − σ(u)), and σ(u) is the *new* state. Your "
            "factors use the old one.",
        ),
        Misconception(
            "weight left out of the chain rule",
            _without_weight,
            "Your factors are s(1 − s). The inner function w s + b has a derivative too.",
        ),
        Misconception(
            "one minus state left out",
            lambda weight, bias, steps: _slope_with(weight, bias, steps, factor=lambda s: s),
            "Your factor is w s. The slope of σ is s(1 − s): it vanishes at both ends, where s is 0 and 1.",
        ),
        Misconception(
            "state left out of its slope",
            lambda weight, bias, steps: _slope_with(weight, bias, steps, factor=lambda s: 1 - s),
            "Your factor is w(1 − s). The slope of σ vanishes at both ends, where s is 0 and where it is 1.",
        ),
        Misconception(
            "started at another state",
            lambda weight, bias, steps: _slope_with(weight, bias, steps, start=0.0),
            "The factors are those of a run that starts at 0. The derivative is asked for at s₀ = ½.",
        ),
        Misconception(
            "bias with the other sign",
            lambda weight, bias, steps: _slope_with(weight, -bias, steps),
            "Your states come from σ(w s − b). The bias is added to w s.",
        ),
        Misconception(
            "steepest slope at every state",
            lambda weight, bias, steps: (weight / 4) ** steps,
            "Your factor is w/4 in every step: σ′ = ¼ at u = 0 only, the steepest place. The state moves "
            "elsewhere, and the slope there is σ(u)(1 − σ(u)).",
        ),
        Misconception(
            "last slope to the power of steps",
            lambda weight, bias, steps: _factors(weight, bias, steps)[-1] ** steps,
            "You used one slope for all steps. The state moves, and the slope of σ with it: every step has a "
            "factor of its own.",
        ),
    ),
)


# 05.6 ------------------------------------------------------------------------------------------

NO_EXPLOSION = Exercise(
    id="05.6",
    title="Too small to explode",
    accepts=number(4.0),
    hints=(
        "The Jacobian of one step is diag(σ′) W. How much can each of the two factors stretch a vector?",
        "W stretches by at most its largest singular value, diag(σ′) by at most the largest slope of σ. "
        "When is the product of both at most 1?",
        "The logistic function is steepest at 0. Its slope there is ½ · ½.",
    ),
    model=Solution(
        code="""
steepest_slope = 0.5 * (1 - 0.5)
exercise("05.6").check(1 / steepest_slope)
""",
        explanation="‖diag(σ′) W‖ ≤ ¼ σ_max(W), so gradients cannot grow while σ_max(W) ≤ 4, just as the "
        "wall of the single unit steepens with w/4 (Pascanu et al. 2013, section 2.1). For tanh the bound "
        "is 1.",
    ),
    right_answers=(4, 4.0, 1 / 0.25),
    misconceptions=(
        Misconception(
            "bound of tanh for logistic units",
            1.0,
            "That is the bound for tanh, whose steepest slope is 1. How steep is the logistic function?",
        ),
        Misconception(
            "steepest slope for its inverse",
            0.25,
            "That is the steepest slope of the logistic function. The product with it has to stay below 1.",
        ),
        Misconception(
            "value at zero for slope at zero",
            2.0,
            "You took σ(0) = ½ for the slope. The slope is σ′(0) = σ(0)(1 − σ(0)).",
        ),
    ),
)
