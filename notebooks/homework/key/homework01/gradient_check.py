"""Task hw01.4: a function that finds mistakes in gradients written by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.exercises.homework01.flawed import DETECTORS, finds_mistakes, gradients
from course_utils.objectives import Array, Objective


def by_differences(objective: Objective, x: Array, step: float = 1e-5) -> Array:
    """Return the gradient at ``x`` (n,) from central differences of the value."""
    steps = step * np.eye(x.size)
    slopes: Array = (objective.value(x + steps) - objective.value(x - steps)) / (2 * step)
    return slopes


def wrong_entries(objective: Objective, x: Array) -> NDArray[np.int64]:
    """Return the indices at which the gradient is off by more than 10⁻⁴ of its largest entry."""
    slopes = by_differences(objective, x)
    off = np.abs(objective.gradient(x) - slopes)
    return np.flatnonzero(off > 1e-4 * np.abs(slopes).max())


def _flagged(off: NDArray[np.bool_]) -> list[int]:
    return [int(index) for index in np.flatnonzero(off)]


def _one_by_one(objective: Objective, x: Array) -> list[int]:
    gradient, bad = objective.gradient(x), []
    for i in range(x.size):
        step = 1e-6 * np.eye(x.size)[i]
        slope = (objective.value(x + step) - objective.value(x - step)) / 2e-6
        if abs(slope - gradient[i]) > 3e-4 * np.max(np.abs(gradient)):
            bad.append(i)
    return bad


def _fourth_order(objective: Objective, x: Array) -> Array:
    near, far = by_differences(objective, x, 1e-3), by_differences(objective, x, 2e-3)
    off = np.abs(objective.gradient(x) - (4 * near - far) / 3)
    return np.flatnonzero(off > 5e-4 * np.abs(near).max())[::-1].astype(np.float64)


def _absolute(objective: Objective, x: Array) -> list[int]:
    return _flagged(~np.isclose(objective.gradient(x), by_differences(objective, x), rtol=0, atol=1e-5))


def _by_itself(objective: Objective, x: Array) -> list[int]:
    slopes = by_differences(objective, x)
    return _flagged(np.abs(objective.gradient(x) - slopes) > 1e-4 * np.abs(slopes))


def _worst_only(objective: Objective, x: Array) -> list[int]:
    off = np.abs(objective.gradient(x) - by_differences(objective, x))
    return [int(off.argmax())] if len(wrong_entries(objective, x)) else []


def _right_ones(objective: Objective, x: Array) -> list[int]:
    return sorted(set(range(x.size)) - set(wrong_entries(objective, x).tolist()))


def _too_fine(objective: Objective, x: Array) -> list[int]:
    slopes = by_differences(objective, x, 1e-14)
    return _flagged(np.abs(objective.gradient(x) - slopes) > 1e-4 * np.abs(slopes).max())


GRADIENT_CHECK = Exercise(
    id="hw01.4",
    title="A gradient checker",
    accepts=finds_mistakes(gradients()),
    hints=(
        "Which entry of the gradient says how f changes when x moves along axis i? Compare it with what f "
        "really does.",
        "Central differences with h = 1e-5 are right to about ten digits. Which size decides whether a "
        "deviation is a mistake?",
        "An entry that is zero cannot be judged by its own size, and 1e-6 is much for one function and "
        "nothing for another: compare with the largest entry.",
    ),
    model=Solution(
        code="""
def wrong_entries(objective, x):
    h = 1e-5
    steps = h * np.eye(x.size)
    slopes = (objective.value(x + steps) - objective.value(x - steps)) / (2 * h)
    off = np.abs(objective.gradient(x) - slopes)
    return np.flatnonzero(off > 1e-4 * np.abs(slopes).max())

exercise("hw01.4").check(wrong_entries)
""",
        explanation="Central differences see f alone, so they find any mistake in the gradient. Measured "
        "against the largest entry, a deviation means the same in every unit, and a zero entry does no harm.",
    ),
    right_answers=(wrong_entries, _one_by_one, _fourth_order),
    misconceptions=(
        Misconception(
            "absolute tolerance for every scale",
            _absolute,
            "Your tolerance is a fixed number. With 'tiny numbers' the whole gradient is smaller than that: "
            "measure deviations against the gradient.",
            detect=DETECTORS["absolute tolerance for every scale"],
        ),
        Misconception(
            "zero entry measured by itself",
            _by_itself,
            "One entry of 'right' is zero, and compared with it the error of any difference formula is huge: "
            "measure all deviations against one size.",
            detect=DETECTORS["zero entry measured by itself"],
        ),
        Misconception(
            "only the worst mistake reported",
            _worst_only,
            "A gradient may have several mistakes. Report all of them.",
            detect=DETECTORS["only the worst mistake reported"],
        ),
        Misconception(
            "right entries reported as wrong",
            _right_ones,
            "You return exactly the entries that are right.",
            detect=DETECTORS["right entries reported as wrong"],
        ),
        Misconception(
            "difference lost in rounding",
            _too_fine,
            "In 'right' there is no mistake, and you report several: at your step the two values of f agree "
            "in almost all digits. Take a larger step.",
            detect=DETECTORS["difference lost in rounding"],
        ),
    ),
)

FRESH = finds_mistakes(gradients(9104))
