"""What can be seen of the homework without grading it: its format, its points, what students get of it."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import nbformat
import pytest

from course_utils.exercises import exercise
from course_utils.exercises.__main__ import table
from course_utils.grading.release import check_release, secrets
from tests.homework.tools import (
    NAMES,
    ROOT,
    is_answer,
    is_by_hand,
    is_test,
    mark,
    source,
    task_of,
    tasks,
)

HOMEWORK = ROOT / "notebooks" / "homework"
each_homework = pytest.mark.parametrize("homework", NAMES)


def test_there_is_homework_for_every_core_lesson_and_none_without_a_lesson():
    assert NAMES[:6] == [f"hw0{number}" for number in range(1, 7)]
    assert set(NAMES) <= {f"hw{lesson.name[:2]}" for lesson in HOMEWORK.parent.glob("[0-9][0-9]_*.ipynb")}


@each_homework
def test_points_sum_to_twenty(homework):
    graded = [cell for cell in source(homework).cells if mark(cell).get("grade")]
    assert sum(mark(cell)["points"] for cell in graded) == 20
    assert any(is_by_hand(cell) for cell in graded)
    assert sum(map(is_test, graded)) >= 4


@each_homework
def test_ids_are_those_of_the_tasks(homework):
    ids = [mark(cell)["grade_id"] for cell in source(homework).cells if mark(cell)]
    assert len(set(ids)) == len(ids)
    for cell in source(homework).cells:
        if mark(cell):
            assert mark(cell)["schema_version"] == 3
            assert re.fullmatch(rf"{homework}-[a-z0-9-]+", mark(cell)["grade_id"])
            assert mark(cell).get("cell_type", cell.cell_type) == cell.cell_type
    for task in tasks(homework):
        assert exercise(task).id == task


@each_homework
def test_a_task_is_asked_answered_checked_and_graded_in_this_order(homework):
    cells = source(homework).cells
    for task in tasks(homework):
        number = task.rpartition(".")[2]
        asked = next(i for i, c in enumerate(cells) if mark(c).get("grade_id") == f"{homework}-{number}-text")
        answered = next(i for i, c in enumerate(cells) if is_answer(c) and task_of(c) == task)
        checked = next(i for i, c in enumerate(cells) if c.source.startswith(f'exercise("{task}").check('))
        graded = next(i for i, c in enumerate(cells) if is_test(c) and task_of(c) == task)
        assert asked < answered < checked < graded
        assert mark(cells[asked])["locked"]
        assert not mark(cells[answered])["locked"]


@each_homework
def test_the_stored_outputs_show_every_point(homework):
    for cell in source(homework).cells:
        if cell.cell_type == "code":
            assert cell.execution_count, cell.source
            assert not [output for output in cell.outputs if output.output_type == "error"], cell.source
        if is_test(cell):
            result = next(output for output in cell.outputs if output.output_type == "execute_result")
            assert float(result.data["text/plain"]) == mark(cell)["points"]


@each_homework
def test_a_source_is_small_and_names_no_machine(homework):
    path = HOMEWORK / f"{homework}.ipynb"
    assert path.stat().st_size <= 400 * 1024
    assert " at 0x" not in path.read_text(encoding="utf-8")
    nbformat.validate(source(homework))


def stripped(homework: str) -> nbformat.NotebookNode:
    """A version without regions, as a release is; made here without nbgrader."""
    notebook = copy.deepcopy(source(homework))
    for cell in notebook.cells:
        for kind in ("HIDDEN TESTS", "MARK SCHEME", "SOLUTION"):
            region = rf"^[^\n]*BEGIN {kind}.*?END {kind}[^\n]*$"
            cell.source = re.sub(region, "...", cell.source, flags=re.DOTALL | re.MULTILINE)
        if cell.cell_type == "code":
            cell.outputs = []
    return notebook


@each_homework
def test_cells_are_short_as_students_get_them(homework):
    for cell in stripped(homework).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 15, cell.source


@each_homework
def test_whatever_is_left_of_a_secret_is_noticed(homework, tmp_path):
    released = tmp_path / f"{homework}.ipynb"
    hidden = sorted(secrets(source(homework)))
    assert len(hidden) > 20
    notebook = stripped(homework)
    nbformat.write(notebook, released)
    check_release(HOMEWORK / f"{homework}.ipynb", released)
    for line in (hidden[0], hidden[len(hidden) // 2], hidden[-1], "### BEGIN SOLUTION"):
        leaking = copy.deepcopy(notebook)
        leaking.cells[3].source += f"\n    {line}"
        nbformat.write(leaking, released)
        with pytest.raises(ValueError, match="must hold no solution"):
            check_release(HOMEWORK / f"{homework}.ipynb", released)


@each_homework
def test_a_stored_output_is_noticed(homework, tmp_path):
    released = tmp_path / f"{homework}.ipynb"
    notebook = stripped(homework)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="42")]
    nbformat.write(notebook, released)
    with pytest.raises(ValueError, match="a stored output"):
        check_release(HOMEWORK / f"{homework}.ipynb", released)


def test_the_table_of_misconceptions_is_current():
    page = Path(HOMEWORK / "MISCONCEPTIONS.md").read_text(encoding="utf-8")
    assert page == table(), "run: make misconceptions"
