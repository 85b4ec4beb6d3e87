"""The end of the line in a student's kernel: tells what names hold and calls the student's functions.

Installed before any cell runs, as one name among the builtins, so that ``%reset`` and whatever a student
puts into ``sys.modules`` do not cut the line. Everything here could be tampered with by the student's code;
so the grader takes what it answers for the student's answers, and for nothing else.
"""

from __future__ import annotations

import builtins
import inspect
import sys
from base64 import b64decode
from collections.abc import Callable
from json import dumps
from pickle import loads
from typing import Any

import numpy as np

from course_utils.checking.describe import is_unwritten
from course_utils.checking.plain import encode
from course_utils.checking.sandbox import Stop, run
from course_utils.grading.forbidden import refuse_uncounted_memory
from course_utils.grading.oracle import Line, unpack
from course_utils.grading.printing import bound

NAME = "_nonconvex_answer"
_MARGIN = 2  # so that more is printed than is kept, and the reader is told that some was cut off


class Reply:
    """A text that IPython sends as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.text}


def install(scope: dict[str, Any], memory: int, output: int) -> None:
    """Make requests about ``scope`` answerable; limit the memory of this process, and what a cell prints."""
    limit_memory(memory)
    refuse_uncounted_memory()
    for stream in (sys.stdout, sys.stderr):
        bound(stream, _MARGIN * output)
    setattr(builtins, NAME, lambda request: Reply(dumps(answer(loads(b64decode(request)), scope))))


def limit_memory(memory: int) -> None:
    """Limit the address space of this process, for good; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def answer(request: dict[str, Any], scope: dict[str, Any]) -> dict[str, Any]:
    """Answer one request, ``{"names": […]}`` or ``{"call": name, "arguments": pickled, "seconds": …}``."""
    if "names" in request:
        return {name: _described(scope[name]) for name in request["names"] if name in scope}
    return call(scope[request["call"]], request["arguments"], request["seconds"])


def _described(value: Any) -> Any:
    """Describe what a name holds, or that it cannot be read; the other names do not suffer from it."""
    try:
        data = describe(value)
        dumps(data)
    except Stop:
        raise
    except BaseException:
        return ["opaque", type(value).__name__]
    return data


def describe(value: Any) -> Any:
    """Encode what a name holds; a function is described by its parameters."""
    if not callable(value):
        return encode(value)
    try:
        parameters = [
            [one.name, int(one.kind), one.default is not one.empty]
            for one in inspect.signature(value).parameters.values()
        ]
    except (TypeError, ValueError):
        parameters = None
    return ["function", parameters, bool(is_unwritten(value))]


def call(function: Callable[..., Any], pickled: bytes, seconds: float) -> dict[str, Any]:
    """Call a student's function, and tell what it returned or raised and which arguments it changed."""
    line = Line()

    def task() -> dict[str, Any]:
        try:
            arguments, named = unpack(pickled, line.ask)
            untouched, _ = unpack(pickled, line.ask)
            result = function(*arguments, **named)
        except Stop:
            raise
        except BaseException as error:
            return {"error": [type(error).__name__, _text(error)]}
        changed = any(map(_differ, untouched, arguments))
        kind = ["function"] if callable(result) else encode(result)
        return {"result": kind, "changed": changed}

    ran = run(task, seconds)
    line.is_open = False
    if ran.value is None:
        return {"error": ["TimeoutError", f"no answer after {seconds:g} s"], "late": True}
    return ran.value


def _differ(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray | list | dict | set):
        return dumps(encode(before)) != dumps(encode(after))
    return False


def _text(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except Stop:
        raise
    except BaseException:
        return ""
