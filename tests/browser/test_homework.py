"""The homework as students get it, in a real browser: no solution shows, all runs and answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_utils.grading.release import MARKS, secrets
from tests.browser import lab
from tests.browser.moves import bear_every_move
from tests.homework.tools import NAMES, ROOT, right, source, tasks

READ = """() => [...jupyterapp.shell.currentWidget.content.model.cells].map((cell) => {
    const {source, outputs} = cell.toJSON();
    return [Array.isArray(source) ? source.join('') : source, JSON.stringify(outputs ?? [])];
})"""
ANSWER = """async (codes) => {
    const panel = jupyterapp.shell.currentWidget;
    for (const cell of panel.content.model.cells) {
        const id = cell.metadata.nbgrader?.grade_id;
        if (id in codes) cell.sharedModel.setSource(codes[id]);
    }
    await jupyterapp.commands.execute('notebook:run-all-cells');
}"""


@pytest.fixture(scope="module")
def released(served, tmp_path_factory) -> Path:
    folder = served[1] / "homework"
    course = tmp_path_factory.mktemp("course")
    command = [sys.executable, "-m", "course_utils.grading", "release"]
    subprocess.run([*command, "--course", course, "--out", folder], cwd=ROOT, check=True, timeout=300)
    return folder


@pytest.mark.parametrize("homework", NAMES)
def test_a_student_sees_no_solution_and_the_checks_answer(chromium, served, released, homework):
    assert nbformat.read(released / f"{homework}.ipynb", as_version=4).cells
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    opened = lab.open_notebook(page, served[0], f"homework/{homework}.ipynb")
    assert opened.cell_errors == []
    cells = page.evaluate(READ)
    shown = "\n".join(part for cell in cells for part in cell)
    assert not [mark for mark in MARKS if mark in shown]
    lines = {line.strip() for text, _ in cells for line in text.splitlines()}
    assert not secrets(source(homework)) & lines
    assert said(cells, "Not attempted") == list(tasks(homework))

    codes = {f"{task.replace('.', '-')}-solution": code for task, code in right(homework).items()}
    page.evaluate(ANSWER, codes)
    assert said(page.evaluate(READ), "Correct") == list(tasks(homework))
    bear_every_move(opened.scenes(), homework)
    assert opened.console_errors == []
    page.close()


def said(cells: list[list[str]], word: str) -> list[str]:
    """The tasks whose visible check said a word."""
    checks = [(text, outputs) for text, outputs in cells if text.startswith('exercise("hw')]
    return [text.split('"')[1] for text, outputs in checks if f"{word} ·" in outputs]
