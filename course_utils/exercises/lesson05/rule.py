"""Exercise 05.5: the reader's own clipping rule, which also drives a widget."""

from __future__ import annotations

from functools import wraps
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import checker, named, real_array
from course_utils.objectives import Objective, RecurrentCliff, quadratic

Array = NDArray[np.float64]
Fault = Literal[
    "", "step", "uphill", "unclipped", "too long", "stretched", "not gradient descent", "too short"
]

_RATE = 0.5
_LONGEST = 0.5
_CLIPPED = (
    0.5  # a long gradient is clipped if it makes less than this share of the step of a short one, by length
)


def _cases() -> list[tuple[Objective, Array]]:
    """Gentle points first, then steep ones: on a bowl, and on the wall."""
    bowl, cliff = quadratic([1.0, 4.0]), RecurrentCliff(12)
    gentle = [np.array([0.03, -0.01]), np.array([-0.05, 0.005])]
    steep = [np.array([30.0, -2.0]), np.array([0.1, 40.0])]
    return [
        *((bowl, x) for x in gentle),
        (cliff, np.array([4.5, -1.2])),
        *((bowl, x) for x in steep),
        (cliff, np.array([6.0, -3.0])),
    ]


_GENTLE = 3  # so many of the cases have a short gradient
_STRETCHED = 3.0  # a step that is so many times the plain one does not go with the gradient's length

_CHANGED = object()


def _watched(answer: Any) -> Any:
    """Return the reader's rule, which gives `_CHANGED` when it writes into the point it is given."""

    @wraps(answer)
    def rule(objective: Objective, x: Array) -> Any:
        before = x.copy()
        after = answer(objective, x)
        return after if np.array_equal(before, x) else _CHANGED

    return rule


def _fault(answer: Any) -> Fault | Verdict:
    """Say what is wrong with a rule: the first fault over all cases, in this order of weight."""
    first = call(answer, _cases()[0], ("objective", "x"))  # unwrapped: sees a body that is still empty
    if first.problem is not None:
        return first.problem
    found: list[Fault] = []
    taken_for_steps: list[Fault] = []
    shares: list[float] = []
    for objective, x in _cases():
        called = call(_watched(answer), (objective, x), ("objective", "x"))
        if called.problem is not None:
            return called.problem
        if called.output is _CHANGED:
            return not_yet("Your rule changes the point that it is given; return a new one (`x = x - step`).")
        after, problem = real_array(called.output, "the next point, two numbers", 1)
        if after is None:
            return not_yet(problem)
        if after.shape != (2,):
            return not_yet(f"Expected the next point, an array of shape (2,), got shape {after.shape}.")
        step, g = after - x, objective.gradient(x)
        found.append(_fault_of_step(step, g))
        taken_for_steps.append(_fault_of_step(after, g))
        shares.append(float(np.linalg.norm(step) / np.linalg.norm(g)))
        if found[-1] == "too long" and shares[-1] > _CLIPPED * shares[0]:
            found[-1] = "unclipped"
    if any(found) and not any(taken_for_steps[:_GENTLE]):
        return "step"
    for fault in ("uphill", "unclipped", "too long", "stretched", "not gradient descent", "too short"):
        if fault in found:
            return fault
    return ""


def _fault_of_step(step: Array, g: Array) -> Fault:
    size, length = float(np.linalg.norm(g)), float(np.linalg.norm(step))
    if g @ step > 0:
        return "uphill"
    if length > _LONGEST * (1 + 1e-9):
        return "too long"
    if size <= 0.15 and np.linalg.norm(step + _RATE * g) > 0.05 * _RATE * size:
        return "stretched" if length > _STRETCHED * _RATE * size else "not gradient descent"
    if size > 1 and length < 0.02 * _LONGEST:
        return "too short"
    return ""


_SAID: dict[Fault, str] = {
    "step": "What you return are the steps, not the points that they lead to.",
    "uphill": "Your step goes uphill somewhere.",
    "unclipped": f"A step of yours is longer than {_LONGEST}: long gradients are not clipped.",
    "too long": f"A step of yours is longer than {_LONGEST}.",
    "stretched": f"Where the gradient is short, your step is far longer than −{_RATE} g.",
    "not gradient descent": f"Where the gradient is short, your step is not −{_RATE} g.",
    "too short": "Where the gradient is long, your step nearly vanishes.",
}


def _check(answer: Any) -> Verdict:
    fault = _fault(answer)
    if isinstance(fault, Verdict):
        return fault
    return correct() if fault == "" else not_yet(_SAID[fault])


def _by_norm(objective: Objective, x: Array) -> Array:
    g = objective.gradient(x)
    return x - 0.5 * g / max(1.0, float(np.linalg.norm(g)))


def _by_value(objective: Objective, x: Array) -> Array:
    return np.asarray(x - 0.5 * np.clip(objective.gradient(x), -0.7, 0.7))


def _soft(objective: Objective, x: Array) -> Array:
    g = objective.gradient(x)
    return np.asarray(x - 0.5 * g / np.sqrt(1 + g @ g))


OWN_RULE = Exercise(
    id="05.5",
    title="Your own clipping rule",
    data={"learning_rate": _RATE, "longest_step": _LONGEST},
    accepts=checker(_check),
    hints=(
        "Begin with plain gradient descent, x − 0.5 * objective.gradient(x). Which part of it can become "
        "too long?",
        "Any function that leaves short gradients alone and bounds long ones will do: by norm, by "
        "components, or something smooth such as g / √(1 + ‖g‖²).",
        "With learning rate 0.5, a gradient of length at most 1 makes steps of at most 0.5.",
    ),
    model=Solution(
        code="""
def my_rule(objective, x):
    g = objective.gradient(x)
    return x - 0.5 * g / np.sqrt(1 + np.sum(g**2, axis=-1, keepdims=True))

exercise("05.5").check(my_rule)
""",
        explanation="Short gradients pass, long ones are bounded. Clipped by norm they keep their direction, "
        "by components they turn; g / √(1 + ‖g‖²) is a clip without a corner, by norm.",
    ),
    right_answers=(_by_norm, _by_value, _soft),
    misconceptions=(
        Misconception(
            "rule without a leash",
            lambda objective, x: x - 0.5 * objective.gradient(x),
            "On the wall your step is far longer than allowed. The learning rate does not bound it: the "
            "gradient has to be clipped.",
            detect=named(_fault, "unclipped"),
        ),
        Misconception(
            "leash longer than allowed",
            lambda objective, x: x - 0.5 * np.clip(objective.gradient(x), -1.0, 1.0),
            "You bound long gradients, but not enough: a step of yours is longer than 0.5. Two components of "
            "size h make a gradient of length h√2.",
            detect=named(_fault, "too long"),
        ),
        Misconception(
            "every step of one length",
            lambda objective, x: (
                x - 0.5 * objective.gradient(x) / max(1e-12, float(np.linalg.norm(objective.gradient(x))))
            ),
            "Where the gradient is short, your step is far longer than the plain one. Steps that do not "
            "shrink with the gradient hover around a minimum instead of settling there.",
            detect=named(_fault, "stretched"),
        ),
        Misconception(
            "another step for short gradients",
            lambda objective, x: (
                x - 0.05 * objective.gradient(x) / max(1.0, float(np.linalg.norm(objective.gradient(x))) / 10)
            ),
            f"Where the gradient is short, your step is not −{_RATE} g: it has another length or direction. "
            "Only long gradients are to be clipped.",
            detect=named(_fault, "not gradient descent"),
        ),
        Misconception(
            "clipped step for the next point",
            lambda objective, x: _by_norm(objective, x) - x,
            "You return the step. The rule has to return the point to which it leads: x + step.",
            detect=named(_fault, "step"),
        ),
        Misconception(
            "rule that climbs",
            lambda objective, x: (
                x + 0.5 * objective.gradient(x) / max(1.0, float(np.linalg.norm(objective.gradient(x))))
            ),
            "Your step goes uphill. Descent is against the gradient.",
            detect=named(_fault, "uphill"),
        ),
        Misconception(
            "long gradients thrown away",
            lambda objective, x: (
                x - 0.5 * objective.gradient(x) * float(np.linalg.norm(objective.gradient(x)) <= 1)
            ),
            "Where the gradient is long your rule hardly moves. On the wall it would be stuck for ever: "
            "keep the direction, bound the length.",
            detect=named(_fault, "too short"),
        ),
    ),
)
