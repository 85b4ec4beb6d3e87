"""Reads the sources of the homework and makes submissions from them."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import nbformat

from tests.homework.answer import Answer

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "notebooks" / "homework").glob("hw*.ipynb"))
NAMES = [source.stem for source in SOURCES]


@cache
def source(homework: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "notebooks" / "homework" / f"{homework}.ipynb", as_version=4)


def answers(homework: str) -> dict[str, tuple[Answer, ...]]:
    return import_module(f"tests.homework.{homework}").ANSWERS


def mark(cell) -> dict:
    return cell.metadata.get("nbgrader", {})


def is_test(cell) -> bool:
    return bool(mark(cell).get("grade") and not mark(cell).get("solution"))


def is_answer(cell) -> bool:
    return bool(mark(cell).get("solution") and not mark(cell).get("grade"))


def is_by_hand(cell) -> bool:
    return bool(mark(cell).get("solution") and mark(cell).get("grade"))


def task_of(cell) -> str:
    """hw03-2-test → hw03.2."""
    homework, number, *_ = mark(cell)["grade_id"].split("-")
    return f"{homework}.{number}"


def tasks(homework: str) -> dict[str, float]:
    """The automatically graded tasks and their points."""
    return {task_of(cell): mark(cell)["points"] for cell in source(homework).cells if is_test(cell)}


def right(homework: str) -> dict[str, str]:
    """The first right answer to every automatically graded task."""
    most = tasks(homework)
    found = {}
    for task, prepared in answers(homework).items():
        found[task] = next(answer.code for answer in prepared if answer.points == most[task])
    return found


def filled(release: Path, codes: Mapping[str, str]) -> nbformat.NotebookNode:
    """A version for students with these solution cells; a function may also change the notebook."""
    notebook = copy.deepcopy(nbformat.read(release, as_version=4))
    for cell in notebook.cells:
        if is_answer(cell) and task_of(cell) in codes:
            cell.source = codes[task_of(cell)]
    return notebook


def hand_in(notebook: nbformat.NotebookNode | str | bytes, folder: Path, student: str, homework: str) -> None:
    path = folder / student / f"{homework}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(notebook) if isinstance(notebook, dict) else notebook
    path.write_bytes(text.encode() if isinstance(text, str) else text)
