"""Task hw03.3: whether a search from many starts names the minima that it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate, real_array
from course_utils.objectives import GaussianLandscape, Objective, Rastrigin
from course_utils.objectives.wells import Wells

Array = NDArray[np.float64]
Found = tuple[Array, Array]
Task = tuple[Objective, Array, float, int, float]

SLOPE = 1e-6
_NAMES = ("objective", "starts", "learning_rate", "steps", "radius")


def hollows(size: float, rng: np.random.Generator) -> Task:
    """Return four hollows in the plane, ``size`` > 0 wide, and 60 starts (60, 2) around them.

    The steps are so many that some runs end with ‖g‖ a little below `SLOPE` and others a little above it.
    """
    places = size * np.array([[-3.0, -1.0], [0.0, 3.0], [3.0, -1.5], [0.5, -4.0]])
    depths = [-1.0, -0.96, -0.93, -0.9]
    landscape = GaussianLandscape(
        places, depths, [size] * 4, bowl=0.02 / size**2, name=f"{size:g} wide hollows"
    )
    starts = np.tile(places[::-1], (15, 1)) + 0.7 * size * rng.normal(size=(60, 2))
    # A step leaves about 1 − 0.2 of the slope, which is half of 1/size at first.
    steps = round(np.log(0.5 / (SLOPE * size)) / 0.2)
    return landscape, starts, 0.2 * size**2, steps, 0.1 * size


def landscapes(seed: int = 33) -> list[Task]:
    """Return landscapes with minima of several heights, and with starts that end on saddles or on a slope."""
    rng = np.random.default_rng(seed)
    saddles = [[0.9, 0.0], [0.0, -0.4], [0.0, 0.0]]
    slope = [[0.3, 1e-9]]  # on the way from the saddle to a well when the steps are over
    everywhere = rng.uniform(-2, 2, (25, 2))
    return [
        (Rastrigin(), rng.uniform(-1.6, 1.6, (30, 2)), 0.002, 60, 0.01),
        (Wells([-1.0, -0.5]), np.concatenate([everywhere, saddles, slope]), 0.15, 280, 0.05),
        hollows(1000.0, rng),
    ]


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


def compared(objective: Objective, came: Any, expected: Found, radius: float, sort: bool = True) -> Verdict:
    """Compare the minima and shares that came with those expected; ``sort`` wants the lowest first."""
    found = _read(came, expected)
    if isinstance(found, Verdict):
        return found
    minima, shares = expected
    if minima.size == 0:
        return correct()
    if sort and np.diff(objective.value(found[0])).min(initial=0.0) < -SLOPE:
        return not_yet("`minima`: the lowest comes first.")
    distances = np.linalg.norm(minima[:, None] - found[0], axis=-1)
    partner = distances.argmin(axis=1)  # minima of equal loss may come in any order
    if distances.min(axis=1).max() > radius or np.unique(partner).size < len(minima):
        return not_yet("`minima`: one of the minima is missing, or a point is none.")
    if np.abs(found[1][partner] - shares).max() > 1e-9:
        return not_yet("`shares`: the minima are right; their shares of the starts are not.")
    return correct()


def finds(expected: Sequence[Found], sort: bool = True, seed: int = 33) -> Predicate:
    """Expect a function that finds these minima, with these shares, in the `landscapes` of a seed."""

    def compare(answer: Any, expected: Sequence[Found]) -> Verdict:
        for task, found in zip(landscapes(seed), expected, strict=True):
            called = call(answer, task, _NAMES)
            if called.problem is not None:
                return called.problem
            verdict = compared(task[0], called.output, found, task[-1], sort)
            if verdict.is_correct and called.changed_input:
                verdict = not_yet("your function changes the `starts` that it is given.")
            if not verdict.is_correct:
                return not_yet(f"On {task[0].name} from {len(task[1])} starts: {verdict.message}")
        return correct()

    return Predicate(list(expected), compare)


def finds_unsorted(expected: Sequence[Found]) -> Predicate:
    """Find an answer in which nothing but the order of the minima is wrong."""
    return finds(expected, sort=False)


def finds_unmerged(expected: Sequence[Found]) -> Predicate:
    """Find an answer in which minima come several times, and their shares add up to what is right."""

    def compare(answer: Any, expected: Sequence[Found]) -> Verdict:
        for task, (places, right) in zip(landscapes(), expected, strict=True):
            minima, shares = (np.asarray(part, dtype=float) for part in call(answer, task, _NAMES).output)
            nearest = np.linalg.norm(minima[:, None] - places, axis=-1).argmin(axis=1)
            summed = np.bincount(nearest, weights=shares, minlength=len(places))
            if len(minima) <= len(places) or np.abs(summed - right).max() > 1e-9:
                return not_yet("")
        return correct()

    return Predicate(list(expected), compare)
