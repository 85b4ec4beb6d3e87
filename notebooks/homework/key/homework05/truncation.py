"""Task hw05.4: truncated back-propagation through time, for one linear unit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def truncated_gradient(weight: float, inputs: Array, targets: Array, window: int) -> float:
    """Return dL/dw of the mean of ½(s_t − y_t)², with ∂s/∂w set to zero at the start of every window."""
    h = slope = total = 0.0
    for t, (x, y) in enumerate(zip(inputs, targets, strict=True)):
        if t % window == 0:
            slope = 0.0  # what came before the window counts as a constant
        slope = h + weight * slope
        h = weight * h + x
        total += (h - y) * slope
    return float(total / len(inputs))


def _cases(seed: int = 54) -> list[tuple[float, Array, Array, int]]:
    rng = np.random.default_rng(seed)
    shapes = ((0.5, 6, 3), (0.9, 20, 5), (0.9, 20, 6), (-0.7, 9, 2), (1.05, 12, 12), (0.8, 7, 1))
    return [(w, rng.normal(size=T), rng.normal(size=T), k) for w, T, k in shapes]


def _backward(weight: float, inputs: Array, targets: Array, window: int) -> Any:
    T = len(inputs)
    states = [0.0]
    for x in inputs:
        states.append(weight * states[-1] + x)
    total = 0.0
    for start in range(0, T, window):
        error = 0.0
        for t in reversed(range(start, min(start + window, T))):
            error = (states[t + 1] - targets[t]) + weight * error
            total += error * states[t]
    return total / T


def _state_cut(weight: float, inputs: Array, targets: Array, window: int) -> Any:
    starts = range(0, len(inputs), window)
    parts = [(inputs[s : s + window], targets[s : s + window]) for s in starts]
    return sum(truncated_gradient(weight, x, y, window) * len(x) for x, y in parts) / len(inputs)


def _one_late(weight: float, inputs: Array, targets: Array, window: int) -> Any:
    h = slope = total = 0.0
    for t, (x, y) in enumerate(zip(inputs, targets, strict=True), start=1):
        slope = h + weight * slope * float(t % window != 0)
        h = weight * h + x
        total += (h - y) * slope
    return total / len(inputs)


def _sliding(weight: float, inputs: Array, targets: Array, window: int) -> Any:
    states = [0.0]
    for x in inputs:
        states.append(weight * states[-1] + x)
    total = 0.0
    for t, y in enumerate(targets, start=1):
        back = range(min(window, t))
        total += (states[t] - y) * sum(weight**k * states[t - 1 - k] for k in back)
    return total / len(inputs)


TRUNCATION = Exercise(
    id="hw05.4",
    title="Back-propagation with a horizon",
    accepts=function(truncated_gradient, _cases()),
    hints=(
        "Write d_t = ∂s_t/∂w. Differentiate s_t = w s_{t−1} + a_t with respect to w: two terms.",
        "d_t = s_{t−1} + w d_{t−1}, and the gradient is the mean of (s_t − y_t) d_t. Which of the two "
        "quantities is cut at the start of a window?",
        "With t counted from 0, a window begins where `t % window == 0`: set s to zero there, before the "
        "update, and let the state run on.",
    ),
    model=Solution(
        code="""
def truncated_gradient(weight, inputs, targets, window):
    h = slope = total = 0.0
    for t in range(len(inputs)):
        if t % window == 0:
            slope = 0.0
        slope = h + weight * slope
        h = weight * h + inputs[t]
        total = total + (h - targets[t]) * slope
    return total / len(inputs)

exercise("hw05.4").check(truncated_gradient)
""",
        explanation="States cross the border of a window, derivatives do not: influences from before it are "
        "left out. What is left is no longer the gradient of any function.",
    ),
    right_answers=(truncated_gradient, _backward),
    misconceptions=(
        Misconception(
            "state cut with the derivative",
            _state_cut,
            "Your state begins at zero in every window. It is the derivative that is cut; the state runs on.",
        ),
        Misconception(
            "horizon ignored",
            lambda weight, inputs, targets, window: truncated_gradient(weight, inputs, targets, len(inputs)),
            "That is the exact gradient, through all steps. Where does the window come in?",
        ),
        Misconception(
            "one step back for every window",
            lambda weight, inputs, targets, window: truncated_gradient(weight, inputs, targets, 1),
            "You took ∂s_t/∂w = s_{t−1} alone. Inside a window s_{t−1} depends on w, too.",
        ),
        Misconception(
            "window border off by one",
            _one_late,
            "Your first window has a step less than the others. With t counted from 0, where do windows "
            "begin?",
        ),
        Misconception(
            "sliding instead of hopping windows",
            _sliding,
            "You let every error go back by the same number of steps. Here the series is cut into windows, "
            "and an error early in its window has a short way only.",
        ),
        Misconception(
            "errors summed, not averaged",
            lambda weight, inputs, targets, window: (
                truncated_gradient(weight, inputs, targets, window) * len(inputs)
            ),
            "Your result is T times too large: the loss is a mean over the steps.",
        ),
    ),
)

FRESH = function(truncated_gradient, _cases(9054))
