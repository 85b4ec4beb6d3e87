"""Task hw04.2: whether perturbed gradient descent kicks as it is announced, and how it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.feedback import Verdict
from course_utils.checking.predicates import Predicate, fault_free, holds
from course_utils.exercises.homework04.rule import Task, kick_faults, run_of, study

Array = NDArray[np.float64]

VISIBLE = (
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


def keeps_rule(tasks: Sequence[Task]) -> Predicate:
    """Expect a function that keeps the rule in every step of these tasks."""
    return fault_free(lambda answer: study(answer, tasks), _MESSAGES)


def _only_once(answer: Any) -> bool:
    runs = [run_of(answer, task) for task in VISIBLE]
    return kick_faults(answer, VISIBLE) == {"missed"} and all(
        not isinstance(run, Verdict) and len(run[1]) <= 1 for run in runs
    )


def _inside(answer: Any, inside: Callable[[Array, Array, Task], bool]) -> bool:
    """Whether kicks are too long by our reading, and every kick passes another one."""
    if "long" not in kick_faults(answer, VISIBLE):
        return False
    for task in VISIBLE[1:]:
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


DETECTORS = {
    "kicked before the last kick could work": holds(lambda answer: kick_faults(answer, VISIBLE) == {"early"}),
    "kicked on every slope": holds(lambda answer: "loud" in kick_faults(answer, VISIBLE)),
    "one kick for a whole run": holds(_only_once),
    "the same kick every time": holds(lambda answer: kick_faults(answer, VISIBLE) == {"repeated"}),
    "cube taken for a ball": holds(lambda answer: _inside(answer, _in_cube)),
    "kick added after the step": holds(lambda answer: _inside(answer, _after_the_step)),
}
