"""Task hw04.2: perturbed gradient descent, step by step as it is announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.predicates import Predicate, checker
from course_utils.exercises.homework04.rule import Task, kick_faults, run_of, study
from course_utils.objectives import Objective

Array = NDArray[np.float64]

_VISIBLE = (
    Task((2.0, 0.5, -0.3), (1.0, -2.0, 0.5), threshold=1e-12),  # nowhere flat
    Task((9.0, 9.0, 9.0, 9.0, 2.0, -0.5), (0.0,) * 6, steps=150),  # on a saddle
    Task((9.0, 9.0, 9.0, 5.0), (0.0,) * 4, radius=1e-6, waiting=7, seed=3),  # in a minimum
)


_MESSAGES = {
    "path": "A step without a kick is not x − ηg.",
    "loud": "It kicks where the gradient norm is above `threshold`.",
    "early": "It kicks again before `waiting` steps have passed.",
    "missed": "It leaves out a kick: the gradient is small, and `waiting` steps have passed.",
    "repeated": "All kicks of one run are the same.",
    "long": "A kick is longer than `radius`, or the gradient is not taken at the kicked point.",
}


def _check(answer: Any) -> Verdict:
    found = study(answer, _VISIBLE)
    if isinstance(found, Verdict):
        return found
    wrong = [message for name, message in _MESSAGES.items() if name in found]
    return not_yet(wrong[0]) if wrong else correct()


def _has(condition: Callable[[Any], bool]) -> Predicate:
    return checker(lambda answer: correct() if condition(answer) else not_yet(""))


def _only_once(answer: Any) -> bool:
    runs = [run_of(answer, task) for task in _VISIBLE]
    return kick_faults(answer, _VISIBLE) == {"missed"} and all(
        not isinstance(run, Verdict) and len(run[1]) <= 1 for run in runs
    )


def _inside(answer: Any, inside: Callable[[Array, Array, Task], bool]) -> bool:
    """Whether kicks are too long by our reading, and every kick passes another one."""
    if "long" not in kick_faults(answer, _VISIBLE):
        return False
    for task in _VISIBLE[1:]:
        run = run_of(answer, task)
        if isinstance(run, Verdict):
            return False
        if not all(inside(run[0][step], run[0][step + 1], task) for step in run[1]):
            return False
    return True


def _in_cube(before: Array, after: Array, task: Task) -> bool:
    y = after / (1 - task.learning_rate * np.array(task.eigenvalues))
    return bool(np.abs(y - before).max() <= task.radius * (1 + 1e-6))


def _after_the_step(before: Array, after: Array, task: Task) -> bool:
    kick = after - before * (1 - task.learning_rate * np.array(task.eigenvalues))
    return bool(np.linalg.norm(kick) <= task.radius * (1 + 1e-6))


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
    accepts=checker(_check),
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
            detect=_has(lambda answer: kick_faults(answer, _VISIBLE) == {"early"}),
        ),
        Misconception(
            "kicked on every slope",
            _descent(always=True),
            "You kick where the gradient is large, too. There gradient descent knows where to go.",
            detect=_has(lambda answer: "loud" in kick_faults(answer, _VISIBLE)),
        ),
        Misconception(
            "one kick for a whole run",
            _descent(once=True),
            "You kick once and never again. If the gradient is small again later, it is time for another.",
            detect=_has(_only_once),
        ),
        Misconception(
            "the same kick every time",
            _descent(reseed=True),
            "All your kicks are equal: the generator is made anew for each of them. Make it once.",
            detect=_has(lambda answer: kick_faults(answer, _VISIBLE) == {"repeated"}),
        ),
        Misconception(
            "cube taken for a ball",
            _descent(cube=True),
            "Each coordinate of your kick is at most r, but its length is not: with n coordinates it can "
            "reach r√n.",
            detect=_has(lambda answer: _inside(answer, _in_cube)),
        ),
        Misconception(
            "kick added after the step",
            _descent(late=True),
            "You take the gradient where you were and add the kick to the step. Kick first, then take the "
            "gradient where the kick has led.",
            detect=_has(lambda answer: _inside(answer, _after_the_step)),
        ),
    ),
)
