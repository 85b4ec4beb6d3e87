"""Exercise 04.7: an update rule of the reader's own that leaves saddles, and settles in a minimum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.predicates import Predicate, checker
from course_utils.exercises.rules import next_point
from course_utils.objectives import Objective, quadratic, two_wells

Array = NDArray[np.float64]

_STEPS = 300
_NEAR = 1e-3  # of the depth of the wells may be left
_SETTLED = 1e-3  # height in the bowl in the last third of the steps; kicks that stay small may go on
_COSINE = 0.99
_STILL = 1e-12


_SADDLES = [(two_wells(angle), np.zeros(2)) for angle in (0.0, 0.7, 2.0)]
_BESIDE = [(two_wells(0.7), np.array(x)) for x in ((0.2, 0.1), (-0.1, 0.3), (0.3, -0.2), (-0.2, -0.2))]
_RIDGE = (two_wells(0.0), np.array([1.0, 0.0]))
_BOWL = (quadratic([2.0, 0.5]), np.array([1.0, -1.0]))


def _path(answer: Any, objective: Objective, start: Array) -> list[Array] | Verdict:
    """Return the points of a run of the rule."""
    path = [start]
    for _ in range(_STEPS):
        x = path[-1]
        point = next_point(answer, objective, x)
        if isinstance(point, Verdict):
            return point
        if np.abs(point).max() > 1e6:
            return not_yet("Your rule runs away: its steps are too long, or go uphill.")
        path.append(point)
    return path


def _is_restless(path: list[Array]) -> bool:
    """Whether a run in the bowl still goes high up in its last third."""
    return bool(_BOWL[0].value(np.array(path[-_STEPS // 3 :])).max() > _SETTLED)


def _check(answer: Any) -> Verdict:
    for objective, start in [*_SADDLES, _RIDGE]:
        path = _path(answer, objective, start)
        if isinstance(path, Verdict):
            return path
        end = path[-1]
        if objective.value(end) > -0.5 + _NEAR:
            where = "exactly at a saddle" if not start.any() else "on the ridge that leads to a saddle"
            return not_yet(
                f"Started {where}, your rule ends at f = {float(objective.value(end)):.3g} after {_STEPS} "
                "steps; the wells are at −0.5."
            )
    path = _path(answer, *_BOWL)
    if isinstance(path, Verdict):
        return path
    if _is_restless(path):
        return not_yet("It leaves the saddle, but in a plain bowl it does not settle at the minimum.")
    bowl, start = _BOWL
    probe = start.copy()
    answer(bowl, probe)
    if not np.array_equal(probe, start):
        return not_yet("The steps are right, but your rule changes the `x` it is given. Return a new array.")
    return correct()


def _stays(answer: Any) -> Verdict:
    for objective, start in _SADDLES:
        point = next_point(answer, objective, start)
        if isinstance(point, Verdict) or np.abs(point - start).max() > _STILL:
            return not_yet("")
    return correct()


def _steps_along(
    cases: Sequence[tuple[Objective, Array]], wanted: Callable[[Objective, Array], Array]
) -> Predicate:
    """Detect a rule whose steps at all points go along ``wanted(objective, x)``, up to sign and length."""

    def check(answer: Any) -> Verdict:
        for objective, x in cases:
            point = next_point(answer, objective, x)
            if isinstance(point, Verdict):
                return point
            step, like = point - x, wanted(objective, x)
            size = float(np.linalg.norm(step) * np.linalg.norm(like))
            if size == 0 or abs(step @ like) < _COSINE * size:
                return not_yet("")
        return correct()

    return checker(check)


def _newton_step(objective: Objective, x: Array) -> Array:
    return np.asarray(np.linalg.solve(objective.hessian(x), objective.gradient(x)))


def _restless(answer: Any) -> Verdict:
    for objective, start in _SADDLES:
        path = _path(answer, objective, start)
        if isinstance(path, Verdict) or objective.value(path[-1]) > -0.3:
            return not_yet("")
    path = _path(answer, *_BOWL)
    return correct() if not isinstance(path, Verdict) and _is_restless(path) else not_yet("")


def _along_negative_curvature(objective: Objective, x: Array) -> Array:
    g = objective.gradient(x)
    if np.linalg.norm(g) < 1e-3:
        eigenvalues, V = np.linalg.eigh(objective.hessian(x))
        if eigenvalues[0] < 0:
            return np.asarray(x + 0.1 * V[:, 0])
    return np.asarray(x - 0.1 * g)


def _shaken(objective: Objective, x: Array) -> Array:
    """Kick at random, but only where the gradient is small and the Hessian has a negative eigenvalue."""
    g = objective.gradient(x)
    small = np.linalg.norm(g) < 1e-3 and np.linalg.det(objective.hessian(x)) < 0
    kick = np.random.default_rng(3).normal(size=2) if small else np.zeros(2)
    return np.asarray(x - 0.1 * g + 0.01 * kick)


def _saddle_free(objective: Objective, x: Array, rate: float = 0.3, least: float = 1e-4) -> Array:
    """Divide by |λ|, and never let the component along negative curvature be less than a little."""
    eigenvalues, V = np.linalg.eigh(objective.hessian(x))
    slopes = V.T @ objective.gradient(x)
    stuck = (eigenvalues < 0) & (np.abs(slopes) < least)
    return np.asarray(x - rate * V @ (np.where(stuck, least, slopes) / np.abs(eigenvalues)))


def _noisy(objective: Objective, x: Array, radius: float = 0.1) -> Array:
    kick = np.random.default_rng(int(abs(float(x.sum())) * 1e9) + 1).normal(size=2)
    return np.asarray(x - 0.1 * objective.gradient(x) + radius * kick)


def _kicked_uphill(objective: Objective, x: Array) -> Array:
    g = objective.gradient(x)
    if np.linalg.norm(g) < 1e-3:
        return np.asarray(x + 0.1 * np.linalg.eigh(objective.hessian(x))[1][:, -1])
    return np.asarray(x - 0.1 * g)


OWN_ESCAPE = Exercise(
    id="04.7",
    title="A rule that leaves",
    data={"steps": _STEPS},
    accepts=checker(_check),
    hints=(
        "Where the gradient is not small, gradient descent is fine. What tells you that it is small?",
        "At the saddle the Hessian knows the way: `eigenvalues, V = np.linalg.eigh(objective.hessian(x))`.",
        "If ‖g‖ is tiny and eigenvalues[0] < 0, return `x + 0.1 * V[:, 0]`, otherwise `x - 0.1 * g`.",
    ),
    model=Solution(
        code="""
def my_rule(objective, x):
    g = objective.gradient(x)
    if np.linalg.norm(g) < 1e-3:
        eigenvalues, V = np.linalg.eigh(objective.hessian(x))
        if eigenvalues[0] < 0:
            return x + 0.1 * V[:, 0]
    return x - 0.1 * g

exercise("04.7").check(my_rule)
""",
        explanation="The gradient decides as long as there is one; where it vanishes, the eigenvector of the "
        "most negative eigenvalue leads down. Random kicks do too, if small or if they stop in a minimum.",
    ),
    right_answers=(_along_negative_curvature, _shaken, _saddle_free, partial(_noisy, radius=1e-3)),
    misconceptions=(
        Misconception(
            "Newton sent to leave a saddle",
            lambda objective, x: x - np.linalg.solve(objective.hessian(x), objective.gradient(x)),
            "Your step is Newton's. It goes to the saddle, from everywhere near it.",
            detect=_steps_along(_BESIDE, _newton_step),
        ),
        Misconception(
            "gradient alone at a saddle",
            lambda objective, x: x - 0.1 * objective.gradient(x),
            "At the saddle your rule does not move: whatever multiplies a gradient of zero gives zero. Where "
            "else can a direction come from?",
            detect=checker(_stays),
        ),
        Misconception(
            "kicked along the steepest curvature",
            _kicked_uphill,
            "At the saddle you step along the eigenvector of the largest eigenvalue. That way is up, and the "
            "gradient leads straight back.",
            detect=_steps_along(
                _SADDLES, lambda objective, x: np.linalg.eigh(objective.hessian(x))[1][:, -1]
            ),
        ),
        Misconception(
            "kicks too large for a minimum",
            _noisy,
            "It leaves the saddle, but at a minimum its kicks throw it up again and again. Small ones do: "
            "at a saddle every offset grows by itself. Or kick only where you need to.",
            detect=checker(_restless),
        ),
    ),
)
