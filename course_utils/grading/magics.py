"""IPython's own lines in a cell, ``!pip install …`` and ``%matplotlib``, which are no part of an answer."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from typing import Any

from course_utils.checking.describe import shorten

_SPECIAL = re.compile(r"^(?P<indent>\s*)(?:[\w, ]+= *)?get_ipython\(\)\.(?P<kind>\w+)\((?P<rest>.*)$")
_TIMED = re.compile(r"^(?P<indent>\s*)(?P<target>[\w, ]+= *)?%(?:time|timeit)\b\s+(?P<rest>[^-].*)$")
_TIMED_CELLS = ("%%time", "%%timeit", "%%capture")
_LONGEST = 80  # characters of a line that is told
_SILENT = ("%matplotlib", "%load_ext", "%autoreload", "%config", "%time", "%%time", "%%capture")


def without_magics(source: str) -> tuple[str, list[str]]:
    """Return a cell without IPython's lines, and those of them that a lecturer may want to know of.

    Cells in plain Python stay as they are, whatever their strings and comments hold. Of ``%time f(x)`` and
    ``%%time`` the code is kept; a cell in another language, ``%%bash``, is left out as a whole.
    """
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        ast.parse(source)
        return source, []
    lines = source.splitlines()
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        if not lines[first].startswith(_TIMED_CELLS):
            return "", [shorten(lines[first], _LONGEST)]
        return without_magics("\n".join(lines[first + 1 :]))
    timed = [_TIMED.sub(lambda m: f"{m['indent']}{m['target'] or ''}{m['rest']}", line) for line in lines]
    return _transformed("\n".join(timed))


def _transformed(source: str) -> tuple[str, list[str]]:
    from IPython.core.inputtransformer2 import TransformerManager

    manager: Any = TransformerManager()  # type: ignore[no-untyped-call]
    try:
        lines = str(manager.transform_cell(source)).splitlines()
    except (SyntaxError, ValueError, RecursionError):
        return source, []
    left_out = []
    for index, line in enumerate(lines):
        match = _SPECIAL.match(line)
        if match and line.strip() not in source:
            lines[index] = f"{match['indent']}pass"
            left_out.append(_as_written(match["kind"], match["rest"]))
    if not left_out:
        return source, []
    return "\n".join(lines), [one for one in left_out if not one.startswith(_SILENT)]


def _as_written(kind: str, rest: str) -> str:
    """Return ``!ls`` for what IPython made of it, ``get_ipython().system('ls')``."""
    try:
        words = ast.literal_eval(f"({rest.rstrip(')')},)")
    except (SyntaxError, ValueError):
        words = (rest,)
    sign = {"system": "!", "getoutput": "!", "run_line_magic": "%"}.get(kind, "")
    return shorten(sign + " ".join(str(word) for word in words), _LONGEST)
