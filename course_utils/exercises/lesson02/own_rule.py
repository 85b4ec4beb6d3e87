"""Exercise 02.7: an update rule of the reader's own that does not feel the condition number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.predicates import Predicate, checker
from course_utils.exercises.rules import next_point
from course_utils.objectives import Objective, quadratic

Array = NDArray[np.float64]

_STEPS = 10
_WANTED = 1e-3  # of the loss may be left after that many steps
_NAMES = ("objective", "x")
_COSINE = 0.999  # directions closer than 2.6° count as the same


def _valleys() -> list[tuple[Objective, Array]]:
    """Turned valleys with κ from 100 to 10,000, their minima away from the origin, and a start for each."""
    rng = np.random.default_rng(27)
    made: list[tuple[Objective, Array]] = []
    for n, kappa in ((2, 100.0), (3, 1e4), (8, 1e3)):
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = Q @ np.diag(np.logspace(0, np.log10(kappa), n)) @ Q.T
        center = rng.normal(size=n)
        made.append((quadratic((H + H.T) / 2, center=center), center + Q @ np.ones(n)))
    return made


def _check(answer: Any) -> Verdict:
    for objective, start in _valleys():
        x = start
        for _ in range(_STEPS):
            point = next_point(answer, objective, x)
            if isinstance(point, Verdict):
                return point
            x = point
            with np.errstate(all="ignore"):
                if not objective.value(x) < 1e12:
                    return not_yet("The loss grows beyond all bounds: the step overshoots, or goes uphill.")
        if objective.value(x) > _WANTED * objective.value(start):
            return not_yet(
                f"In a valley of {objective.dim} dimensions, {_STEPS} steps left more than {100 * _WANTED:g} "
                "% of the loss."
            )
    objective, start = _valleys()[0]
    probe = start.copy()
    answer(objective, probe)
    if not np.array_equal(probe, start):
        return not_yet(
            "The steps are right, but your rule changes the `x` that it is given. Return a new array, "
            "`x - step`, in place of `x -= step`."
        )
    return correct()


def _steps_along(wanted: Callable[[Array, Array], Array]) -> Predicate:
    """Detect a rule whose first step goes along ``wanted(gradient, hessian)`` in every valley."""

    def check(answer: Any) -> Verdict:
        for objective, x in _valleys():
            point = next_point(answer, objective, x)
            if isinstance(point, Verdict):
                return point
            step, like = point - x, wanted(objective.gradient(x), objective.hessian(x))
            size = np.linalg.norm(step) * np.linalg.norm(like)
            if size == 0 or step @ like < _COSINE * size:
                return not_yet("")
        return correct()

    return checker(check)


def _returns_the_step(answer: Any) -> Verdict:
    """Find a rule that returns ±H⁻¹g, the step, where the next point is asked for."""
    for objective, x in _valleys():
        point = next_point(answer, objective, x)
        if isinstance(point, Verdict):
            return point
        step = np.linalg.solve(objective.hessian(x), objective.gradient(x))
        if min(np.linalg.norm(point - step), np.linalg.norm(point + step)) > 1e-6 * np.linalg.norm(step):
            return not_yet("")
    return correct()


def _depends_on_the_origin(answer: Any) -> Verdict:
    """Find a rule whose step changes when valley and point are shifted alike."""
    for objective, x in _valleys():
        shift = np.linspace(1.0, 2.0, x.size)
        center = x - _solved(objective.gradient(x), objective.hessian(x))
        here = next_point(answer, objective, x)
        there = next_point(answer, quadratic(objective.hessian(x), center=center + shift), x + shift)
        if isinstance(here, Verdict) or isinstance(there, Verdict):
            return not_yet("")
        steps = here - x, there - x - shift
        if np.linalg.norm(steps[0] - steps[1]) > 1e-3 * max(map(np.linalg.norm, steps)):
            return correct()
    return not_yet("")


def _solved(g: Array, H: Array) -> Array:
    return np.asarray(np.linalg.solve(H, g), dtype=np.float64)


def _newton(objective: Objective, x: Array) -> Array:
    return x - np.linalg.solve(objective.hessian(x), objective.gradient(x))


def _in_the_eigenbasis(objective: Objective, x: Array, learning_rate: float = 0.9) -> Array:
    eigenvalues, V = np.linalg.eigh(objective.hessian(x))
    return np.asarray(x - learning_rate * V @ (V.T @ objective.gradient(x) / eigenvalues))


def _damped(objective: Objective, x: Array) -> Array:
    H = objective.hessian(x)
    return np.asarray(x - np.linalg.inv(H + 1e-3 * np.eye(len(x))) @ objective.gradient(x))


OWN_RULE = Exercise(
    id="02.7",
    title="A rule that does not feel the condition number",
    data={"steps": _STEPS, "share_of_the_loss": _WANTED},
    accepts=checker(_check),
    hints=(
        "In the eigenbasis every part of the gradient should be divided by its own eigenvalue.",
        "`np.linalg.eigh(objective.hessian(x))` gives eigenvalues and eigenvectors V; the parts of the "
        "gradient are `V.T @ objective.gradient(x)`.",
        "Dividing by all eigenvalues at once is `np.linalg.solve(H, g)`. Return `x` minus that.",
    ),
    model=Solution(
        code="""
def my_rule(objective, x):
    return x - np.linalg.solve(objective.hessian(x), objective.gradient(x))

exercise("02.7").check(my_rule)
""",
        explanation="−H⁻¹g divides each part of the gradient by its curvature, so every direction is done at "
        "the same pace, whatever κ is. On a quadratic one step is enough: Newton's method.",
    ),
    right_answers=(_newton, _in_the_eigenbasis, _damped),
    misconceptions=(
        Misconception(
            "step returned in place of the point",
            lambda objective, x: -np.linalg.solve(objective.hessian(x), objective.gradient(x)),
            "You return the step. The rule has to return where it leads: `x` plus the step.",
            detect=checker(_returns_the_step),
        ),
        Misconception(
            "step that depends on the origin",
            lambda objective, x: x - np.linalg.solve(objective.hessian(x), x),
            "Shift the valley and the point alike, and your step changes. It has to come from gradient and "
            "Hessian alone: x says where the step begins, not where it goes.",
            detect=checker(_depends_on_the_origin),
        ),
        Misconception(
            "one rate for all directions",
            lambda objective, x: x - 1e-3 * objective.gradient(x),
            "Your step goes along −g, with one rate for all directions. No rate suits a steep and a flat "
            "direction at once: rescale them.",
            detect=_steps_along(lambda g, H: -g),
        ),
        Misconception(
            "multiplied by the curvature",
            lambda objective, x: x - 1e-6 * objective.hessian(x) @ objective.gradient(x),
            "You multiply by the Hessian: steep directions get even larger steps. They need smaller ones.",
            detect=_steps_along(lambda g, H: -H @ g),
        ),
        Misconception(
            "curvature along the axes only",
            lambda objective, x: x - objective.gradient(x) / np.diag(objective.hessian(x)),
            "You divide each coordinate by its own diagonal entry. That is perfect for a valley along an "
            "axis; these valleys are turned.",
            detect=_steps_along(lambda g, H: -g / np.diag(H)),
        ),
        Misconception(
            "eigenvalues without their eigenvectors",
            lambda objective, x: x - objective.gradient(x) / np.linalg.eigvalsh(objective.hessian(x)),
            "You divide the coordinates by eigenvalues, but an eigenvalue belongs to its eigenvector, not to "
            "an axis. Change to the eigenbasis first.",
            detect=_steps_along(lambda g, H: np.asarray(-g / np.linalg.eigvalsh(H))),
        ),
        Misconception(
            "rescaled step uphill",
            lambda objective, x: x + np.linalg.solve(objective.hessian(x), objective.gradient(x)),
            "The length is right and the sign is not: you walk away from the minimum.",
            detect=_steps_along(_solved),
        ),
    ),
)
