"""Task hw02.4: the largest eigenvalue from Hessian-vector products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.predicates import Predicate
from course_utils.exercises.homework02.products import (
    RTOL,
    VISIBLE,
    asks_for_the_gradient,
    problems,
    returns,
)
from course_utils.objectives import Array, Objective


class ProductsOf(Objective):
    """The products of another objective, and nothing else of it."""

    answers = ("hvp",)

    def __init__(self, whole: Objective) -> None:
        super().__init__(whole.name, whole.dim)
        self._whole = whole

    def _value(self, x: Array) -> Array:
        return self._whole.value(x)

    def _gradient(self, x: Array) -> Array:
        return self._whole.gradient(x)

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._whole.hvp(x, v)


def _largest_in_size(objective: Objective, x: Array, v: Array, shift: float = 0.0) -> float:
    """Return the eigenvalue of H + shift·I of largest size, by power iteration."""
    for _ in range(300):
        v = v / np.linalg.norm(v)
        v = objective.hvp(x, v) + shift * v
    v = v / np.linalg.norm(v)
    return float(v @ objective.hvp(x, v)) + shift


def _shifted(objective: Objective, x: Array, v: Array) -> float:
    first = _largest_in_size(objective, x, v)
    return first if first > 0 else _largest_in_size(objective, x, v, -first) + first


def _always_shifted(objective: Objective, x: Array, v: Array) -> float:
    bound = float(np.linalg.norm([objective.hvp(x, v / np.linalg.norm(v)) for v in np.eye(v.size)]))
    return _largest_in_size(objective, x, v, bound) - bound


def _lanczos(objective: Objective, x: Array, v: Array) -> NDArray[Any]:
    basis = np.empty((0, v.size))
    for _ in range(min(v.size, 60)):
        v = v - basis.T @ (basis @ v)
        v = v - basis.T @ (basis @ v)
        basis = np.vstack([basis, v / np.linalg.norm(v)])
        v = objective.hvp(x, basis[-1])
    return np.linalg.eigvalsh(basis @ np.array([objective.hvp(x, b) for b in basis]).T)[-1:]


def _size(objective: Objective, x: Array, v: Array) -> float:
    return abs(_largest_in_size(objective, x, v))


def _one_product(objective: Objective, x: Array, v: Array) -> float:
    return float(v @ objective.hvp(x, v) / (v @ v))


def _along_gradient(objective: Objective, x: Array, v: Array) -> float:
    g = objective.gradient(x)
    return float(g @ objective.hvp(x, g) / (g @ g))


def _like(
    method: Callable[[Objective, Array, Array], float],
    made: Callable[[Sequence[float]], Predicate] = returns,
) -> Predicate:
    return made([method(*problem) for problem in problems(VISIBLE, 204)])


LARGEST_EIGENVALUE = Exercise(
    id="hw02.4",
    title="The largest eigenvalue from products",
    data={"relative_tolerance": RTOL},
    accepts=returns([max(spectrum) for spectrum in VISIBLE]),
    hints=(
        "Multiply by H again and again, and scale to length one each time. Which eigenvector wins?",
        "The one of the largest |λ|. If the λ that you find is negative, it is the smallest eigenvalue, not "
        "the largest. Which matrix has the same eigenvectors and no negative eigenvalue?",
        "H + cI with c = −λ has the eigenvalues λᵢ + c ≥ 0: a second power iteration finds the largest, and "
        "you take c off again.",
    ),
    model=Solution(
        code="""
def power_iteration(objective, x, v, shift):
    for _ in range(300):
        v = v / np.linalg.norm(v)
        product = objective.hvp(x, v) + shift * v
        v, size = product, v @ product
    return size

def largest_eigenvalue(objective, x, v):
    found = power_iteration(objective, x, v, 0.0)
    return found if found > 0 else power_iteration(objective, x, v, -found) + found

exercise("hw02.4").check(largest_eigenvalue)
""",
        explanation="Power iteration finds the eigenvalue of largest size, at a saddle perhaps a negative "
        "one. Shifted by that, all eigenvalues are positive, and the second run finds the largest.",
    ),
    right_answers=(_shifted, _always_shifted, _lanczos),
    misconceptions=(
        Misconception(
            "largest in size taken for the largest",
            _largest_in_size,
            "In five dimensions you return −10, the eigenvalue of largest size. The largest one is 6: power "
            "iteration needs a shift to see it.",
            detect=_like(_largest_in_size),
        ),
        Misconception(
            "eigenvalue without its sign",
            _size,
            "You return a length, so a negative eigenvalue comes out positive. vᵀHv keeps the sign.",
            detect=_like(_size),
        ),
        Misconception(
            "curvature along the first direction",
            _one_product,
            "vᵀHv/vᵀv at the first v is a mean of the eigenvalues. Iterate, until v is an eigenvector.",
            detect=_like(_one_product),
        ),
        Misconception(
            "gradient taken for the steepest direction",
            _along_gradient,
            "The gradient is the direction of steepest *slope*. The largest curvature lies along an "
            "eigenvector.",
            detect=_like(_along_gradient, asks_for_the_gradient),
        ),
    ),
)

_OTHERS = (
    [-8.0, -7.0, -1.0, 2.0, 5.0],
    [-0.3, 0.02, 0.11, 0.2],
    [-5.0, -3.0, -0.5],
)
FRESH = returns([max(spectrum) for spectrum in _OTHERS], _OTHERS, 9204)
