"""Task hw08.2: when the saddles of a chain are passed, with and without noise."""

from __future__ import annotations

from math import ceil, inf, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def exit_steps(
    saddles: int, waiting: float, growing: float, start: float, goal: float, floor: float
) -> Array:
    """Return the steps at which the coordinates of a chain reach the goal, one after the other."""
    steps, passed = [], 0
    for _ in range(saddles):
        height = log(start) + passed * log(waiting)
        if floor > 0:
            height = max(height, log(floor))
        passed += ceil((log(goal) - height) / log(growing))
        steps.append(passed)
    return np.array(steps, dtype=np.float64)


Case = tuple[int, float, float, float, float, float]


def cases(seed: int) -> list[Case]:
    """Return chains with and without a floor; no coordinate comes near the smallest float."""
    rng = np.random.default_rng(seed)

    def drawn(saddles: int, floor: float) -> Case:
        waiting, growing = rng.uniform(0.4, 0.8), rng.uniform(1.3, 1.9)
        return saddles, float(waiting), float(growing), float(rng.uniform(0.2, 0.6)), 2.5, floor

    return [
        drawn(4, 0.0),
        drawn(5, float(rng.uniform(1e-5, 1e-4))),
        drawn(1, 1e-6),
        drawn(3, 0.0),
        drawn(6, float(rng.uniform(0.02, 0.1))),
    ]


def _by_steps(saddles: int, waiting: float, growing: float, start: float, goal: float, floor: float) -> Any:
    """Walk step by step, with logarithms of the coordinates."""
    least = log(floor) if floor > 0 else -inf
    heights = [log(start)] * saddles
    exits: list[int] = []
    step = 0
    while len(exits) < saddles:
        step += 1
        at = len(exits)
        heights[at] += log(growing)
        for j in range(at + 1, saddles):
            heights[j] = max(heights[j] + log(waiting), least)
        if heights[at] >= log(goal):
            exits.append(step)
    return exits


# Misconceptions --------------------------------------------------------------------------------


def _durations(*given: Any) -> Any:
    return np.diff(exit_steps(*given), prepend=0.0)


def _all_alike(saddles: int, waiting: float, growing: float, start: float, goal: float, floor: float) -> Any:
    return ceil(log(goal / start) / log(growing)) * np.arange(1.0, saddles + 1)


def _since_the_last(
    saddles: int, waiting: float, growing: float, start: float, goal: float, floor: float
) -> Any:
    steps, passed, took = [], 0, 0
    for _ in range(saddles):
        height = max(log(start) + took * log(waiting), log(floor) if floor > 0 else -inf)
        took = ceil((log(goal) - height) / log(growing))
        passed += took
        steps.append(passed)
    return np.array(steps)


def _not_whole(saddles: int, waiting: float, growing: float, start: float, goal: float, floor: float) -> Any:
    steps, passed = [], 0.0
    for _ in range(saddles):
        height = max(log(start) + passed * log(waiting), log(floor) if floor > 0 else -inf)
        passed += (log(goal) - height) / log(growing)
        steps.append(passed)
    return np.array(steps)


def _from_the_floor(
    saddles: int, waiting: float, growing: float, start: float, goal: float, floor: float
) -> Any:
    return exit_steps(saddles, waiting, growing, floor or start, goal, floor)


CHAIN = Exercise(
    id="hw08.2",
    title="A chain of saddles",
    accepts=function(exit_steps, cases(82)),
    hints=(
        "A coordinate that has waited for t steps is `start` · `waiting`ᵗ, or `floor` if that is more.",
        "From a height x it takes n steps to the goal if x · growingⁿ ≥ goal: n = "
        "⌈log(goal/x)/log(growing)⌉.",
        "The k-th coordinate waits from step 1 until the one before it has passed: its t is that exit step. "
        "Keep log x instead of x, then nothing is too small.",
    ),
    model=Solution(
        code="""
def exit_steps(saddles, waiting, growing, start, goal, floor):
    steps, passed = [], 0
    for _ in range(saddles):
        height = np.log(start) + passed * np.log(waiting)
        if floor > 0:
            height = max(height, np.log(floor))
        passed = passed + np.ceil((np.log(goal) - height) / np.log(growing))
        steps.append(passed)
    return np.array(steps)

exercise("hw08.2").check(exit_steps)
""",
        explanation="Without a floor each exit comes 1 + log(1/waiting)/log(growing) times as late as the "
        "one before, with a floor the same number of steps later.",
    ),
    right_answers=(exit_steps, _by_steps),
    misconceptions=(
        Misconception(
            "durations for exit steps",
            _durations,
            "You return how long each saddle took. Asked for is the step, counted from the start, at which "
            "it was passed.",
        ),
        Misconception(
            "every saddle as quick as the first",
            _all_alike,
            "You give each saddle the time of the first one. The later coordinates have shrunk while they "
            "waited.",
        ),
        Misconception(
            "waiting since the last exit alone",
            _since_the_last,
            "Your coordinates begin to wait when the one before takes over. They wait from the first step "
            "on, all of them at once.",
        ),
        Misconception(
            "parts of steps counted",
            _not_whole,
            "Steps are whole: the goal is reached or passed at the end of one. Round each stay up before the "
            "next coordinate takes over.",
        ),
        Misconception(
            "start on the floor",
            _from_the_floor,
            "You let the first coordinate start from the floor. Nothing has shrunk yet: it starts at "
            "`start`.",
        ),
    ),
)

FRESH = function(exit_steps, cases(9082)[:4])
