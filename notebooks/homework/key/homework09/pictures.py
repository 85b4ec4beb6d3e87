"""Task hw09.6: one training run, in every picture of the lesson."""

from __future__ import annotations

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.parts import parts
from course_utils.checking.predicates import number

# Measured by the model solution below, which the tests run against these numbers.
_MEASURED = {
    "detour": 1.732,
    "residual": 0.3886,
    "first": 0.8209,
    "middle": 0.8022,
    "bowls": 1.0,
    "negative": 9,
    "slope": 0.02772,
}

PICTURES = Exercise(
    id="hw09.6",
    title="One run, every picture",
    accepts=parts(**{name: number(value, 1e-2) for name, value in _MEASURED.items()}),
    hints=(
        "`np.diff(track, axis=0)` holds the steps. The line leads from `track[0]` to `track[-1]`; "
        "`landscapes.project_onto_line(track, start, end)` returns α and β.",
        "`landscapes.principal_components(track, 1).shares` for `first`, or the solution of task 2.",
        "H = `network.hessian(track[-1])`. A plane P shows a bowl if both eigenvalues of `P @ H @ P.T` are "
        "positive.",
    ),
    model=Solution(
        code="""
from course_utils import landscapes
from course_utils.datasets import load
from course_utils.landscapes import random_directions
from course_utils.networks import MLP
from course_utils.optimizers import Adam, minimize

digits = load("mnist-10x10").subset(500).standardize()
network = MLP([100, 6, 10], digits.inputs, digits.targets, weight_decay=1e-3)
track = minimize(network, Adam(0.01), network.initial(np.random.default_rng(9)), 200).x
draw = np.random.default_rng(0)
planes = [random_directions(draw, 2, network.dim) for _ in range(200)]

start, end = track[0], track[-1]
along, away = landscapes.project_onto_line(track, start, end)
H = network.hessian(end)
exercise("hw09.6").check(
    detour=np.linalg.norm(np.diff(track, axis=0), axis=1).sum() / np.linalg.norm(end - start),
    residual=away.max() / np.linalg.norm(end - start),
    first=landscapes.principal_components(track, 1).shares[0],
    middle=network.value((start + end) / 2),
    bowls=np.mean([np.linalg.eigvalsh(P @ H @ P.T)[0] > 0 for P in planes]),
    negative=np.sum(np.linalg.eigvalsh(H) < -1e-3),
    slope=np.linalg.norm(network.gradient(end)),
)
""",
        explanation="A smooth arc, a large first component, two hundred bowls of two hundred; and a point "
        "with a slope and nine ways down. The last two numbers are those that no picture shows.",
    ),
    right_answers=(_MEASURED, {**_MEASURED, "detour": 1.73, "residual": 0.389, "bowls": 200 / 200}),
    misconceptions=(
        Misconception(
            "distance counted as the path",
            {**_MEASURED, "detour": 1.0},
            "`detour`: you divided the straight line by itself. Add up the lengths of all steps.",
        ),
        Misconception(
            "residual with the length of the line",
            {**_MEASURED, "residual": 4.283},
            "`residual`: that is a distance in parameter space. Divide it by the length of the line.",
        ),
        Misconception(
            "mean of the ends for the middle",
            {**_MEASURED, "middle": 1.360},
            "`middle`: that is the mean of the two losses. Take the loss at the mean of the two points.",
        ),
        Misconception(
            "ways down that planes must show",
            {**_MEASURED, "bowls": 0.0},
            "`bowls`: the Hessian has negative eigenvalues, and you concluded that planes show them. Count "
            "the planes.",
        ),
        Misconception(
            "a bowl as a proof of a minimum",
            {**_MEASURED, "negative": 0},
            "`negative`: the planes show bowls, and you concluded that no eigenvalue is negative. Compute "
            "them.",
        ),
        Misconception(
            "zero slope at the end of a run",
            {**_MEASURED, "slope": 0.0},
            "`slope`: a run that was stopped after 200 steps need not have arrived. Compute the gradient "
            "there.",
        ),
    ),
)
