"""Task hw02.4: objectives that give products alone, and numbers expected of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.checking.closed import Closed
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate, number
from course_utils.objectives import Array, Objective

RTOL = 0.01


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


def problems(spectra: Sequence[Sequence[float]], seed: int) -> list[tuple[Objective, Array, Array]]:
    """Return an objective with each of the spectra, a point and a direction."""
    rng = np.random.default_rng(seed)
    made: list[tuple[Objective, Array, Array]] = []
    for spectrum in spectra:
        n = len(spectrum)
        made.append((ProductsOnly(spectrum, rng), rng.normal(size=n), rng.normal(size=n)))
    return made


VISIBLE = ([1.0, 2.0, 5.0, 8.0], [-3.0, -1.0, 0.0, 2.0, 7.0], [-10.0, -2.0, 1.0, 3.0, 6.0])


def returns(
    values: Sequence[float],
    spectra: Sequence[Sequence[float]] = VISIBLE,
    seed: int = 204,
    answers: tuple[str, ...] = ProductsOnly.answers,
) -> Predicate:
    """Expect a function that returns these numbers for the `problems` of these spectra.

    Of the objectives it may ask for ``answers`` alone.
    """

    def compare(answer: Any, values: Sequence[float]) -> Verdict:
        came = []
        for objective, x, v in problems(spectra, seed):
            called = call(answer, (Closed(objective, answers), x, v), ("objective", "x", "v"))
            if called.problem is not None:
                return called.problem
            if called.changed_input:
                return not_yet("Your function changes the arrays that it is given.")
            came.append((objective.dim, called.output))
        for (dim, value), expected in zip(came, values, strict=True):
            verdict = number(expected, RTOL)(value)
            if not verdict.is_correct:
                return not_yet(f"In {dim} dimensions, expected {expected:g}: {verdict.message}")
        return correct()

    return Predicate(list(values), compare)


def asks_for_the_gradient(values: Sequence[float]) -> Predicate:
    """Recognise a function that returns these numbers if it may ask for gradients, which the task forbids."""
    return returns(values, answers=("gradient", *ProductsOnly.answers))
