"""Task hw01.4: gradients with planted mistakes, and what a checker of gradients makes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.checking.closed import Closed
from course_utils.checking.describe import describe
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.functions import call
from course_utils.checking.predicates import Predicate, checker
from course_utils.objectives import Array, Objective, Rastrigin, Rosenbrock


class FlawedGradient(Objective):
    """An objective whose gradient may be wrong: entries multiplied by a factor, or out of order.

    Parameters
    ----------
    sound : the objective that it is made of.
    factors : (n,) of the entries of the gradient; 1 for a right one.
    order : (n,) which entry stands where; None for the right order.
    scale : of the whole function, a unit of measurement.
    """

    answers = ("value", "gradient")  # what the task allows to ask; a Hessian would know better

    def __init__(
        self,
        sound: Objective,
        factors: Sequence[float] | Array | None = None,
        *,
        order: Sequence[int] | None = None,
        scale: float = 1.0,
    ) -> None:
        super().__init__(f"gradient to be checked, {sound.name}", sound.dim)
        self._sound, self._scale = sound, scale
        self._factors = np.ones(sound.dim) if factors is None else np.array(factors, dtype=np.float64)
        self._order = np.arange(sound.dim) if order is None else np.array(order)
        if self._factors.shape != (sound.dim,) or sorted(self._order) != list(range(sound.dim)):
            raise ValueError(f"factors and order must fit {sound.dim} dimensions, got {factors!r}, {order!r}")

    @property
    def planted(self) -> set[int]:
        """Where the gradient is wrong, unless a wrong entry is zero by chance."""
        return set(np.flatnonzero((self._factors != 1) | (self._order != np.arange(self.dim))).tolist())

    def _value(self, x: Array) -> Array:
        return self._scale * self._sound.value(x)

    def _gradient(self, x: Array) -> Array:
        flawed: Array = self._scale * self._factors * self._sound.gradient(x)[..., self._order]
        return flawed

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._scale * self._sound.hvp(x, v)


def with_a_zero_entry(x: Array) -> Array:
    """Return ``x`` with another last coordinate: there Rosenbrock's gradient ends in 0 and another entry."""
    y = x.copy()
    before, here = y[-3], y[-2]
    y[-1] = here**2 + (200 * (here - before**2) - 2 * (1 - here)) / (400 * here)
    return y


Given = dict[str, tuple[FlawedGradient, Array]]
_Found = dict[str, set[int]]


def gradients(seed: int = 104) -> Given:
    """Return four small gradients by name, each with the point at which it is to be checked."""
    rng = np.random.default_rng(seed)
    return {
        "right": (FlawedGradient(Rosenbrock(5)), with_a_zero_entry(rng.normal(size=5))),
        "one wrong sign": (FlawedGradient(Rosenbrock(6), [1, 1, -1, 1, 1, 1]), rng.normal(size=6)),
        "two mistakes": (FlawedGradient(Rastrigin(8), [1, 2, 1, 1, 1, 0, 1, 1]), rng.normal(size=8)),
        "tiny numbers": (FlawedGradient(Rosenbrock(5), [1, 1.01, 1, 1, 1], scale=1e-9), rng.normal(size=5)),
    }


def _found(answer: Any, given: Given) -> _Found | Verdict:
    """Run the reader's function on gradients; return the indices it reports for each."""
    found: _Found = {}
    for name, (objective, x) in given.items():
        called = call(answer, (Closed(objective), x), ("objective", "x"))
        if called.problem is not None:
            return called.problem
        try:
            indices = np.asarray(called.output)
        except ValueError:
            indices = np.array(None)
        if indices.dtype.kind not in "iuf" or indices.ndim != 1 or not np.array_equal(indices, indices // 1):
            return not_yet(
                f"Expected a list or an array of indices, got {describe(called.output)}. An empty one says "
                "that all entries are right."
            )
        if indices.size > x.size:
            return not_yet(
                f"x has {x.size} entries, and your function reported {indices.size} of them as wrong."
            )
        if called.changed_input:
            return not_yet("Your function changes the `x` that it is given. Compute new points.")
        found[name] = {int(index) for index in indices}
    return found


def finds_mistakes(given: Given) -> Predicate:
    """Expect a function that reports the planted mistakes of these gradients and nothing else."""

    def check(answer: Any) -> Verdict:
        found = _found(answer, given)
        if isinstance(found, Verdict):
            return found
        problems = []
        for name, (objective, _) in given.items():
            wrong = objective.planted
            missed, alarms = len(wrong - found[name]), len(found[name] - wrong)
            if missed or alarms:
                problems.append(f"'{name}': {missed} of {len(wrong)} mistakes missed, {alarms} false alarms.")
        return not_yet(" ".join(problems)) if problems else correct()

    return checker(check)


# Misconceptions, told by what was found and what should have been --------------------------------


def _when(explains: Callable[[_Found, _Found], bool]) -> Predicate:
    def check(answer: Any) -> Verdict:
        given = gradients()
        found = _found(answer, given)
        if isinstance(found, Verdict):
            return found
        wrong = {name: objective.planted for name, (objective, _) in given.items()}
        return correct() if explains(found, wrong) else not_yet("")

    return checker(check)


def _same_but(found: _Found, wrong: _Found, *names: str) -> bool:
    return all(found[name] == wrong[name] for name in wrong if name not in names)


def _reports_right_ones(found: _Found, wrong: _Found) -> bool:
    sizes = {name: x.size for name, (_, x) in gradients().items()}
    return all(found[name] == set(range(size)) - wrong[name] for name, size in sizes.items())


DETECTORS = {
    "absolute tolerance for every scale": _when(
        lambda found, wrong: _same_but(found, wrong, "tiny numbers"),
    ),
    "zero entry measured by itself": _when(
        lambda found, wrong: _same_but(found, wrong, "right") and found["right"] == {3},
    ),
    "only the worst mistake reported": _when(
        lambda found, wrong: (
            _same_but(found, wrong, "two mistakes")
            and len(found["two mistakes"]) == 1
            and found["two mistakes"] < wrong["two mistakes"]
        )
    ),
    "right entries reported as wrong": _when(_reports_right_ones),
    "difference lost in rounding": _when(
        lambda found, wrong: len(found["right"]) > 1 and found["one wrong sign"] != set()
    ),
}
