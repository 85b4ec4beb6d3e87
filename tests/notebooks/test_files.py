"""What every notebook of the course, lesson or homework, is as a file: what other programs make of it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import ScriptExporter

from tests.tools import ROOT
from tools.run_notebooks import LANGUAGE, normalise

NOTEBOOKS = sorted((ROOT / "notebooks").glob("**/*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def repeated_ids(notebook: dict[str, Any]) -> list[str]:
    """Return the ids that several cells of a notebook, as the JSON file holds it, have in common."""
    counts = Counter(cell["id"] for cell in notebook["cells"])
    return [name for name, count in counts.items() if count > 1]


def test_lessons_and_homework_are_looked_at():
    assert {path.stem for path in NOTEBOOKS} >= {"00_start_here", "06_saddle_free_newton", "hw01", "hw06"}


@each_notebook
def test_every_cell_has_an_id_of_its_own(path: Path):
    # Of the JSON itself: nbformat.read gives a repeated id a new one before a test could see it.
    assert repeated_ids(json.loads(path.read_text(encoding="utf-8"))) == []


def test_a_repeated_id_is_seen():
    cells = [{"id": "one"}, {"id": "two"}, {"id": "one"}]
    assert repeated_ids({"cells": cells}) == ["one"]


@each_notebook
def test_exported_as_a_script_it_is_python(path: Path):
    script, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py"
    compile(script, path.stem, "exec")


def test_rerunning_a_notebook_stores_what_exporters_need_and_no_version():
    notebook = nbformat.v4.new_notebook(metadata={"language_info": {"name": "python", "version": "3.11.7"}})
    normalise(notebook)
    assert notebook.metadata.language_info == LANGUAGE
    assert ScriptExporter().from_notebook_node(notebook)[1]["output_extension"] == ".py"


@each_notebook
def test_the_stored_language_is_that_of_a_rerun(path: Path):
    assert json.loads(path.read_text(encoding="utf-8"))["metadata"]["language_info"] == LANGUAGE
