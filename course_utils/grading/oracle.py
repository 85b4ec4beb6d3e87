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
from itertools import count
from typing import Any

from course_utils.checking.closed import METHODS, Asked
from course_utils.checking.plain import decode, encode
from course_utils.objectives import Array, Objective

KEY = "key"  # the package beside the sources that graded cells import; its objectives stay, too
ASKED = b"oracle"  # the first frame of a question, and of its answer
Question = dict[str, Any]  # {"oracle": number, "method": name, "arguments": [encoded, …]}
_POLL = 50  # ms; between polls a call that waits can be stopped
_numbers = count()


class Oracle(Asked):
    """Stands in a student's kernel for an objective of the grader."""

    def __init__(self, number: int, name: str, dim: int, answers: tuple[str, ...],
                 ask: Callable[[Question], Any]) -> None:  # fmt: skip
        super().__init__(name, dim, answers)
        self._number, self._line = number, ask

    def _ask(self, method: str, *arguments: Array) -> Array:
        question = {"oracle": self._number, "method": method, "arguments": [encode(one) for one in arguments]}
        answer = self._line(question)
        if "error" in answer:
            raise ValueError(str(answer["error"]))
        result: Array = decode(answer["result"])
        return result


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, oracles: list[Objective], closed: tuple[str, ...]) -> None:
        super().__init__(file)
        self._oracles, self._closed = oracles, closed

    def persistent_id(self, value: Any) -> Any:
        stays = isinstance(value, Asked) or type(value).__module__.startswith(self._closed)
        if not isinstance(value, Objective) or not stays:
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


class Line:
    """A student's kernel's line to the grader, open while one call lasts.

    It uses the socket on which Jupyter asks for input, without Jupyter's envelope: to sign, date and read
    that on both sides takes several times as long as the answer, and a function may ask a thousand times.
    """

    def __init__(self) -> None:
        self.is_open = True

    def ask(self, question: Question) -> Any:
        """Ask the grader, and wait for the answer.

        Raises
        ------
        ValueError
            If the call is over: nobody listens then.
        """
        from IPython import get_ipython

        if not self.is_open:
            raise ValueError("this objective answers only while the function that was given it is called")
        kernel, number = get_ipython().kernel, str(next(_numbers)).encode()
        socket, grader = kernel.stdin_socket, kernel.get_parent("shell")["header"]["session"].encode()
        socket.send_multipart([grader, ASKED, number, json.dumps(question).encode()])
        while True:
            if socket.poll(_POLL):
                _, *frames = socket.recv_multipart()
                if frames[:2] == [ASKED, number]:  # others are late: nobody waits for them any more
                    return json.loads(frames[2])


def read_question(frames: list[bytes], read: Callable[[str], Any]) -> tuple[bytes, Question] | None:
    """Return number and question of what a kernel sent over a `Line`; None if it is none.

    Parameters
    ----------
    frames : of the message.
    read : reads JSON; what it raises for what is too large counts as no question.
    """
    if len(frames) != 3 or frames[0] != ASKED:
        return None
    try:
        question = read(frames[2].decode())
        return frames[1], {name: question[name] for name in ("oracle", "method", "arguments")}
    except (TypeError, ValueError, KeyError, RecursionError):
        return None
