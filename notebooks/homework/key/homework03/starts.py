"""Task hw03.3: descent from many starts, and the minima that it really found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.predicates import Predicate
from course_utils.exercises.homework03.minima import (
    SLOPE,
    Array,
    Found,
    compared,
    finds,
    finds_unmerged,
    finds_unsorted,
    landscapes,
)
from course_utils.objectives import Objective
from course_utils.optimizers import GradientDescent, minimize

Mask = NDArray[np.bool_]


def _ends(objective: Objective, starts: Array, learning_rate: float, steps: int) -> tuple[Array, Mask, Mask]:
    """Return the ends of all runs, and for each whether it has arrived and whether it curves up there."""
    run = minimize(objective, GradientDescent(learning_rate), starts, steps, record="ends")
    arrived = (run.status != "diverged") & (run.gradient_norm[-1] <= SLOPE)
    curves_up = np.linalg.eigvalsh(objective.hessian(run.x[-1]))[:, 0] > 0
    return run.x[-1], arrived, np.asarray(curves_up)


def _group(objective: Objective, ends: Array, radius: float, starts: int, sort: bool = True) -> Found:
    """Gather ends that lie within ``radius`` of the first of their group."""
    minima: list[Array] = []
    runs: list[int] = []
    for end in ends:
        near = [i for i, x in enumerate(minima) if np.linalg.norm(end - x) <= radius]
        if near:
            runs[near[0]] += 1
        else:
            minima.append(end)
            runs.append(1)
    places = np.array(minima).reshape(-1, objective.dim)
    order = np.argsort(objective.value(places)) if sort else np.arange(len(runs))
    return places[order], np.array(runs, dtype=float)[order] / starts


def multi_start(
    objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float
) -> Found:
    """Return the minima (k, n) that gradient descent finds, lowest first, and the share of starts of each."""
    ends, arrived, curves_up = _ends(objective, starts, learning_rate, steps)
    return _group(objective, ends[arrived & curves_up], radius, len(starts))


def same_minima(objective: Objective, came: Any, expected: Found, radius: float) -> bool:
    """Return whether two answers name the same minima, lowest first, with the same shares of starts."""
    return compared(objective, came, expected, radius).is_correct


def _with_own_loop(
    objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float
) -> Found:
    """Descend by hand, and group by a matrix of distances."""
    x = np.array(starts)
    for _ in range(steps):
        x = x - learning_rate * objective.gradient(x)
    at_rest = np.linalg.norm(objective.gradient(x), axis=1) <= SLOPE
    x = x[at_rest & (np.linalg.eigvalsh(objective.hessian(x)) > 0).all(axis=1)]
    x = x[objective.value(x).argsort()]
    near = np.linalg.norm(x[:, None] - x, axis=-1) <= radius
    leaders = np.flatnonzero(near.argmax(axis=1) == np.arange(len(x)))
    return x[leaders], near[leaders].mean(axis=1) * len(x) / len(starts)


# Misconceptions --------------------------------------------------------------------------------


def _rest_alone(
    objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float
) -> Found:
    ends, arrived, _ = _ends(objective, starts, learning_rate, steps)
    return _group(objective, ends[arrived], radius, len(starts))


def _curved_up_alone(
    objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float
) -> Found:
    ends, _, curves_up = _ends(objective, starts, learning_rate, steps)
    return _group(objective, ends[curves_up], radius, len(starts))


def _of_the_arrived(
    objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float
) -> Found:
    minima, shares = multi_start(objective, starts, learning_rate, steps, radius)
    return minima, shares / shares.sum()


def _by_loss(objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float) -> Found:
    minima, shares = multi_start(objective, starts, learning_rate, steps, radius)
    _, first, group = np.unique(np.round(objective.value(minima), 6), return_index=True, return_inverse=True)
    return minima[first], np.bincount(group, weights=shares).astype(float)


def _as_found(objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float) -> Found:
    ends, arrived, curves_up = _ends(objective, starts, learning_rate, steps)
    return _group(objective, ends[arrived & curves_up], radius, len(starts), sort=False)


def _to_all_digits(
    objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float
) -> Found:
    return multi_start(objective, starts, learning_rate, steps, 0.0)


def _like(method: Callable[..., Found]) -> Predicate:
    return finds([method(*task) for task in landscapes()])


_RIGHT = [multi_start(*task) for task in landscapes()]

MULTI_START = Exercise(
    id="hw03.3",
    title="Which minima did the runs find?",
    accepts=finds(_RIGHT),
    hints=(
        '`minimize(objective, GradientDescent(learning_rate), starts, steps, record="ends")` runs from all '
        "starts at once; `.x[-1]`, `.gradient_norm[-1]` and `.status` tell how each run ended.",
        "A run that is on a slope, or on a saddle, has found no minimum. Filter the ends first, then group "
        "what is left; but divide by the number of all starts.",
        "Go through the ends: if one lies within `radius` of a minimum that you have, count it there, "
        "otherwise it is a new one. Sort by `objective.value` at last.",
    ),
    model=Solution(
        code="""
from course_utils.optimizers import GradientDescent, minimize

def multi_start(objective, starts, learning_rate, steps, radius):
    run = minimize(objective, GradientDescent(learning_rate), starts, steps, record="ends")
    ends = run.x[-1]
    at_rest = (run.status != "diverged") & (run.gradient_norm[-1] <= 1e-6)
    curves_up = np.linalg.eigvalsh(objective.hessian(ends))[:, 0] > 0
    minima, runs = [], []
    for end in ends[at_rest & curves_up]:
        near = [i for i, x in enumerate(minima) if np.linalg.norm(end - x) <= radius]
        if near:
            runs[near[0]] += 1
        else:
            minima.append(end)
            runs.append(1)
    minima = np.array(minima).reshape(-1, objective.dim)
    order = np.argsort(objective.value(minima))
    return minima[order], np.array(runs)[order] / len(starts)

exercise("hw03.3").check(multi_start)
""",
        explanation="The end of a run is a minimum if the slope is gone and the ground curves up. How many "
        "starts lead to each, out of all, says more about a landscape than the best end alone.",
    ),
    right_answers=(multi_start, _with_own_loop),
    misconceptions=(
        Misconception(
            "every point at rest a minimum",
            _rest_alone,
            "Some of the points in your list are at rest, and curve down in one direction: starts that the "
            "symmetry holds on a saddle.",
            detect=_like(_rest_alone),
        ),
        Misconception(
            "runs cut off on a slope",
            _curved_up_alone,
            "One of your minima is where a run was when the steps were over. What does its gradient say?",
            detect=_like(_curved_up_alone),
        ),
        Misconception(
            "share of the runs that arrived",
            _of_the_arrived,
            "Your shares add up to one. Of all starts, some led to no minimum.",
            detect=_like(_of_the_arrived),
        ),
        Misconception(
            "equal loss taken for the same minimum",
            _by_loss,
            "You merge minima of equal loss. They lie far apart: compare the places, not the heights.",
            detect=_like(_by_loss),
        ),
        Misconception(
            "minima in the order of discovery",
            _as_found,
            "The minima and their shares are right. The lowest has to come first.",
            detect=finds_unsorted(_RIGHT),
        ),
        Misconception(
            "ends compared to all digits",
            _to_all_digits,
            "Your list holds most minima many times. Two runs end in the same minimum, but not in the same "
            "sixteen digits.",
            detect=finds_unmerged(_RIGHT),
        ),
    ),
)

FRESH = finds([multi_start(*task) for task in landscapes(9033)], seed=9033)
