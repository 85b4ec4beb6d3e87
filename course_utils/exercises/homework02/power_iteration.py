"""Task hw02.4: the largest eigenvalue from Hessian-vector products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate, checker, number
from course_utils.objectives import Array, Objective

_RTOL = 0.01


class ProductsOnly(Objective):
    """½ xᵀHx with given eigenvalues in a turned basis, of any dimension: H is never formed.

    H = R diag(eigenvalues) R with the reflection R = I − 2uuᵀ.

    Parameters
    ----------
    eigenvalues : (n,).
    rng : draws the direction of u.
    """

    answers = ("hvp",)  # what the task allows to ask

    def __init__(self, eigenvalues: ArrayLike, rng: np.random.Generator) -> None:
        self._eigenvalues = np.array(eigenvalues, dtype=np.float64)
        u = rng.normal(size=self._eigenvalues.size)
        self._u = u / np.linalg.norm(u)
        super().__init__("products only", u.size)

    def _reflect(self, x: Array) -> Array:
        reflected: Array = x - 2 * (x @ self._u)[..., None] * self._u
        return reflected

    def _product(self, v: Array) -> Array:
        return self._reflect(self._eigenvalues * self._reflect(v))

    def _value(self, x: Array) -> Array:
        half: Array = 0.5 * np.sum(x * self._product(x), axis=-1)
        return half

    def _gradient(self, x: Array) -> Array:
        return self._product(x)

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._product(v + 0 * x)

    def hessian(self, x: ArrayLike) -> Array:
        """Raise ValueError: this objective is about doing without."""
        raise ValueError("this Hessian is not to be formed: use products, objective.hvp(x, v)")


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


def _problems() -> list[tuple[Objective, Array, Array]]:
    rng = np.random.default_rng(204)
    spectra = ([1.0, 2.0, 5.0, 8.0], [-3.0, -1.0, 0.0, 2.0, 7.0], [-10.0, -2.0, 1.0, 3.0, 6.0])
    made: list[tuple[Objective, Array, Array]] = []
    for spectrum in spectra:
        n = len(spectrum)
        made.append((ProductsOnly(spectrum, rng), rng.normal(size=n), rng.normal(size=n)))
    return made


_LARGEST = (8.0, 7.0, 6.0)


def _values(answer: Any) -> list[Any] | Verdict:
    found = []
    for problem in _problems():
        called = call(answer, problem, ("objective", "x", "v"))
        if called.problem is not None:
            return called.problem
        found.append(called.output)
    return found


def _check(answer: Any) -> Verdict:
    found = _values(answer)
    if isinstance(found, Verdict):
        return found
    for (objective, _, _), value, largest in zip(_problems(), found, _LARGEST, strict=True):
        verdict = number(largest, _RTOL)(value)
        if not verdict.is_correct:
            return not_yet(f"In {objective.dim} dimensions, expected {largest:g}: {verdict.message}")
    return correct()


def _like(method: Callable[[Objective, Array, Array], float]) -> Predicate:
    """Detect an answer that returns the same numbers as ``method``."""

    def check(answer: Any) -> Verdict:
        found = _values(answer)
        if isinstance(found, Verdict):
            return found
        wrong = [method(*problem) for problem in _problems()]
        same = (number(w, _RTOL)(value).is_correct for w, value in zip(wrong, found, strict=True))
        return correct() if all(same) else not_yet("")

    return checker(check)


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


LARGEST_EIGENVALUE = Exercise(
    id="hw02.4",
    title="The largest eigenvalue from products",
    data={"relative_tolerance": _RTOL},
    accepts=checker(_check),
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
            detect=_like(_along_gradient),
        ),
    ),
)
