"""Exercises 09.1 to 09.3: the line from start to end, and the path beside it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.parts import parts
from course_utils.checking.predicates import choice, number

Array = NDArray[np.float64]

# 09.1 ------------------------------------------------------------------------------------------

_WORDS = ("follows", "does not follow")
_VERDICTS = {
    "run_never_climbed": "does not follow",
    "descent_on_the_line_arrives": "follows",
    "start_and_end_in_one_valley": "follows",
    "no_saddle_was_met": "does not follow",
    "another_seed_same_picture": "does not follow",
}

MONOTONE = Exercise(
    id="09.1",
    title="What does a falling line prove?",
    data={
        "run_never_climbed": "the loss fell in every step of the run",
        "descent_on_the_line_arrives": "descent bound to the line, in small steps, gets to the end",
        "start_and_end_in_one_valley": "below any height above f(start), start and end can be joined",
        "no_saddle_was_met": "the run met no saddle and no plateau on its way",
        "another_seed_same_picture": "from another random start the line falls as well",
    },
    accepts=parts(**{name: choice(word, _WORDS) for name, word in _VERDICTS.items()}),
    hints=(
        "The line is a path of its own. Which of the statements speak of the line, and which of the run?",
        "The run was elsewhere: the measured residual says how far from the line.",
        "What the line proves: there is one way without a climb, and a walker bound to it would take it.",
    ),
    model=Solution(
        code="""
exercise("09.1").check(
    run_never_climbed="does not follow",
    descent_on_the_line_arrives="follows",
    start_and_end_in_one_valley="follows",
    no_saddle_was_met="does not follow",
    another_seed_same_picture="does not follow",
)
""",
        explanation="A falling line is a fact about the line: a way without a climb exists, known only once "
        "the end is known. About the run, its saddles, or other runs it says nothing.",
    ),
    right_answers=(_VERDICTS, {name: word.upper() for name, word in _VERDICTS.items()}),
    misconceptions=(
        Misconception(
            "line taken for the path of the run",
            {**_VERDICTS, "run_never_climbed": "follows", "no_saddle_was_met": "follows"},
            "The run did not go along the line: that is what its residual measures. What it met is off the "
            "line.",
        ),
        Misconception(
            "a picture proves nothing at all",
            dict.fromkeys(_VERDICTS, "does not follow"),
            "The line lies in the same landscape. What it shows is true of the line: which statements are "
            "about ways that may use it?",
        ),
        Misconception(
            "one run taken for all",
            {**_VERDICTS, "another_seed_same_picture": "follows"},
            "One line is one sample. The XOR networks of the lesson show falling and rising ones.",
        ),
        Misconception(
            "descent on a line gets lost",
            {**_VERDICTS, "descent_on_the_line_arrives": "does not follow"},
            "On the line the loss only falls towards the end. Where could small steps along it stop before?",
        ),
    ),
)

# 09.2 ------------------------------------------------------------------------------------------


def _paths() -> list[tuple[Array, Array, Array]]:
    rng = np.random.default_rng(92)
    return [(rng.normal(size=(t, n)), rng.normal(size=n), rng.normal(size=n)) for t, n in ((4, 3), (5, 8))]


def _project(points: Array, start: Array, end: Array) -> tuple[Array, Array]:
    unit = (end - start) / np.linalg.norm(end - start)
    along = (points - start) @ unit
    return along, np.linalg.norm(points - start - along[:, None] * unit, axis=1)


def _project_by_pythagoras(points: Array, start: Array, end: Array) -> tuple[Array, Array]:
    line, moved = end - start, points - start
    length = math.sqrt(float(line @ line))
    along = np.array([float(one @ line) / length for one in moved])
    return along, np.sqrt((moved**2).sum(axis=1) - along**2)


def _unscaled(points: Array, start: Array, end: Array) -> tuple[Array, Array]:
    line = end - start
    along = (points - start) @ line
    return along, np.linalg.norm(points - start - along[:, None] * line, axis=1)


def _from_zero(points: Array, start: Array, end: Array) -> tuple[Array, Array]:
    unit = (end - start) / np.linalg.norm(end - start)
    along = points @ unit
    return along, np.linalg.norm(points - along[:, None] * unit, axis=1)


PROJECT = Exercise(
    id="09.2",
    title="How far along, how far off?",
    accepts=function(_project, _paths(), outputs=("along", "away")),
    hints=(
        "Measure from the start: `points - start`. Which direction of length 1 leads from start to end?",
        "The scalar product with that direction is the projection.",
        "What is left of `points - start` after the part along the line is taken away? Its length is the "
        "residual.",
    ),
    model=Solution(
        code="""
def project(points, start, end):
    moved = points - start
    unit = (end - start) / np.linalg.norm(end - start)
    along = moved @ unit
    return along, np.linalg.norm(moved - along[:, None] * unit, axis=1)

exercise("09.2").check(project)
""",
        explanation="Two numbers a point, whatever the number of parameters: α along the line, β off it. "
        "What they leave out is the direction in which the path is off.",
    ),
    right_answers=(_project, _project_by_pythagoras),
    misconceptions=(
        Misconception(
            "direction not brought to length one",
            _unscaled,
            "You project on end − start, which is not of length 1: α comes out in units of its length.",
        ),
        Misconception(
            "path measured from zero",
            _from_zero,
            "The line begins at `start`, not at the origin of all parameters.",
        ),
        Misconception(
            "distance from the start for the residual",
            lambda points, start, end: (
                _project(points, start, end)[0],
                np.linalg.norm(points - start, axis=1),
            ),
            "Your residual is the distance from the start. Take away the part along the line first.",
        ),
        Misconception(
            "residual with the sum of its entries",
            lambda points, start, end: (
                _project(points, start, end)[0],
                np.abs(points - start - np.outer(_project(points, start, end)[0], _unit(start, end))).sum(
                    axis=1
                ),
            ),
            "You add up the sizes of the entries. The residual is a length: squares, sum, root.",
        ),
    ),
)


def _unit(start: Array, end: Array) -> Array:
    return np.asarray((end - start) / np.linalg.norm(end - start))


# 09.3 ------------------------------------------------------------------------------------------

_LENGTH, _STEPS, _AT = 130.0, 4000, 800
_ALPHA = _LENGTH * _AT / _STEPS

WALK = Exercise(
    id="09.3",
    title="How far off is a walk without an aim?",
    data={"distance_of_the_end": _LENGTH, "steps": _STEPS, "at_step": _AT},
    accepts=number(math.sqrt(_ALPHA * (_LENGTH - _ALPHA)), rtol=5e-3),
    hints=(
        "In very many dimensions every step is at right angles to every other one, and equally long.",
        "So a share of the steps makes the same share of the projection α. What is α here?",
        "β = √(α(A − α)).",
    ),
    model=Solution(
        code="""
data = exercise("09.3").data
A = data["distance_of_the_end"]
along = A * data["at_step"] / data["steps"]
exercise("09.3").check(np.sqrt(along * (A - along)))
""",
        explanation="α grows with the steps, ‖x‖² does as well, and β² = ‖x‖² − α². A walk that wants "
        "nothing draws the same half circle that published pictures of training show.",
    ),
    right_answers=(math.sqrt(_ALPHA * (_LENGTH - _ALPHA)), np.float64(52.0)),
    misconceptions=(
        Misconception(
            "distance from the start for that from the line",
            math.sqrt(_ALPHA * _LENGTH),
            "That is how far the walk is from its start. How far is it from the line?",
        ),
        Misconception(
            "largest residual of the whole walk",
            _LENGTH / 2,
            "That is the top of the half circle, halfway. At which share of the steps are we?",
        ),
        Misconception(
            "progress instead of the residual",
            _ALPHA,
            "That is the projection, how far along the line. The residual is asked for.",
        ),
        Misconception(
            "a walk without aim goes straight",
            0.0,
            "Only a walk along the line itself has no residual. Its steps go in all directions.",
        ),
    ),
)
