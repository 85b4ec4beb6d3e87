"""IPython's own lines in a cell, ``!pip install …`` and ``%matplotlib``, which are no part of an answer."""

from __future__ import annotations

import ast
import re
import shlex
from contextlib import suppress
from typing import Any

from course_utils.checking.describe import shorten

_TARGET = r"^(?P<indent>\s*)(?P<target>[^\s=#][^=#]*= *)?"
_SPECIAL = re.compile(_TARGET + r"get_ipython\(\)\.(?P<kind>\w+)\((?P<rest>.*)$")
_TIMED = re.compile(_TARGET + r"%(?:time|timeit)\b\s+(?P<rest>[^-].*)$")
_TIMED_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
_WRITING = ("%%writefile", "%%file")
_LONGEST = 80  # characters of a line that is told
_OWN = re.compile(
    r"^(?P<indent>\s*)(?P<target>[^\s=#'\"][^=#'\"]*= *)?[!%]"
)  # what looks like IPython's, however long
# Characters of a line that IPython may cut into tokens, and of a longer one of its own that are left: on
# Python 3.12.1 each token holds a copy of its line, and a line of 200,000 takes 12 GB.
_LONG, _KEPT = 10_000, 1_000
_SILENT = ("%matplotlib", "%load_ext", "%autoreload", "%config", "%time", "%%time", "%%capture")


def without_magics(source: str) -> tuple[str, list[str]]:
    """Return a cell without IPython's lines, and those of them that a lecturer may want to know of.

    Cells in plain Python stay as they are, whatever their strings and comments hold. Of ``%time f(x)``,
    ``%%time`` and ``%%prun`` the code is kept, and ``%%writefile`` writes its file. ``files = !ls`` binds an
    empty list. A cell in another language, ``%%bash``, is left out as a whole.
    """
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        ast.parse(source)
        return source, []
    lines = source.splitlines()
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        if lines[first].split()[0] in _WRITING and (code := _written(lines[first], lines[first + 1 :])):
            return code, []
        if not lines[first].startswith(_TIMED_CELLS):
            return "", [shorten(lines[first], _LONGEST)]
        return without_magics("\n".join(lines[first + 1 :]))
    timed = [_TIMED.sub(lambda m: f"{m['indent']}{m['target'] or ''}{m['rest']}", line) for line in lines]
    return _transformed("\n".join(timed))


def _transformed(source: str) -> tuple[str, list[str]]:
    from IPython.core.inputtransformer2 import TransformerManager

    rows = [line[:_KEPT] if len(line) > _LONG and _OWN.match(line) else line for line in source.splitlines()]
    if any(len(line) > _LONG for line in rows):
        return _by_their_looks(rows)
    given, source = source, "\n".join(rows)
    manager: Any = TransformerManager()  # type: ignore[no-untyped-call]
    try:
        lines = str(manager.transform_cell(source)).splitlines()
    except (SyntaxError, ValueError, RecursionError):
        return given, []
    left_out = []
    for index, line in enumerate(lines):
        match = _SPECIAL.match(line)
        if match and line.strip() not in source:
            lines[index] = match["indent"] + (_empty(match["target"]) if match["target"] else "pass")
            left_out.append(_as_written(match["kind"], match["rest"]))
    if not left_out:
        return given, []
    return "\n".join(lines), [one for one in left_out if not one.startswith(_SILENT)]


def _by_their_looks(lines: list[str]) -> tuple[str, list[str]]:
    """Leave out the lines that begin as IPython's do, in a cell with a longer line than IPython can take."""
    left_out = []
    for index, line in enumerate(lines):
        if match := _OWN.match(line):
            lines[index] = match["indent"] + (_empty(match["target"]) if match["target"] else "pass")
            left_out.append(shorten(line.strip(), _LONGEST))
    return "\n".join(lines), [one for one in left_out if not one.startswith(_SILENT)]


def _empty(target: str) -> str:
    """Bind an empty list, or as many as there are names: ``a, b = [], []``."""
    try:
        (statement,) = ast.parse(f"{target}0").body
    except (SyntaxError, ValueError):
        return "pass"
    names = statement.targets[0] if isinstance(statement, ast.Assign) else None
    count = len(names.elts) if isinstance(names, ast.Tuple | ast.List) else 0
    return target + (f"({'[], ' * count})" if count else "[]")


def _written(head: str, lines: list[str]) -> str:
    """Return code that writes a file as ``%%writefile`` does, "" if its line cannot be understood."""
    try:
        words = shlex.split(head)[1:]
    except ValueError:
        return ""
    names = [word for word in words if not word.startswith("-")]
    if len(names) != 1 or not set(words) - set(names) <= {"-a", "--append"}:
        return ""
    mode, text = "w" if words == names else "a", "\n".join(lines) + "\n"
    return f"with open({names[0]!r}, {mode!r}, encoding='utf-8') as _file:\n    _file.write({text!r})\n"


def _as_written(kind: str, rest: str) -> str:
    """Return ``!ls`` for what IPython made of it, ``get_ipython().system('ls')``."""
    try:
        words = ast.literal_eval(f"({rest.rstrip(')')},)")
    except (SyntaxError, ValueError):
        words = (rest,)
    sign = {"system": "!", "getoutput": "!", "run_line_magic": "%"}.get(kind, "")
    return shorten(sign + " ".join(str(word) for word in words), _LONGEST)
