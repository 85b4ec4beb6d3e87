"""Task hw04.2: perturbed gradient descent, step by step as it is announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict
from course_utils.exercises.homework04.kicks import DETECTORS, VISIBLE, keeps_rule
from course_utils.exercises.homework04.rule import Task, run_of, thrown
from course_utils.objectives import Objective

Array = NDArray[np.float64]


def kicks_of(answer: Any, task: Task) -> Array:
    """Return the kicks (k, n) of one run, as fractions of the radius; none if there is no run."""
    run = run_of(answer, task)
    if isinstance(run, Verdict):
        return np.empty((0, len(task.start)))
    kicks = [thrown(run[0], task, step) / task.radius for step in run[1]]
    return np.array(kicks).reshape(-1, len(task.start))


# Right and wrong answers -------------------------------------------------------------------------


def _descent(
    *,
    wait: bool = True,
    once: bool = False,
    always: bool = False,
    cube: bool = False,
    late: bool = False,
    reseed: bool = False,
) -> Callable[..., tuple[Array, list[int]]]:
    """Return perturbed gradient descent, or one of its misunderstandings."""

    def perturbed_descent(
        objective: Objective,
        start: Array,
        learning_rate: float,
        steps: int,
        radius: float,
        threshold: float,
        waiting: int,
        seed: int,
    ) -> tuple[Array, list[int]]:
        rng, path, kicks = np.random.default_rng(seed), [np.array(start, dtype=float)], list[int]()
        for step in range(steps):
            x = path[-1]
            small = always or np.linalg.norm(objective.gradient(x)) <= threshold
            rested = not kicks or ((step - kicks[-1] >= waiting or not wait) and not once)
            kick = np.zeros(x.size)
            if small and rested:
                rng = np.random.default_rng(seed) if reseed else rng
                kick = rng.normal(size=x.size)
                kick *= radius * rng.uniform() ** (1 / x.size) / np.linalg.norm(kick)
                kick = rng.uniform(-radius, radius, x.size) if cube else kick
                kicks.append(step)
            if late:
                path.append(x - learning_rate * objective.gradient(x) + kick)
            else:
                path.append(x + kick - learning_rate * objective.gradient(x + kick))
        return np.array(path), kicks

    return perturbed_descent


def _by_rejection(
    objective: Objective,
    start: Array,
    learning_rate: float,
    steps: int,
    radius: float,
    threshold: float,
    waiting: int,
    seed: int,
) -> tuple[list[Array], Array]:
    """Draw from the cube until a point lies in the ball, and count down to the next kick."""
    rng, x, pause = np.random.default_rng(seed), np.array(start), 0
    path, kicks = [x], []
    for step in range(steps):
        if pause <= 0 and np.linalg.norm(objective.gradient(x)) <= threshold:
            kick = rng.uniform(-1, 1, x.size)
            while kick @ kick > 1:
                kick = rng.uniform(-1, 1, x.size)
            x, pause = x + radius * kick, waiting
            kicks.append(step)
        x = x - learning_rate * objective.gradient(x)
        path.append(x)
        pause -= 1
    return path, np.array(kicks)


KICKS = Exercise(
    id="hw04.2",
    title="Perturbed gradient descent",
    accepts=keeps_rule(VISIBLE),
    hints=(
        "Keep the number of the step at which the last kick was. Before the first kick there is nothing to "
        "wait for.",
        "In each step: is the gradient small, and is the last kick at least `waiting` steps ago? Then move x "
        "by ξ first. The gradient step follows, from the new x.",
        "A random direction is a normal vector divided by its length; the radius of a point that is uniform "
        "in the ball is distributed like r·u^(1/n), with u uniform in 0 … 1.",
    ),
    model=Solution(
        code="""
def perturbed_descent(objective, start, learning_rate, steps, radius, threshold, waiting, seed):
    rng = np.random.default_rng(seed)
    path, kicks = [np.array(start, dtype=float)], []
    for step in range(steps):
        x = path[-1]
        rested = not kicks or step - kicks[-1] >= waiting
        if rested and np.linalg.norm(objective.gradient(x)) <= threshold:
            direction = rng.normal(size=x.size)
            length = radius * rng.uniform() ** (1 / x.size)
            x = x + length * direction / np.linalg.norm(direction)
            kicks.append(step)
        path.append(x - learning_rate * objective.gradient(x))
    return np.array(path), kicks

exercise("hw04.2").check(perturbed_descent)
""",
        explanation="Noise where the gradient is small, and time for it to grow. In a minimum the kicks go "
        "on and do no harm; at a strict saddle the first one is enough, with probability one.",
    ),
    right_answers=(_descent(), _by_rejection),
    misconceptions=(
        Misconception(
            "kicked before the last kick could work",
            _descent(wait=False),
            "You kick in every step with a small gradient. A kick needs `waiting` steps to grow; until then "
            "the gradient stays small.",
            detect=DETECTORS["kicked before the last kick could work"],
        ),
        Misconception(
            "kicked on every slope",
            _descent(always=True),
            "You kick where the gradient is large, too. There gradient descent knows where to go.",
            detect=DETECTORS["kicked on every slope"],
        ),
        Misconception(
            "one kick for a whole run",
            _descent(once=True),
            "You kick once and never again. If the gradient is small again later, it is time for another.",
            detect=DETECTORS["one kick for a whole run"],
        ),
        Misconception(
            "the same kick every time",
            _descent(reseed=True),
            "All your kicks are equal: the generator is made anew for each of them. Make it once.",
            detect=DETECTORS["the same kick every time"],
        ),
        Misconception(
            "cube taken for a ball",
            _descent(cube=True),
            "Each coordinate of your kick is at most r, but its length is not: with n coordinates it can "
            "reach r√n.",
            detect=DETECTORS["cube taken for a ball"],
        ),
        Misconception(
            "kick added after the step",
            _descent(late=True),
            "You take the gradient where you were and add the kick to the step. Kick first, then take the "
            "gradient where the kick has led.",
            detect=DETECTORS["kick added after the step"],
        ),
    ),
)

FRESH = keeps_rule(
    [
        Task((1.5, 0.8, -0.4), (0.5, 1.0, -2.0), threshold=1e-12, seed=11),  # nowhere flat
        Task((8.0, 8.0, 8.0, 3.0, -0.6), (0.0,) * 5, steps=150, seed=12),  # on a saddle
        Task((7.0, 7.0, 4.0), (0.0,) * 3, radius=1e-6, waiting=6, seed=13),  # in a minimum
        Task((4.0, 1.0), (0.5, 0.0), threshold=2.0, seed=14),  # at the threshold itself
    ]
)
