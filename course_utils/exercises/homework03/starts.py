"""Task hw03.3: descent from many starts, and the minima that it really found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate, checker, real_array
from course_utils.objectives import Objective, Rastrigin
from course_utils.objectives.wells import Wells
from course_utils.optimizers import GradientDescent, minimize

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Found = tuple[Array, Array]
Task = tuple[Objective, Array, float, int, float]

_SLOPE = 1e-6
_NAMES = ("objective", "starts", "learning_rate", "steps", "radius")


def _tasks() -> list[Task]:
    """Return landscapes with minima of several heights, and with starts that end on saddles or on a slope."""
    rng = np.random.default_rng(33)
    saddles = [[0.9, 0.0], [0.0, -0.4], [0.0, 0.0]]
    slope = [[0.3, 1e-9]]  # on the way from the saddle to a well when the steps are over
    everywhere = rng.uniform(-2, 2, (25, 2))
    return [
        (Rastrigin(), rng.uniform(-1.6, 1.6, (30, 2)), 0.002, 60, 0.01),
        (Wells([-1.0, -0.5]), np.concatenate([everywhere, saddles, slope]), 0.15, 280, 0.05),
    ]


def _ends(objective: Objective, starts: Array, learning_rate: float, steps: int) -> tuple[Array, Mask, Mask]:
    """Return the ends of all runs, and for each whether it has arrived and whether it curves up there."""
    run = minimize(objective, GradientDescent(learning_rate), starts, steps, record="ends")
    arrived = (run.status != "diverged") & (run.gradient_norm[-1] <= _SLOPE)
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
    return _compare(objective, came, expected, radius).is_correct


def _read(came: Any, expected: Found) -> Found | Verdict:
    """Return the reader's minima and shares if they have the shapes expected."""
    if not isinstance(came, (tuple, list)) or len(came) != 2:
        return not_yet("Your function has to return two arrays, `minima` and `shares`.")
    arrays = []
    for name, values, target in zip(("minima", "shares"), came, expected, strict=True):
        if target.size == 0 and np.shape(values) == target.shape:
            arrays.append(target)
            continue
        read, problem = real_array(values, f"`{name}` of shape {target.shape}")
        if read is None:
            return not_yet(problem)
        if read.shape != target.shape:
            return not_yet(f"`{name}` has shape {read.shape}; expected was {target.shape}.")
        arrays.append(read)
    return arrays[0], arrays[1]


def _compare(objective: Objective, came: Any, expected: Found, radius: float, sort: bool = True) -> Verdict:
    found = _read(came, expected)
    if isinstance(found, Verdict):
        return found
    minima, shares = expected
    if minima.size == 0:
        return correct()
    if sort and np.diff(objective.value(found[0])).min(initial=0.0) < -_SLOPE:
        return not_yet("`minima`: the lowest comes first.")
    distances = np.linalg.norm(minima[:, None] - found[0], axis=-1)
    partner = distances.argmin(axis=1)  # minima of equal loss may come in any order
    if distances.min(axis=1).max() > radius or np.unique(partner).size < len(minima):
        return not_yet("`minima`: one of the minima is missing, or a point is none.")
    if np.abs(found[1][partner] - shares).max() > 1e-9:
        return not_yet("`shares`: the minima are right; their shares of the starts are not.")
    return correct()


def _finds(reference: Callable[..., Any], tasks: list[Task]) -> Predicate:
    """Expect a function that finds the same minima, in every task, as the reference does."""

    def compare(answer: Any, reference: Callable[..., Any]) -> Verdict:
        for task in tasks:
            called = call(answer, task, _NAMES)
            if called.problem is not None:
                return called.problem
            verdict = _compare(task[0], called.output, reference(*task), task[-1])
            if not verdict.is_correct:
                return not_yet(f"On {task[0].name} from {len(task[1])} starts: {verdict.message}")
        return correct()

    return Predicate(reference, compare)


def _with_own_loop(
    objective: Objective, starts: Array, learning_rate: float, steps: int, radius: float
) -> Found:
    """Descend by hand, and group by a matrix of distances."""
    x = np.array(starts)
    for _ in range(steps):
        x = x - learning_rate * objective.gradient(x)
    at_rest = np.linalg.norm(objective.gradient(x), axis=1) <= _SLOPE
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


def _unsorted(answer: Any) -> bool:
    """Whether nothing but the order of the minima is wrong."""
    outputs = [call(answer, task, _NAMES).output for task in _tasks()]
    return all(
        _compare(task[0], output, multi_start(*task), task[-1], sort=False).is_correct
        for task, output in zip(_tasks(), outputs, strict=True)
    )


def _unmerged(answer: Any) -> bool:
    """Whether the same minima come several times, and their shares add up to what is right."""
    for objective, starts, rate, steps, radius in _tasks():
        came = call(answer, (objective, starts, rate, steps, radius), _NAMES).output
        minima, shares = (np.asarray(part, dtype=float) for part in came)
        right = multi_start(objective, starts, rate, steps, radius)
        nearest = np.linalg.norm(minima[:, None] - right[0], axis=-1).argmin(axis=1)
        summed = np.bincount(nearest, weights=shares, minlength=len(right[0]))
        if len(minima) <= len(right[0]) or np.abs(summed - right[1]).max() > 1e-9:
            return False
    return True


def _is(condition: Callable[[Any], bool]) -> Predicate:
    return checker(lambda answer: correct() if condition(answer) else not_yet(""))


MULTI_START = Exercise(
    id="hw03.3",
    title="Which minima did the runs find?",
    accepts=_finds(multi_start, _tasks()),
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
        ),
        Misconception(
            "runs cut off on a slope",
            _curved_up_alone,
            "One of your minima is where a run was when the steps were over. What does its gradient say?",
        ),
        Misconception(
            "share of the runs that arrived",
            _of_the_arrived,
            "Your shares add up to one. Of all starts, some led to no minimum.",
        ),
        Misconception(
            "equal loss taken for the same minimum",
            _by_loss,
            "You merge minima of equal loss. They lie far apart: compare the places, not the heights.",
        ),
        Misconception(
            "minima in the order of discovery",
            _as_found,
            "The minima and their shares are right. The lowest has to come first.",
            detect=_is(_unsorted),
        ),
        Misconception(
            "ends compared to all digits",
            _to_all_digits,
            "Your list holds most minima many times. Two runs end in the same minimum, but not in the same "
            "sixteen digits.",
            detect=_is(_unmerged),
        ),
    ),
)
