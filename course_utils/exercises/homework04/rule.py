"""Whether perturbed gradient descent keeps the rule that task hw04.2 announces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.feedback import Verdict, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import real_array
from course_utils.objectives import quadratic

Array = NDArray[np.float64]

_NAMES = ("objective", "start", "learning_rate", "steps", "radius", "threshold", "waiting", "seed")
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Task:
    """A quadratic with these eigenvalues along the axes, and the settings of one run on it.

    On a quadratic the kick of a step can be worked out from the two points before and after it.
    """

    eigenvalues: tuple[float, ...]
    start: tuple[float, ...]
    learning_rate: float = 0.1
    steps: int = 60
    radius: float = 0.01
    threshold: float = 1e-3
    waiting: int = 10
    seed: int = 0

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the reader's function is called with."""
        settings = (self.learning_rate, self.steps, self.radius, self.threshold, self.waiting, self.seed)
        return (quadratic(np.array(self.eigenvalues)), np.array(self.start), *settings)


def run_of(answer: Any, task: Task) -> tuple[Array, list[int]] | Verdict:
    """Return path and kicks of the reader's function, or say why there are none."""
    called = call(answer, task.arguments, _NAMES)
    if called.problem is not None:
        return called.problem
    if called.changed_input:
        return not_yet("Your function changes the `start` that it is given. Compute new points.")
    if not isinstance(called.output, (tuple, list)) or len(called.output) != 2:
        return not_yet("Your function has to return two things, `path` and `kicks`.")
    shape = (task.steps + 1, len(task.start))
    path, problem = real_array(called.output[0], f"`path` of shape {shape}")
    if path is None:
        return not_yet(problem)
    if path.shape != shape:
        return not_yet(f"`path` has shape {path.shape}; expected was {shape}, the start included.")
    kicks, problem = np.empty(0), ""
    if np.size(called.output[1]):
        read, problem = real_array(called.output[1], "`kicks`, a list of steps")
        if read is None:
            return not_yet(problem)
        kicks = read.ravel()
    if (kicks % 1 != 0).any() or (kicks < 0).any() or (kicks >= task.steps).any():
        return not_yet("`kicks` has to list the numbers of steps, from 0 on.")
    return path, [int(step) for step in kicks]


def thrown(path: Array, task: Task, step: int) -> Array:
    """Return the kick ξ in path[step + 1] = y − ηHy, y = path[step] + ξ."""
    kick: Array = path[step + 1] / (1 - task.learning_rate * np.array(task.eigenvalues)) - path[step]
    return kick


def study(answer: Any, tasks: Sequence[Task]) -> frozenset[str] | Verdict:
    """Return what `kick_faults` returns, or say why a run cannot be judged."""
    found = set()
    for task in tasks:
        run = run_of(answer, task)
        if isinstance(run, Verdict):
            return run
        path, kicks = run
        curvatures, last = np.array(task.eigenvalues), -task.waiting
        if np.abs(path[0] - task.start).max() > _ROUNDING:
            found.add("path")
        for step, x in enumerate(path[:-1]):
            g = curvatures * x
            flat, rested = np.linalg.norm(g) <= task.threshold, step - last >= task.waiting
            if step in kicks:
                found |= {"loud"} if not flat else {"early"} if not rested else set()
                if np.linalg.norm(thrown(path, task, step)) > task.radius * (1 + 1e-6):
                    found.add("long")
                last = step
            else:
                found |= {"missed"} if flat and rested else set()
                off = np.abs(path[step + 1] - (x - task.learning_rate * g)).max()
                found |= {"path"} if off > _ROUNDING * (1 + np.abs(x).max()) else set()
        kicked = np.array([thrown(path, task, step) for step in kicks])
        if len(kicks) > 1 and np.abs(kicked - kicked[0]).max() < 1e-6 * task.radius:
            found.add("repeated")
    return frozenset(found)


def kick_faults(answer: Any, tasks: Sequence[Task]) -> frozenset[str]:
    """Return what is wrong with perturbed gradient descent on these tasks; nothing if it keeps the rule.

    "path": a step without a kick is none of gradient descent. "missed", "early", "loud": no kick where one
    is due, one too soon after the last, one where the gradient is large. "long": a kick longer than the
    radius. "repeated": all kicks of a run are the same. "unusable": it raises, or returns no path.
    """
    found = study(answer, tasks)
    return frozenset({"unusable"}) if isinstance(found, Verdict) else found
