"""Every homework graded from end to end: its source earns all points, the version for students none."""

from __future__ import annotations

import nbformat
import pytest

from tests.grading.classes import Class, left_running, points
from tests.grading.test_wall import why_not
from tests.homework.tools import NAMES, SOURCES, hand_in, is_test, tasks

pytestmark = [pytest.mark.grading, pytest.mark.skipif(bool(why_not()), reason=why_not())]


@pytest.fixture(scope="module")
def klass(tmp_path_factory) -> Class:
    return Class(tmp_path_factory.mktemp("class"))


@pytest.fixture(scope="module")
def every_homework(klass) -> dict[tuple[str, str], dict]:
    for path in SOURCES:
        hand_in(path.read_bytes(), klass.submissions, "source", path.stem)
        hand_in(klass.filled({}, path.stem), klass.submissions, "unanswered", path.stem)
    return klass.grade(limits={})  # the usual ones


@pytest.mark.parametrize("homework", NAMES)
def test_the_source_earns_every_point(every_homework, homework):
    row = every_homework["source", homework]
    assert row["remarks"] == ""
    assert points(row) == tasks(homework)
    assert row["needs manual grading"]


@pytest.mark.parametrize("homework", NAMES)
def test_the_version_for_students_runs_unanswered(klass, every_homework, homework):
    row = every_homework["unanswered", homework]
    assert float(row["total"]) == 0
    assert row["remarks"] == row["needs manual grading"] == ""
    graded = nbformat.read(klass.course / "autograded" / "unanswered" / homework / f"{homework}.ipynb", 4)
    checks = 0
    for cell in graded.cells:
        if cell.cell_type == "code" and not is_test(cell):
            assert not [output for output in cell.outputs if output.output_type == "error"], cell.source
            if cell.source.startswith("exercise("):
                checks += 1
                assert any("Not attempted" in str(output) for output in cell.outputs), cell.source
    assert checks >= len(tasks(homework))


def test_nothing_of_the_grader_is_left_running(klass, every_homework):
    assert every_homework
    assert left_running(klass) == []
