"""Objectives of which a reader's function can ask what its task allows, and nothing else."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any
from weakref import WeakKeyDictionary

from course_utils.objectives import Array, Objective

METHODS = ("value", "gradient", "hvp", "hessian")


class Asked(Objective):
    """Stands for an objective that is elsewhere, and passes on the questions that it may answer.

    Parameters
    ----------
    name, dim : as that objective has them.
    answers : of `METHODS`; any other raises ValueError.
    """

    def __init__(self, name: str, dim: int, answers: tuple[str, ...]) -> None:
        super().__init__(name, dim)
        self.answers = answers

    @abstractmethod
    def _ask(self, method: str, *arguments: Array) -> Array:
        """Return what the objective elsewhere answers."""

    def _told(self, method: str, *arguments: Array) -> Array:
        if method not in self.answers:
            raise ValueError(f"this objective answers {', '.join(self.answers)} alone, not {method}")
        return self._ask(method, *arguments)

    def _value(self, x: Array) -> Array:
        return self._told("value", x)

    def _gradient(self, x: Array) -> Array:
        return self._told("gradient", x)

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._told("hvp", x, v)

    def _hessian(self, x: Array) -> Array:
        return self._told("hessian", x)


class Closed(Asked):
    """Answers for ``whole``, and has no attribute that leads to it.

    It keeps a reader from relying on what is refused when the function is graded, no more: in one process
    nothing is out of reach of who looks for it.

    Parameters
    ----------
    whole : the objective; its class says with ``answers`` what may be asked.
    answers : what may be asked instead.
    """

    def __init__(self, whole: Objective, answers: tuple[str, ...] | None = None) -> None:
        allowed: tuple[str, ...] = getattr(whole, "answers", METHODS) if answers is None else answers
        super().__init__(whole.name, whole.dim, allowed)
        _WHOLE[self] = whole

    def __deepcopy__(self, memo: dict[int, Any]) -> Closed:
        return self

    def _ask(self, method: str, *arguments: Array) -> Array:
        answer: Array = getattr(_WHOLE[self], method)(*arguments)
        return answer


_WHOLE: WeakKeyDictionary[Closed, Objective] = WeakKeyDictionary()
