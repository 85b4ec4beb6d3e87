"""Put a reader's value or exception into a few words, whatever it is.

Nothing here shows an object's own ``repr`` (it may raise, be huge, or hold a memory address that differs
in every run): numbers and small arrays are formatted, everything else is named by its type.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sized
from itertools import islice
from pathlib import Path
from traceback import StackSummary, walk_tb
from typing import Any

import numpy as np

from course_utils.checking.sandbox import Stop

_PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep  # that this kit is a part of
_LIBRARIES = tuple(sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib"))
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_LONGEST_ARRAY = 12
_ROUNDING = 1e-14  # of the largest entry
_LONGEST_MESSAGE = 160
_MOST_VALUES = 10_000_000


def describe(value: Any) -> str:
    """Name a value in a few words: ``1.5``, ``[1, −2]``, ``an array of shape (2, 300)``, ``a function``."""
    if value is None:
        return "None"
    if isinstance(value, (bool, np.bool_)):
        return f"the truth value {bool(value)}"
    if isinstance(value, str):
        return f"the text '{shorten(value, 40)}'"
    if isinstance(value, (int, float, complex, np.number)):
        return format_number(value)
    if isinstance(value, np.ndarray):
        value = np.asarray(value)  # the rows of a matrix are matrices, without end
        if is_short(value):
            return format_array(value)
        kind = "" if value.dtype.kind in "iufc" else f" and type {value.dtype}"
        return f"an array of shape {value.shape}{kind}"
    if isinstance(value, (list, tuple)) and 0 < len(value) <= _LONGEST_ARRAY and all(map(_is_plain, value)):
        return "[" + ", ".join(describe(item) for item in value) + "]"
    if isinstance(value, (list, tuple, dict, set)):
        name = type(value).__name__
        return f"a {name} of length {len(value)}" if value else f"an empty {name}"
    if isinstance(value, type):
        return "a class"
    return "a function" if callable(value) else f"an object of type {type(value).__name__}"


def _is_plain(value: Any) -> bool:
    return type(value) in (int, float, bool)


def is_short(value: Any) -> bool:
    """Whether a value is a number or an array of so few numbers that all of them can be shown."""
    if not isinstance(value, (int, float, complex, np.number, np.ndarray)) or isinstance(value, bool):
        return False
    array = np.asarray(value)
    return array.dtype.kind in "iufc" and 0 < array.size <= _LONGEST_ARRAY


def format_number(value: Any) -> str:
    """Format a real or complex number with five significant digits and a true minus sign."""
    try:
        number = complex(value)
    except OverflowError:
        return "a number beyond 10³⁰⁸"
    if number.imag == 0:
        return f"{number.real + 0.0:.5g}".replace("-", "−")  # no −0
    return f"{number:.5g}".replace("-", "−")


def format_array(values: Any) -> str:
    """Format a small array of numbers as nested lists, ``[[1, 2], [0.5, −3]]``.

    What is rounding beside the largest of them is shown as 0.
    """
    values = np.asarray(values)
    if values.ndim and values.dtype.kind in "fc":
        sizes = np.abs(values)
        largest = sizes.max(where=np.isfinite(sizes), initial=0.0)
        values = np.where(sizes < _ROUNDING * largest, 0.0, values)
    return _nested(values)


def _nested(values: Any) -> str:
    if np.ndim(values) == 0:
        return format_number(values)
    return "[" + ", ".join(map(_nested, values)) + "]"


def format_call(names: tuple[str, ...], arguments: tuple[Any, ...]) -> str:
    """Format the arguments of a call, ``direction = [3, 4], step = 0.1``."""
    shown = []
    for name, value in zip(names, arguments, strict=True):
        if not callable(value):
            shown.append(f"{name} = {value if isinstance(value, bool) else describe(value)}")
    return ", ".join(shown)


def shorten(text: str, longest: int) -> str:
    """Cut a text after ``longest`` characters and put it on one line."""
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest and len(text) <= 4 * longest else line[:longest] + "…"


def describe_error(error: BaseException) -> str:
    """Say in one sentence what a reader's code raised, and in which of its lines."""
    advice = ""
    if isinstance(error, SystemExit):
        what = "Your code asked Python to exit"
    elif isinstance(error, RecursionError):
        limit = f"Python's limit of {sys.getrecursionlimit():,} calls"
        what = f"RecursionError: your code calls itself deeper than {limit}"
        advice = " If it comes to an end, raise the limit by `sys.setrecursionlimit`, or use a loop."
    elif isinstance(error, MemoryError):
        what = "MemoryError: your code asked for more memory than there is"
    else:
        message = _message(error)
        what = f"Your code raised {type(error).__name__}" + (f": {message}" if message else "")
    return f"{what}{_where(error)}.{advice}"


def mentions_ellipsis(error: BaseException) -> bool:
    """Whether an exception came from computing with ``...``, which a template leaves to fill in."""
    return "'ellipsis'" in _message(error)


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except Stop:
        raise
    except BaseException:
        return ""  # an exception whose own message cannot be formed is still named by its type
    return shorten(_ADDRESS.sub("", text), _LONGEST_MESSAGE).rstrip(".")


def _where(error: BaseException) -> str:
    """Point at the innermost line that is neither a library's nor the course's: it is the reader's."""
    for frame, number in reversed(list(walk_tb(error.__traceback__))):
        name = frame.f_code.co_filename
        path = os.path.abspath(name)
        if path.startswith((*_LIBRARIES, _PACKAGE)) or name.startswith("<frozen"):
            continue
        text = StackSummary.extract([(frame, number)])[0].line  # of one of a thousand where code calls itself
        line = f": `{shorten(text, 80)}`" if text else ""
        return f" (line {number}{line})"
    return ""


def is_huge(value: Any) -> bool:
    """Whether a value is too large to look at: turning ``range(10**10)`` into an array takes all memory."""
    if isinstance(value, np.ndarray):
        return value.size > _MOST_VALUES
    return isinstance(value, Sized) and len(value) > _MOST_VALUES


def holds_ellipsis(value: Any, depth: int = 4) -> bool:
    """Whether ``value`` is ``...`` or a tuple, list, dict or object array that holds one."""
    if value is ...:
        return True
    if depth == 0:
        return False
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.ravel()[:1000].tolist()
    if isinstance(value, Mapping):
        value = list(islice(value.values(), 1000))
    if isinstance(value, (list, tuple)):
        return any(holds_ellipsis(item, depth - 1) for item in value[:1000])
    return False


def is_unwritten(function: Callable[..., Any]) -> bool:
    """Whether a function's body is nothing but a docstring, ``...`` or ``pass``; a lambda is written."""
    import dis  # only needed once a function came back with None

    code = getattr(function, "__code__", None)
    if code is None or code.co_name == "<lambda>":
        return False
    work = [step for step in dis.get_instructions(code) if step.opname not in ("RESUME", "NOP")]
    returns_none = {"LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}
    return all(step.opname in returns_none and step.argval is None for step in work)
