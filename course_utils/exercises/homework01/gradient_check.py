"""Task hw01.4: a function that finds mistakes in gradients written by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.describe import describe
from course_utils.checking.engine import Exercise, Misconception, Solution
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

    def _value(self, x: Array) -> Array:
        return self._scale * self._sound.value(x)

    def _gradient(self, x: Array) -> Array:
        flawed: Array = self._scale * self._factors * self._sound.gradient(x)[..., self._order]
        return flawed

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._scale * self._sound.hvp(x, v)


def by_differences(objective: Objective, x: Array, step: float = 1e-5) -> Array:
    """Return the gradient at ``x`` (n,) from central differences of the value."""
    steps = step * np.eye(x.size)
    slopes: Array = (objective.value(x + steps) - objective.value(x - steps)) / (2 * step)
    return slopes


def wrong_entries(objective: Objective, x: Array) -> NDArray[np.int64]:
    """Return the indices at which the gradient is off by more than 10⁻⁴ of its largest entry."""
    slopes = by_differences(objective, x)
    off = np.abs(objective.gradient(x) - slopes)
    return np.flatnonzero(off > 1e-4 * np.abs(slopes).max())


def with_a_zero_entry(x: Array) -> Array:
    """Return ``x`` with another last coordinate: there Rosenbrock's gradient ends in 0 and another entry."""
    y = x.copy()
    before, here = y[-3], y[-2]
    y[-1] = here**2 + (200 * (here - before**2) - 2 * (1 - here)) / (400 * here)
    return y


_Given = dict[str, tuple[Objective, Array]]
_Found = dict[str, set[int]]


def _visible() -> _Given:
    rng = np.random.default_rng(104)
    return {
        "right": (FlawedGradient(Rosenbrock(5)), with_a_zero_entry(rng.normal(size=5))),
        "one wrong sign": (FlawedGradient(Rosenbrock(6), [1, 1, -1, 1, 1, 1]), rng.normal(size=6)),
        "two mistakes": (FlawedGradient(Rastrigin(8), [1, 2, 1, 1, 1, 0, 1, 1]), rng.normal(size=8)),
        "tiny numbers": (FlawedGradient(Rosenbrock(5), [1, 1.01, 1, 1, 1], scale=1e-9), rng.normal(size=5)),
    }


def _found(answer: Any) -> _Found | Verdict:
    """Run the reader's function on the visible gradients; return the indices it reports for each."""
    found: _Found = {}
    for name, (objective, x) in _visible().items():
        called = call(answer, (objective, x), ("objective", "x"))
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
        found[name] = {int(index) for index in indices}
    return found


def _expected() -> _Found:
    return {name: set(wrong_entries(*given).tolist()) for name, given in _visible().items()}


def _check(answer: Any) -> Verdict:
    found = _found(answer)
    if isinstance(found, Verdict):
        return found
    problems = []
    for name, wrong in _expected().items():
        missed, alarms = len(wrong - found[name]), len(found[name] - wrong)
        if missed or alarms:
            problems.append(f"'{name}': {missed} of {len(wrong)} mistakes missed, {alarms} false alarms.")
    return not_yet(" ".join(problems)) if problems else correct()


def _when(explains: Callable[[_Found, _Found], bool]) -> Predicate:
    """Detect a misconception from what was found and what should have been."""

    def check(answer: Any) -> Verdict:
        found = _found(answer)
        if isinstance(found, Verdict):
            return found
        return correct() if explains(found, _expected()) else not_yet("")

    return checker(check)


def _all_but(*names: str) -> Callable[[_Found, _Found], bool]:
    def same(found: _Found, wrong: _Found) -> bool:
        return all(found[name] == wrong[name] for name in wrong if name not in names)

    return same


def _flagged(off: NDArray[np.bool_]) -> list[int]:
    return [int(index) for index in np.flatnonzero(off)]


def _one_by_one(objective: Objective, x: Array) -> list[int]:
    gradient, bad = objective.gradient(x), []
    for i in range(x.size):
        step = 1e-6 * np.eye(x.size)[i]
        slope = (objective.value(x + step) - objective.value(x - step)) / 2e-6
        if abs(slope - gradient[i]) > 3e-4 * np.max(np.abs(gradient)):
            bad.append(i)
    return bad


def _fourth_order(objective: Objective, x: Array) -> Array:
    near, far = by_differences(objective, x, 1e-3), by_differences(objective, x, 2e-3)
    off = np.abs(objective.gradient(x) - (4 * near - far) / 3)
    return np.flatnonzero(off > 5e-4 * np.abs(near).max())[::-1].astype(np.float64)


def _absolute(objective: Objective, x: Array) -> list[int]:
    return _flagged(~np.isclose(objective.gradient(x), by_differences(objective, x), rtol=0, atol=1e-5))


def _by_itself(objective: Objective, x: Array) -> list[int]:
    slopes = by_differences(objective, x)
    return _flagged(np.abs(objective.gradient(x) - slopes) > 1e-4 * np.abs(slopes))


def _worst_only(objective: Objective, x: Array) -> list[int]:
    off = np.abs(objective.gradient(x) - by_differences(objective, x))
    return [int(off.argmax())] if len(wrong_entries(objective, x)) else []


def _right_ones(objective: Objective, x: Array) -> list[int]:
    return sorted(set(range(x.size)) - set(wrong_entries(objective, x).tolist()))


def _too_fine(objective: Objective, x: Array) -> list[int]:
    slopes = by_differences(objective, x, 1e-14)
    return _flagged(np.abs(objective.gradient(x) - slopes) > 1e-4 * np.abs(slopes).max())


GRADIENT_CHECK = Exercise(
    id="hw01.4",
    title="A gradient checker",
    accepts=checker(_check),
    hints=(
        "Which entry of the gradient says how f changes when x moves along axis i? Compare it with what f "
        "really does.",
        "Central differences with h = 1e-5 are right to about ten digits. Which size decides whether a "
        "deviation is a mistake?",
        "An entry that is zero cannot be judged by its own size, and 1e-6 is much for one function and "
        "nothing for another: compare with the largest entry.",
    ),
    model=Solution(
        code="""
def wrong_entries(objective, x):
    h = 1e-5
    steps = h * np.eye(x.size)
    slopes = (objective.value(x + steps) - objective.value(x - steps)) / (2 * h)
    off = np.abs(objective.gradient(x) - slopes)
    return np.flatnonzero(off > 1e-4 * np.abs(slopes).max())

exercise("hw01.4").check(wrong_entries)
""",
        explanation="Central differences see f alone, so they find any mistake in the gradient. Measured "
        "against the largest entry, a deviation means the same in every unit, and a zero entry does no harm.",
    ),
    right_answers=(wrong_entries, _one_by_one, _fourth_order),
    misconceptions=(
        Misconception(
            "absolute tolerance for every scale",
            _absolute,
            "Your tolerance is a fixed number. With 'tiny numbers' the whole gradient is smaller than that: "
            "measure deviations against the gradient.",
            detect=_when(lambda found, wrong: _all_but("tiny numbers")(found, wrong)),
        ),
        Misconception(
            "zero entry measured by itself",
            _by_itself,
            "One entry of 'right' is zero, and compared with it the error of any difference formula is huge: "
            "measure all deviations against one size.",
            detect=_when(
                lambda found, wrong: _all_but("right")(found, wrong) and found["right"] == {3},
            ),
        ),
        Misconception(
            "only the worst mistake reported",
            _worst_only,
            "A gradient may have several mistakes. Report all of them.",
            detect=_when(
                lambda found, wrong: (
                    _all_but("two mistakes")(found, wrong)
                    and len(found["two mistakes"]) == 1
                    and found["two mistakes"] < wrong["two mistakes"]
                )
            ),
        ),
        Misconception(
            "right entries reported as wrong",
            _right_ones,
            "You return exactly the entries that are right.",
            detect=_when(
                lambda found, wrong: all(
                    found[name] == set(range(x.size)) - wrong[name] for name, (_, x) in _visible().items()
                )
            ),
        ),
        Misconception(
            "difference lost in rounding",
            _too_fine,
            "In 'right' there is no mistake, and you report several: at your step the two values of f agree "
            "in almost all digits. Take a larger step.",
            detect=_when(lambda found, wrong: len(found["right"]) > 1 and found["one wrong sign"] != set()),
        ),
    ),
)
