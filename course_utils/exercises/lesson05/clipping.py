"""Exercises 05.2 to 05.4: clipping by norm, and what clipping by components does to the direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call, function
from course_utils.checking.predicates import array, checker, number

Array = NDArray[np.float64]

# 05.2 ------------------------------------------------------------------------------------------

_X = np.array([1.0, 2.0])
_G = np.array([30.0, -40.0])
_RATE, _H = 0.1, 2.0

CLIPPED_STEP = Exercise(
    id="05.2",
    title="Where a clipped step ends",
    data={"x": _X, "gradient": _G, "learning_rate": _RATE, "threshold": _H},
    accepts=array(_X - _RATE * _G * (_H / 50)),
    hints=(
        "First the norm of the gradient. Is it above the threshold?",
        "Shorten the gradient, not the step: (h / ‖g‖) g. Only then comes the learning rate.",
        "‖g‖ = 50 and h = 2: the clipped gradient is g / 25.",
    ),
    model=Solution(
        code="""
data = exercise("05.2").data
g, h = data["gradient"], data["threshold"]
clipped = g * (h / np.linalg.norm(g))
exercise("05.2").check(data["x"] - data["learning_rate"] * clipped)
""",
        explanation="The clipped gradient has length h, so no step is longer than η h, here 0.2: learning "
        "rate and threshold together are the length of the leash.",
    ),
    right_answers=(
        _X - _RATE * _H * np.array([0.6, -0.8]),
        [0.88, 2.16],
    ),
    misconceptions=(
        Misconception(
            "components cut instead of the norm",
            _X - _RATE * np.clip(_G, -_H, _H),
            "You cut each component at h. That turns the direction: the step now goes along a diagonal.",
        ),
        Misconception(
            "step shortened instead of gradient",
            _X - _RATE * _G * (_H / 5),
            "Your step has length h. The threshold is for the gradient; the learning rate comes after it.",
        ),
        Misconception(
            "step for a position",
            -_RATE * _G * (_H / 50),
            "That is the step. Where does it lead from x?",
        ),
        Misconception(
            "long gradient left alone",
            _X - _RATE * _G,
            "That is the step without clipping. Compare ‖g‖ with the threshold.",
        ),
        Misconception(
            "clipped step uphill",
            _X + _RATE * _G * (_H / 50),
            "The length is right, but this step goes along the gradient: uphill.",
        ),
    ),
)


# 05.3 ------------------------------------------------------------------------------------------


def _clip(gradient: Array, threshold: float) -> Array:
    norm = float(np.linalg.norm(gradient))
    return gradient * (threshold / norm) if norm > threshold else gradient.copy()


def _inputs(zero: bool = True) -> list[tuple[Array, float]]:
    rng = np.random.default_rng(53)
    given = [(np.array([3.0, 4.0]), 1.0), (np.array([0.3, 0.4]), 1.0), (np.array([-30.0, 1.0, 2.0]), 2.5)]
    given += [(rng.normal(size=50), 3.0), (0.1 * rng.normal(size=50), 3.0)]
    return [*given, (np.zeros(3), 1.0)] if zero else given


_nonzero = function(_clip, _inputs(zero=False))


def _fails_at_zero_alone(answer: Any) -> Verdict:
    """Find a clip that is right except at the zero gradient, where it divides by the norm."""
    if not _nonzero(answer).is_correct:
        return not_yet("")
    with np.errstate(all="ignore"):
        called = call(answer, (np.zeros(3), 1.0), ("gradient", "threshold"))
    bad = called.problem is not None or not np.isfinite(np.asarray(called.output, dtype=np.float64)).all()
    return correct() if bad else not_yet("")


def _divides_by_zero(gradient: Array, threshold: float) -> Any:
    with np.errstate(all="ignore"):
        unit = gradient / np.linalg.norm(gradient)
    return unit * min(float(np.linalg.norm(gradient)), threshold)


def _always_rescaled(gradient: Array, threshold: float) -> Any:
    norm = float(np.linalg.norm(gradient))
    return gradient * (threshold / norm) if norm else gradient


def _over_squared_norm(gradient: Array, threshold: float) -> Any:
    norm = float(np.linalg.norm(gradient))
    return gradient * (threshold / norm**2) if norm > threshold else gradient


CLIP_BY_NORM = Exercise(
    id="05.3",
    title="Clipping by norm",
    accepts=function(_clip, _inputs()),
    hints=(
        "Two cases: is the norm above the threshold, or not?",
        "A long gradient is multiplied by threshold / norm; a short one is returned as it is.",
        "Take care of the zero gradient: dividing by its norm gives NaN. It is short, so nothing needs "
        "dividing.",
    ),
    model=Solution(
        code="""
def clip_by_norm(gradient, threshold):
    norm = np.linalg.norm(gradient)
    return gradient * (threshold / norm) if norm > threshold else gradient

exercise("05.3").check(clip_by_norm)
""",
        explanation="The direction stays, the length is at most h, and short gradients pass unchanged.",
    ),
    right_answers=(
        _clip,
        lambda gradient, threshold: gradient / max(1.0, float(np.linalg.norm(gradient)) / threshold),
        lambda gradient, threshold: (
            gradient * (threshold / max(threshold, float(np.sqrt(gradient @ gradient))))
        ),
    ),
    misconceptions=(
        Misconception(
            "clip applied to each component",
            lambda gradient, threshold: np.clip(gradient, -threshold, threshold),
            "You cut the components one by one. The norm is one number for the whole gradient, and its "
            "direction has to stay.",
        ),
        Misconception(
            "short gradients stretched",
            _always_rescaled,
            "Your gradient always has length h. Short gradients must pass unchanged, or the steps never "
            "become smaller near a minimum.",
            detect=function(_always_rescaled, _inputs(zero=False)),
        ),
        Misconception(
            "unit vector for a clipped gradient",
            lambda gradient, threshold: gradient / (np.linalg.norm(gradient) or 1.0),
            "You always normalise: your gradient has length 1, whatever the threshold is. Only a gradient "
            "longer than h is shortened, and to h.",
            detect=function(
                lambda gradient, threshold: gradient / np.linalg.norm(gradient), _inputs(zero=False)
            ),
        ),
        Misconception(
            "divided by the squared norm",
            _over_squared_norm,
            "You divide by ‖g‖². The result should have length h: which power of the norm does that?",
        ),
        Misconception(
            "zero gradient divided by its norm",
            _divides_by_zero,
            "Right, except for a gradient of zero: 0/0 is NaN, and one NaN ends a training run.",
            detect=checker(_fails_at_zero_alone),
        ),
    ),
)


# 05.4 ------------------------------------------------------------------------------------------

_DIMENSION = 100

WIDEST_TURN = Exercise(
    id="05.4",
    title="How far can cutting components turn a gradient?",
    data={"dimension": _DIMENSION},
    accepts=number(float(np.degrees(np.arccos(_DIMENSION**-0.5)))),
    hints=(
        "In two dimensions the worst case is a gradient almost along an axis, cut to a diagonal. Which "
        "gradient is the worst in n dimensions?",
        "One component is enormous, and all others are just at the threshold: they survive the cut.",
        "Before the cut the direction is an axis, e₁; after it (1, …, 1)/√n. The cosine of the angle between "
        "them is 1/√n.",
    ),
    model=Solution(
        code="""
n = exercise("05.4").data["dimension"]
exercise("05.4").check(np.degrees(np.arccos(1 / np.sqrt(n))))
""",
        explanation="Cut component by component, the gradient is still a descent direction (every sign "
        "stays), but in high dimensions it can be almost perpendicular to the gradient.",
    ),
    right_answers=(
        float(np.degrees(np.arccos(0.1))),
        float(np.degrees(np.arctan(np.sqrt(_DIMENSION - 1)))),
    ),
    misconceptions=(
        Misconception(
            "two dimensions for a hundred",
            45.0,
            "That is the limit in two dimensions. With more components, more of them can be lifted to the "
            "same size.",
        ),
        Misconception(
            "right angle reached",
            90.0,
            "Every sign stays, so gᵀ clip(g) > 0: the angle is below 90°. By how much?",
        ),
        Misconception(
            "root of the dimension forgotten",
            float(np.degrees(np.arccos(1 / _DIMENSION))),
            "The vector (1, …, 1) has length √n, not n.",
        ),
        Misconception(
            "radians for the widest turn",
            float(np.arccos(_DIMENSION**-0.5)),
            "That is the angle in radians. The answer is asked for in degrees.",
        ),
    ),
)
