"""Objectives that stay with the grader: a student's function can ask them, and cannot look into them.

An objective of the key, such as a gradient with planted mistakes, holds what the task asks for. It is never
sent to a student's kernel: `pack` puts a number in its place, `unpack` an `Oracle`, which asks the grader
for every value. A class says with ``answers`` what may be asked, ``answers = ("value", "gradient")``.
"""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable
from typing import Any

from course_utils.checking.plain import decode, encode
from course_utils.objectives import Array, Objective

KEY = "key"  # the package beside the sources that graded cells import; its objectives stay, too
METHODS = ("value", "gradient", "hvp", "hessian")
Question = dict[str, Any]  # {"oracle": number, "method": name, "arguments": [encoded, …]}


class Oracle(Objective):
    """Stands in a student's kernel for an objective of the grader."""

    def __init__(self, number: int, name: str, dim: int, answers: tuple[str, ...],
                 ask: Callable[[Question], Any]) -> None:  # fmt: skip
        super().__init__(name, dim)
        self._number, self._answers, self._ask = number, answers, ask

    def _from_grader(self, method: str, *arguments: Array) -> Array:
        if method not in self._answers:
            raise ValueError(f"this objective answers {', '.join(self._answers)} alone, not {method}")
        question = {"oracle": self._number, "method": method, "arguments": [encode(one) for one in arguments]}
        answer = self._ask(question)
        if "error" in answer:
            raise ValueError(str(answer["error"]))
        result: Array = decode(answer["result"])
        return result

    def _value(self, x: Array) -> Array:
        return self._from_grader("value", x)

    def _gradient(self, x: Array) -> Array:
        return self._from_grader("gradient", x)

    def _hvp(self, x: Array, v: Array) -> Array:
        return self._from_grader("hvp", x, v)

    def _hessian(self, x: Array) -> Array:
        return self._from_grader("hessian", x)


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, oracles: list[Objective], closed: tuple[str, ...]) -> None:
        super().__init__(file)
        self._oracles, self._closed = oracles, closed

    def persistent_id(self, value: Any) -> Any:
        if not isinstance(value, Objective) or not type(value).__module__.startswith(self._closed):
            return None
        self._oracles.append(value)
        answers = tuple(getattr(value, "answers", METHODS))
        return len(self._oracles) - 1, value.name, value.dim, answers


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, ask: Callable[[Question], Any]) -> None:
        super().__init__(file)
        self._ask = ask

    def persistent_load(self, id: Any) -> Oracle:
        number, name, dim, answers = id
        return Oracle(number, name, dim, answers, self._ask)


def pack(value: Any, oracles: list[Objective], closed: tuple[str, ...]) -> bytes:
    """Pickle ``value``; objectives whose class is in a ``closed`` module stay here, in ``oracles``."""
    file = io.BytesIO()
    _Pickler(file, oracles, closed).dump(value)
    return file.getvalue()


def unpack(pickled: bytes, ask: Callable[[Question], Any]) -> Any:
    """Read what `pack` made, with an `Oracle` for each objective that stayed with the grader."""
    return _Unpickler(io.BytesIO(pickled), ask).load()


def consult(question: Question, oracles: list[Objective]) -> dict[str, Any]:
    """Answer an oracle's question; only what its class allows is answered, whoever asks."""
    try:
        objective = oracles[int(question["oracle"])]
        method = str(question["method"])
        if method not in getattr(objective, "answers", METHODS) or method not in METHODS:
            return {"error": f"{method} is not answered"}
        result = getattr(objective, method)(*(decode(one) for one in question["arguments"]))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}
    return {"result": encode(result)}


def ask_over_jupyter(question: Question) -> Any:
    """Ask the grader from a kernel: Jupyter's request for input carries the question, and the answer back."""
    from IPython import get_ipython

    return json.loads(get_ipython().kernel.raw_input(json.dumps(question)))
