"""Exercises 09.7 to 09.9: training in a subspace, and when it meets what it looks for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

Array = NDArray[np.float64]
Gradient = Callable[[Array], Array]

# 09.7 ------------------------------------------------------------------------------------------


class _Bent:
    """The gradient of Σ aᵢ sin(xᵢ) + ½(bᵀx)²: it changes from place to place."""

    def __init__(self, a: Array, b: Array) -> None:
        self.a, self.b = a, b

    def __call__(self, x: Array) -> Array:
        return self.a * np.cos(x) + self.b * float(self.b @ x)

    def __repr__(self) -> str:
        return "gradient"


def _planes() -> list[tuple[Gradient, Array, Array, Array]]:
    rng = np.random.default_rng(97)
    return [
        (_Bent(*rng.normal(size=(2, n))), rng.normal(size=n), rng.normal(size=(d, n)), rng.normal(size=d))
        for n, d in ((4, 2), (6, 3), (5, 1), (4, 4))
    ]


def _gradient(gradient: Gradient, origin: Array, directions: Array, z: Array) -> Array:
    return np.asarray(directions @ gradient(origin + z @ directions))


def _by_components(gradient: Gradient, origin: Array, directions: Array, z: Array) -> list[float]:
    x = origin.copy()
    for step, direction in zip(z, directions, strict=True):
        x = x + step * direction
    g = gradient(x)
    return [float(np.sum(g * direction)) for direction in directions]


GRADIENT = Exercise(
    id="09.7",
    title="The gradient that a subspace sees",
    accepts=function(_gradient, _planes()),
    hints=(
        "Where in the full space is the point z? It is origin + z₁d₁ + … + z_k d_k.",
        "How does the loss change with z₁? Along d₁: the scalar product of d₁ and the full gradient there.",
        "With the directions as rows, all k scalar products are `directions @ g`.",
    ),
    model=Solution(
        code="""
def subspace_gradient(gradient, origin, directions, z):
    x = origin + z @ directions
    return directions @ gradient(x)

exercise("09.7").check(subspace_gradient)
""",
        explanation="The chain rule, twice a matrix product. With this line, anything that minimises a "
        "function of n parameters trains in k of them.",
    ),
    right_answers=(_gradient, _by_components),
    misconceptions=(
        Misconception(
            "gradient taken at the origin of the plane",
            lambda gradient, origin, directions, z: directions @ gradient(origin),
            "You take the gradient where the plane begins. The point that z stands for is elsewhere.",
        ),
        Misconception(
            "gradient brought back to the full space",
            lambda gradient, origin, directions, z: (
                directions.T @ (directions @ gradient(origin + z @ directions))
            ),
            "You return as many numbers as there are parameters. One number for each direction is asked for.",
        ),
        Misconception(
            "full gradient left as it is",
            lambda gradient, origin, directions, z: gradient(origin + z @ directions),
            "That is the full gradient. How does the loss change when z₁ alone changes?",
        ),
        Misconception(
            "directions taken for unit vectors",
            lambda gradient, origin, directions, z: (
                directions @ gradient(origin + z @ directions) / np.sum(directions**2, axis=1)
            ),
            "You divide by the squared lengths of the directions: that gives components of the gradient, and "
            "not the change of the loss with z.",
        ),
        Misconception(
            "walked backwards into the plane",
            lambda gradient, origin, directions, z: directions @ gradient(origin - z @ directions),
            "You look at origin − z₁d₁ − …: the sign of z decides on which side the point lies.",
        ),
        Misconception(
            "coordinates without their origin",
            lambda gradient, origin, directions, z: directions @ gradient(z @ directions),
            "The plane does not go through zero: where is z = 0?",
        ),
    ),
)

# 09.8 ------------------------------------------------------------------------------------------


def _curves() -> list[tuple[Array, Array, float]]:
    """Return accuracies that climb, wobble, and are judged by a full accuracy below 1."""
    rng = np.random.default_rng(98)
    found = []
    for full, count, seeds in ((0.8, 7, 3), (0.95, 9, 4), (0.6, 6, 5), (0.87, 8, 2)):
        dims = np.cumsum(rng.integers(2, 40, size=count)).astype(float)
        climb = full * (1.02 - np.exp(-3.5 * dims / dims[-1]))
        found.append((dims, climb + rng.normal(scale=0.08, size=(seeds, count)), full))
    wobble = np.array([[0.2, 0.75, 0.6, 0.78, 0.8], [0.3, 0.73, 0.5, 0.80, 0.79]])
    dims = np.array([5.0, 10.0, 20.0, 40.0, 80.0])
    # One seed that lags behind: the middle one of the five is there a dimension before their mean is.
    lagging = np.array([[0.3, 0.6, 0.76, 0.79, 0.8]] * 4 + [[0.1, 0.2, 0.3, 0.7, 0.8]])
    return [*found, (dims, wobble, 0.8), (dims, lagging, 0.8)]


def _d90(dims: Array, accuracies: Array, full: float) -> float:
    return float(dims[np.argmax(accuracies.mean(axis=0) >= 0.9 * full)])


def _d90_by_loop(dims: Array, accuracies: Array, full: float) -> float:
    for d, column in zip(dims, accuracies.T, strict=True):
        if sum(column) / len(column) >= 0.9 * full:
            return float(d)
    return float("inf")


D90 = Exercise(
    id="09.8",
    title="The smallest dimension that is enough",
    accepts=function(_d90, _curves()),
    hints=(
        "First one curve out of many: the mean over the seeds, the first axis.",
        "90 % of what? Of the accuracy that all parameters reach together, `full`.",
        "`np.argmax(condition)` is the place of the first True.",
    ),
    model=Solution(
        code="""
def d90(dims, accuracies, full):
    enough = accuracies.mean(axis=0) >= 0.9 * full
    return dims[np.argmax(enough)]

exercise("09.8").check(d90)
""",
        explanation="The definition has three choices in it: which score, which level, and what is done with "
        "the seeds. The lesson takes one d₉₀ a seed, so that it can say how sure it is.",
    ),
    right_answers=(_d90, _d90_by_loop),
    misconceptions=(
        Misconception(
            "nine tenths taken absolutely",
            lambda dims, accuracies, full: float(dims[np.argmax(accuracies.mean(axis=0) >= 0.9)]),
            "You ask for an accuracy of 90 %. The level is 90 % of what the whole network reaches.",
        ),
        Misconception(
            "luckiest seed for the mean",
            lambda dims, accuracies, full: float(dims[np.argmax(accuracies.max(axis=0) >= 0.9 * full)]),
            "Your dimension is enough for the best seed. Take the mean over seeds first.",
        ),
        Misconception(
            "unluckiest seed for the mean",
            lambda dims, accuracies, full: float(dims[np.argmax(accuracies.min(axis=0) >= 0.9 * full)]),
            "Your dimension is enough for the worst seed. Take the mean over seeds first.",
        ),
        Misconception(
            "middle seed for the mean",
            lambda dims, accuracies, full: float(
                dims[np.argmax(np.median(accuracies, axis=0) >= 0.9 * full)]
            ),
            "Your dimension is enough for the seed in the middle. Take the mean over seeds first.",
        ),
        Misconception(
            "last dimension below for the first above",
            lambda dims, accuracies, full: float(
                dims[max(0, int(np.argmax(accuracies.mean(axis=0) >= 0.9 * full)) - 1)]
            ),
            "Yours is the dimension before: it is not yet enough.",
        ),
        Misconception(
            "place in the list for the dimension",
            lambda dims, accuracies, full: int(np.argmax(accuracies.mean(axis=0) >= 0.9 * full)),
            "You return where in the list it is. Which dimension stands there?",
        ),
    ),
)

# 09.9 ------------------------------------------------------------------------------------------

_DIM, _WEDGE, _PLANE = 500, 420, 110

WEDGES = Exercise(
    id="09.9",
    title="When does a random plane meet the wedges?",
    data={"D": _DIM, "n": _WEDGE, "d": _PLANE},
    accepts=parts(
        smallest_d=number(_DIM - _WEDGE, rtol=1e-6), meeting=number(_PLANE + _WEDGE - _DIM, rtol=1e-6)
    ),
    hints=(
        "A wedge holds D − n coordinates at zero: that many equations. A d-plane has d unknowns.",
        "There is a solution as soon as there are as many unknowns as equations.",
        "With more unknowns, the solutions have as many dimensions as there are unknowns to spare.",
    ),
    model=Solution(
        code="""
data = exercise("09.9").data
D, n, d = data["D"], data["n"], data["d"]
exercise("09.9").check(smallest_d=D - n, meeting=d + n - D)
""",
        explanation="Two planes in a room meet in a line, 2 + 2 − 3 = 1; a line and a plane in a point. The "
        "same count holds for planes of any dimension, if they are in general position.",
    ),
    right_answers=(
        {"smallest_d": 80, "meeting": 30},
        {"smallest_d": np.float64(80.0), "meeting": np.int64(30)},
    ),
    misconceptions=(
        Misconception(
            "as many directions as the wedge has",
            {"smallest_d": _WEDGE, "meeting": _PLANE + _WEDGE - _DIM},
            "A wedge of n dimensions leaves few coordinates to fix: count those, not its own.",
        ),
        Misconception(
            "one direction more than equations",
            {"smallest_d": _DIM - _WEDGE + 1, "meeting": _PLANE + _WEDGE - _DIM},
            "As many unknowns as equations leave one solution: a point. One unknown more makes a line.",
        ),
        Misconception(
            "meeting as large as the plane",
            {"smallest_d": _DIM - _WEDGE, "meeting": _PLANE},
            "Then the whole plane would lie in the wedge. Each of the D − n equations takes one dimension.",
        ),
        Misconception(
            "any plane meets a large wedge",
            {"smallest_d": 1, "meeting": _PLANE + _WEDGE - _DIM},
            "A line has one unknown. How many coordinates have to vanish at once?",
        ),
    ),
)
