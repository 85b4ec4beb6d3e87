"""Exercise 04.7: an update rule of the reader's own that leaves saddles, and settles in a minimum."""

from __future__ import annotations

from collections.abc import Callable
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
_SETTLED = 1e-8  # height in the bowl after the same number of steps
_COSINE = 0.99
_STILL = 1e-12


_SADDLES = [(two_wells(angle), np.zeros(2)) for angle in (0.0, 0.7, 2.0)]
_RIDGE = (two_wells(0.0), np.array([1.0, 0.0]))
_BOWL = (quadratic([2.0, 0.5]), np.array([1.0, -1.0]))


def _end(answer: Any, objective: Objective, start: Array) -> Array | Verdict:
    """Return where the rule is after all steps."""
    x = start
    for _ in range(_STEPS):
        point = next_point(answer, objective, x)
        if isinstance(point, Verdict):
            return point
        if np.abs(point).max() > 1e6:
            return not_yet("Your rule runs away: its steps are too long, or go uphill.")
        x = point
    return x


def _check(answer: Any) -> Verdict:
    for objective, start in [*_SADDLES, _RIDGE]:
        end = _end(answer, objective, start)
        if isinstance(end, Verdict):
            return end
        if objective.value(end) > -0.5 + _NEAR:
            where = "exactly at a saddle" if not start.any() else "on the ridge that leads to a saddle"
            return not_yet(
                f"Started {where}, your rule ends at f = {float(objective.value(end)):.3g} after {_STEPS} "
                "steps; the wells are at −0.5."
            )
    end = _end(answer, *_BOWL)
    if isinstance(end, Verdict):
        return end
    if _BOWL[0].value(end) > _SETTLED:
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


def _first_step(objective: Objective, x: Array, wanted: Callable[[Objective, Array], Array]) -> Predicate:
    """Detect a rule whose step at ``x`` goes along ``wanted(objective, x)``, up to its sign and length."""

    def check(answer: Any) -> Verdict:
        point = next_point(answer, objective, x)
        if isinstance(point, Verdict):
            return point
        step, like = point - x, wanted(objective, x)
        size = float(np.linalg.norm(step) * np.linalg.norm(like))
        return correct() if size > 0 and abs(step @ like) > _COSINE * size else not_yet("")

    return checker(check)


def _newton_step(objective: Objective, x: Array) -> Array:
    return np.asarray(np.linalg.solve(objective.hessian(x), objective.gradient(x)))


def _restless(answer: Any) -> Verdict:
    for objective, start in _SADDLES:
        end = _end(answer, objective, start)
        if isinstance(end, Verdict) or objective.value(end) > -0.3:
            return not_yet("")
    end = _end(answer, *_BOWL)
    return correct() if not isinstance(end, Verdict) and _BOWL[0].value(end) > _SETTLED else not_yet("")


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


def _noisy(objective: Objective, x: Array) -> Array:
    kick = np.random.default_rng(int(abs(float(x.sum())) * 1e9) + 1).normal(size=2)
    return np.asarray(x - 0.1 * objective.gradient(x) + 0.01 * kick)


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
        "most negative eigenvalue leads down. Random kicks would do as well, if they stop in a minimum.",
    ),
    right_answers=(_along_negative_curvature, _shaken, _saddle_free),
    misconceptions=(
        Misconception(
            "Newton sent to leave a saddle",
            lambda objective, x: x - np.linalg.solve(objective.hessian(x), objective.gradient(x)),
            "Your step is Newton's. It goes to the saddle, from everywhere near it.",
            detect=_first_step(_SADDLES[1][0], np.array([0.2, 0.1]), _newton_step),
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
            detect=_first_step(
                *_SADDLES[1], lambda objective, x: np.linalg.eigh(objective.hessian(x))[1][:, -1]
            ),
        ),
        Misconception(
            "noise that never stops",
            _noisy,
            "It leaves the saddle, but the kicks go on at the minimum, so it never settles. When is a kick "
            "needed?",
            detect=checker(_restless),
        ),
    ),
)
