"""Task hw02.3: gradient descent with the rate of the last step, after Barzilai and Borwein."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.predicates import Predicate
from course_utils.exercises.homework02.paths import follows, valleys
from course_utils.objectives import Objective

Array = NDArray[np.float64]
Method = Callable[[Objective, Array, float, int], Any]


def barzilai_borwein(objective: Objective, start: Array, learning_rate: float, steps: int) -> Array:
    """Return the path (steps + 1, n) from ``start`` (n,) with the rates sᵀs/sᵀy (Barzilai & Borwein 1988).

    s and y are the last changes of the point and of the gradient; the first step, and any after sᵀy ≤ 0,
    uses ``learning_rate``.
    """
    return _with_rates(objective, start, learning_rate, steps, lambda s, y: float(s @ s / (s @ y)))


def _with_rates(
    objective: Objective,
    start: Array,
    learning_rate: float,
    steps: int,
    rate_of: Callable[[Array, Array], float],
    *,
    since_start: bool = False,
) -> Array:
    path, rate = [start], learning_rate
    gradients = [objective.gradient(start)]
    for _ in range(steps):
        path.append(path[-1] - rate * gradients[-1])
        gradients.append(objective.gradient(path[-1]))
        before = 0 if since_start else -2
        s, y = path[-1] - path[before], gradients[-1] - gradients[before]
        rate = rate_of(s, y) if s @ y > 0 else learning_rate
    return np.array(path)


def _by_lists(objective: Objective, start: Array, learning_rate: float, steps: int) -> list[list[float]]:
    x, g, rate = start.copy(), objective.gradient(start), learning_rate
    path = [x.tolist()]
    for _ in range(steps):
        new_x = x - rate * g
        new_g = objective.gradient(new_x)
        along = float(np.dot(new_x - x, new_g - g))
        rate = float(np.sum((new_x - x) ** 2)) / along if along > 0 else learning_rate
        x, g = new_x, new_g
        path.append(x.tolist())
    return path


def _from_curvature(objective: Objective, start: Array, learning_rate: float, steps: int) -> Array:
    # sᵀs/sᵀy is one over the curvature along the last step, which on a quadratic is that along the last g
    path, rate = np.tile(start, (steps + 1, 1)), learning_rate
    for k in range(steps):
        g = objective.gradient(path[k])
        path[k + 1] = path[k] - rate * g
        rate = float(g @ g / (g @ objective.hvp(path[k], g)))
    return path


def _other(objective: Objective, start: Array, learning_rate: float, steps: int) -> Array:
    return _with_rates(objective, start, learning_rate, steps, lambda s, y: float(s @ y / (y @ y)))


def _inverse(objective: Objective, start: Array, learning_rate: float, steps: int) -> Array:
    return _with_rates(objective, start, learning_rate, steps, lambda s, y: float(s @ y / (s @ s)))


def _fixed(objective: Objective, start: Array, learning_rate: float, steps: int) -> Array:
    return _with_rates(objective, start, learning_rate, steps, lambda s, y: learning_rate)


def _since_start(objective: Objective, start: Array, learning_rate: float, steps: int) -> Array:
    return _with_rates(
        objective, start, learning_rate, steps, lambda s, y: float(s @ s / (s @ y)), since_start=True
    )


def _line_search(objective: Objective, start: Array, learning_rate: float, steps: int) -> Array:
    path = [start]
    for k in range(steps):
        g = objective.gradient(path[-1])
        rate = learning_rate if k == 0 else g @ g / (g @ objective.hvp(path[-1], g))
        path.append(path[-1] - rate * g)
    return np.array(path)


def _like(method: Method, seed: int = 203) -> Predicate:
    return follows([np.asarray(method(*valley)) for valley in valleys(seed)], seed)


BARZILAI_BORWEIN = Exercise(
    id="hw02.3",
    title="The rate of the last step",
    accepts=_like(barzilai_borwein),
    hints=(
        "Keep the last point and the last gradient: s and y are the changes of the two.",
        "In the loop: step, take the new gradient, compute s and y, then the rate of the *next* step.",
        "`rate = s @ s / (s @ y) if s @ y > 0 else learning_rate`, after each step.",
    ),
    model=Solution(
        code="""
def barzilai_borwein(objective, start, learning_rate, steps):
    path, g, rate = [start], objective.gradient(start), learning_rate
    for _ in range(steps):
        x = path[-1] - rate * g
        s, y = x - path[-1], objective.gradient(x) - g
        rate = s @ s / (s @ y) if s @ y > 0 else learning_rate
        path.append(x)
        g = g + y
    return np.array(path)

exercise("hw02.3").check(barzilai_borwein)
""",
        explanation="On a quadratic y = Hs, so sᵀs/sᵀy is one over the curvature along the last step: it "
        "costs no more than the gradient, and lies between 1/λ_max and 1/λ_min.",
    ),
    right_answers=(barzilai_borwein, _by_lists, _from_curvature),
    misconceptions=(
        Misconception(
            "the second of the two quotients",
            _other,
            "sᵀy/yᵀy is the other rate of Barzilai and Borwein, a little smaller. Here sᵀs/sᵀy is asked for.",
            detect=_like(_other),
        ),
        Misconception(
            "curvature of the last step taken for its rate",
            _inverse,
            "sᵀy/sᵀs is the curvature along the last step. High curvature wants a small rate.",
            detect=_like(_inverse),
        ),
        Misconception(
            "first rate kept",
            _fixed,
            "Your rate never changes: compute it anew after each step.",
            detect=_like(_fixed),
        ),
        Misconception(
            "changes counted from the start",
            _since_start,
            "s and y are the changes over the last step alone. You measure them from the start of the run.",
            detect=_like(_since_start),
        ),
        Misconception(
            "line search in place of the last step",
            _line_search,
            "gᵀg/gᵀHg with the *present* gradient is the exact line search. The rate here comes from the "
            "step before, and that makes all the difference.",
            detect=_like(_line_search),
        ),
    ),
)

FRESH = _like(barzilai_borwein, 9203)
