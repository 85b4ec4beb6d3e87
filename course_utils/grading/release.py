"""The versions for students, and the proof that nothing secret is left in them."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

MARKS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
_KINDS = "(?:SOLUTION|HIDDEN TESTS|MARK SCHEME)"
_REGIONS = re.compile(rf"^[^\n]*BEGIN {_KINDS}[^\n]*\n(.*?)^[^\n]*END {_KINDS}", re.DOTALL | re.MULTILINE)
_LONG = 12  # characters; a shorter line, ``return x``, may well be in the version for students too


def secrets(source: nbformat.NotebookNode) -> set[str]:
    """Return the lines of a source that no student may see: solutions, hidden tests, mark schemes.

    Lines that also stand outside such regions, ``import numpy as np``, are no secret.
    """
    hidden: set[str] = set()
    open_text: list[str] = []
    for cell in source.cells:
        regions = _REGIONS.findall(cell.source)
        whole = cell.metadata.get("nbgrader", {}).get("solution", False) and not regions
        for text in [cell.source] if whole else regions:
            hidden |= {line.strip() for line in text.splitlines()}
        if not whole:
            open_text.append(_REGIONS.sub("", cell.source))
    known = {line.strip() for text in open_text for line in text.splitlines()}
    return {line for line in hidden - known if len(line) >= _LONG}


def check_release(source: Path, release: Path) -> None:
    """Refuse a version for students in which anything secret is left.

    Raises
    ------
    ValueError
        If a marker, a line of a solution, hidden test or mark scheme, or a stored output is found.
    """
    student = nbformat.read(release, as_version=4)
    text = release.read_text(encoding="utf-8")
    found = [mark for mark in MARKS if mark in text]
    shown = "\n".join(cell.source for cell in student.cells)
    lines = {line.strip() for line in shown.splitlines()}
    found += sorted(secrets(nbformat.read(source, as_version=4)) & lines)
    found += ["a stored output" for cell in student.cells if cell.get("outputs")]
    if found:
        raise ValueError(f"{release.name} for students must hold no solution, but holds {found[0]!r}")
