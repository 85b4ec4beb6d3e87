"""Runs graded cells, ``python -m course_utils.grading.worker FOLDER EXERCISES``; no student's code runs here.

One line of JSON comes in a graded cell, ``{"grade": source}``, and one goes out when it is done. In
between the worker asks what the student's names hold, ``{"ask": number, "request": pickled}``, and gets
``{"reply": number, "answer": …, "cpu": seconds}`` back. The judge carries the questions to the kernel.
"""

from __future__ import annotations

import ast
import builtins
import dis
import inspect
import io
import json
import math
import os
import queue
import sys
import threading
import time
import types
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from itertools import count
from pickle import dumps
from typing import Any

import numpy as np

from course_utils.checking import award
from course_utils.checking.plain import Opaque, decode
from course_utils.checking.sandbox import count_with
from course_utils.grading.oracle import KEY, consult, pack
from course_utils.objectives import Objective

PRELUDE = {"np": np, "award": award}  # what a graded cell may use without an import
_KINDS = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
    inspect.Parameter.KEYWORD_ONLY,
    inspect.Parameter.VAR_KEYWORD,
)
_FAREWELL = 2.0  # s in which a cell may end after the judge hung up
_POLL = 0.02  # s; between polls the exercise's sandbox can stop a check that waits


def closed_modules(exercises: str) -> tuple[str, ...]:
    """Return how the names of modules begin whose objectives stay here; ``exercises`` as for `main`."""
    return ("graded", f"{KEY}.", *([f"{exercises}.homework"] if exercises else []))


class Line:
    """The worker's end of the line to the judge."""

    def __init__(self, exercises: str) -> None:
        self._out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        sys.stdout = sys.stderr  # what is printed outside a graded cell must not get onto the line
        self.closed = closed_modules(exercises)
        self.oracles: list[Objective] = []
        self.cpu = 0.0  # seconds that the student's kernel has computed for this worker
        self._orders: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._replies: queue.Queue[dict[str, Any]] = queue.Queue()
        self._numbers, self._lock = count(), threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for text in sys.stdin:
            message = json.loads(text)
            (self._orders if "grade" in message else self._replies).put(message)
        self._orders.put(None)
        time.sleep(_FAREWELL)
        os._exit(1)  # nobody is left to answer what the graded cell may still ask, or to hear what it gives

    def orders(self) -> Iterator[dict[str, Any]]:
        """Return what the judge orders, one by one."""
        return iter(self._orders.get, None)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message to the judge."""
        with self._lock:
            self._out.write(json.dumps(message) + "\n")
            self._out.flush()

    def ask(self, **request: Any) -> Any:
        """Ask the student's kernel; None if it cannot answer."""
        number = next(self._numbers)
        self.send({"ask": number, "request": b64encode(dumps(request)).decode("ascii")})
        while True:
            try:
                reply = self._replies.get(timeout=_POLL)
            except queue.Empty:
                continue
            if "oracle" in reply:  # the student's function asks an objective that stayed here
                self.send({"told": consult(reply, self.oracles)})
                continue
            self.cpu += reply.get("cpu", 0.0)
            if reply["reply"] == number:  # others are late: nobody waits for them any more
                return reply["answer"]


def grade(source: str, line: Line) -> dict[str, Any]:
    """Run a graded cell and return its value, what it printed, its error, and the names it missed."""
    printed = io.StringIO()
    missing: list[str] = []
    value, error = None, None
    scope: dict[str, Any] = {}
    try:
        tree = ast.parse(source)
        loaded, stored = names_of(compile(source, "<graded cell>", "exec"))
        wanted = sorted(loaded - set(PRELUDE) - set(dir(builtins)))
        scope, missing = fetch(wanted, line)
        missing = [name for name in missing if name not in stored]
        scope |= PRELUDE | {"__name__": "graded", "__builtins__": builtins}
        with redirect_stdout(printed):
            value = run(tree, scope)
    except BaseException as raised:
        error = [type(raised).__name__, str(raised)[:500]]
    if isinstance(value, int | float | np.number):
        value = float(value)
        if not math.isfinite(value):
            value, error = None, ["ValueError", "the graded cell gave a number that is not finite"]
    else:
        value = None
    changing = [name for name, one in scope.items() if getattr(one, "changed_arguments", False) is True]
    done = {"value": value, "error": error, "missing": missing, "changing": changing}
    return {"done": True, "printed": printed.getvalue(), **done}


def run(tree: ast.Module, scope: dict[str, Any]) -> Any:
    """Execute a cell and return the value of its last line, if that is an expression."""
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "<graded cell>", "exec"), scope)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "<graded cell>", "exec"), scope)
    return eval(compile(ast.Expression(last.value), "<graded cell>", "eval"), scope)


def names_of(code: types.CodeType) -> tuple[set[str], set[str]]:
    """Return the global names that a cell reads, at any depth, and those that it binds."""
    loaded, stored = set(), set()
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"):
            loaded.add(step.argval)
        elif step.opname in ("STORE_NAME", "STORE_GLOBAL"):
            stored.add(step.argval)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inner = names_of(constant)
            loaded, stored = loaded | inner[0], stored | inner[1]
    return loaded, stored


def fetch(names: list[str], line: Line) -> tuple[dict[str, Any], list[str]]:
    """Ask for the values of names; return those found and the names that the student did not define."""
    answers = line.ask(names=names) if names else {}
    if not isinstance(answers, dict) or ("error" in answers and "error" not in names):
        return {}, names
    found = {}
    for name in names:
        if name in answers:
            data = answers[name]
            is_function = isinstance(data, list) and data[:1] == ["function"]
            found[name] = stand_in(name, data, line) if is_function else decode(data)
    return found, [name for name in names if name not in answers]


def stand_in(name: str, data: list[Any], line: Line) -> Callable[..., Any]:
    """Return a function that looks like the student's one and calls it in the student's kernel."""
    _, parameters, unwritten = data

    def student_function(*arguments: Any, **named: Any) -> Any:
        try:
            pickled = pack((arguments, named), line.oracles, line.closed)
        except Exception as error:
            raise TypeError(f"an argument of {name} cannot be sent to the kernel: {error}") from None
        answer = line.ask(call=name, arguments=pickled)
        # The arguments stay as they are: what the right result is never depends on what the student's
        # function does to them. That it changed some is noted on the function.
        if isinstance(answer, dict) and answer.get("changed"):
            student_function.changed_arguments = True  # type: ignore[attr-defined]
        return _read(answer)

    def unwritten_function(*arguments: Any, **named: Any) -> Any: ...

    function = unwritten_function if unwritten is True else student_function
    function.__name__ = function.__qualname__ = name
    try:
        signature = inspect.Signature(
            [
                inspect.Parameter(
                    str(word),
                    _KINDS[kind],
                    default=None if has_default is True else inspect.Parameter.empty,
                )
                for word, kind, has_default in parameters
            ]
        )
    except (TypeError, ValueError, IndexError):
        return function  # a compiled function does not tell its parameters
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _read(answer: Any) -> Any:
    """Read what a call gave: raise what it raised, return what it returned."""
    if not isinstance(answer, dict):
        raise RuntimeError("the student's kernel ended")
    if "error" in answer:
        kind, text = (str(part) for part in answer["error"])
        known: Any = getattr(builtins, kind, None)
        is_usual = isinstance(known, type) and issubclass(known, Exception)
        if is_usual and not issubclass(known, UnicodeError | BaseExceptionGroup):
            raise known(text)
        raise RuntimeError(f"{kind}: {text}")
    if answer["result"] == ["function"]:
        return Opaque("function")
    return decode(answer["result"])


def main(folder: str = "", exercises: str = "") -> None:
    """Grade cell by cell until the judge hangs up.

    Parameters
    ----------
    folder : of the course; graded cells import the key from there.
    exercises : package; objectives of its homework, like those of the key, stay here.
    """
    if folder:
        sys.path.append(folder)
    line = Line(exercises)
    count_with(lambda: time.process_time() + line.cpu)
    for order in line.orders():
        line.send(grade(order["grade"], line))


if __name__ == "__main__":
    main(*sys.argv[1:])
