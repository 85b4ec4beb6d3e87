"""A submitted notebook, cleaned so that nothing odd reaches nbgrader."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat

_LARGEST = 200_000_000  # bytes of a submitted file
_ID = re.compile(r"(hw\d\d)-")
_TITLE = re.compile(r"\s*#+ *homework *(\d\d)\b", re.IGNORECASE)


def clean(file: Path, assignment: str, ids: set[str]) -> nbformat.NotebookNode:
    """Read a submitted notebook and keep what grading needs: the cells' texts, kinds and ids.

    Raises
    ------
    ValueError
        If the file is not a notebook or belongs to another assignment; the message says what it is.
    """
    if file.stat().st_size > _LARGEST:
        raise ValueError(f"the file is larger than {_LARGEST // 1_000_000} MB")
    if not file.stat().st_size:
        raise ValueError("the file is empty")
    try:
        cells = [_cell(cell) for cell in read_cells(file)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError("the file is not a notebook") from None
    found = {cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata}
    others = sorted({id[:4] for id in found - ids if re.match(r"hw\d\d-", id)} - {assignment})
    if others and not found & ids:
        raise ValueError(f"the file holds {others[0]}, not {assignment}")
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = kernelspec
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError:
        raise ValueError("the file is not a valid notebook") from None
    return notebook


def read_cells(file: Path) -> list[dict[str, Any]]:
    """Read the cells of a notebook, in UTF-8 or UTF-16, without their outputs.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, RecursionError
        If the file is not a notebook.
    """
    raw = file.read_bytes()
    is_utf16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    data = json.loads(raw.decode("utf-16" if is_utf16 else "utf-8-sig"))
    old = data.get("nbformat", 4) < 4
    sheets = data.get("worksheets", []) if old else [data]
    for cell in (cell for sheet in sheets for cell in sheet["cells"]):
        cell.pop("outputs", None)
        if old and cell.get("cell_type") == "code":
            cell["outputs"] = []
        elif cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
    if old:
        data = nbformat.convert(nbformat.from_dict(data), 4)
    cells: list[dict[str, Any]] = data["cells"]
    return cells


def assignment_in(file: Path) -> str:
    """Return the homework to which most cells of a notebook belong, "" if that cannot be told."""
    try:
        if file.stat().st_size > _LARGEST:
            return ""
        cells = [_cell(cell) for cell in read_cells(file)]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    ids = [cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata]
    found = Counter(match[1] for match in map(_ID.match, ids) if match)
    if not found:
        found = Counter(f"hw{match[1]}" for match in (_TITLE.match(cell.source) for cell in cells) if match)
    return max(found, key=lambda name: found[name], default="")


def _cell(cell: Any) -> nbformat.NotebookNode:
    source = cell["source"]
    source = source if isinstance(source, str) else "".join(source)
    source = source.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot be written
    clean: nbformat.NotebookNode
    if cell["cell_type"] == "code":
        clean = nbformat.v4.new_code_cell(source)
    elif cell["cell_type"] == "markdown":
        clean = nbformat.v4.new_markdown_cell(source)
        if isinstance(cell.get("attachments"), dict):
            clean.attachments = nbformat.from_dict(cell["attachments"])
    else:
        clean = nbformat.v4.new_raw_cell(source)
    mark = cell.get("metadata", {}).get("nbgrader", {})
    if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
        clean.metadata.nbgrader = {"grade_id": mark["grade_id"]}
    return clean
