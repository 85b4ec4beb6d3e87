"""A submitted notebook, cleaned so that nothing odd reaches nbgrader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat

_LARGEST = 30_000_000  # bytes of a submitted file


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
        data = json.loads(file.read_text(encoding="utf-8"))
        if data.get("nbformat", 4) < 4:
            data = nbformat.convert(nbformat.from_dict(data), 4)
        cells = [_cell(cell) for cell in data["cells"]]
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
