"""Exercises by their ids, and the table of misconceptions."""

import subprocess
import sys
from dataclasses import replace

import pytest

from course_utils.checking.catalogue import MisconceptionRow, validate
from course_utils.checking.predicates import number
from course_utils.exercises import exercise, misconceptions
from tests.tools.toy_exercise import make


def test_ids_of_a_module_fit_and_differ():
    toy = make(number(5.0))
    both = (toy, replace(toy, id="99.2"))
    assert validate("lesson99", both) == both
    with pytest.raises(ValueError, match=r"'99\.1' twice"):
        validate("lesson99", (toy, toy))
    with pytest.raises(ValueError, match="lesson98 must hold its own"):
        validate("lesson98", (toy,))
    assert validate("homework03", (replace(toy, id="hw03.2"),))[0].id == "hw03.2"


@pytest.mark.parametrize("unknown", ["01.99", "77.1", "one", "1.3", 1.3, None])
def test_an_unknown_id_lists_those_that_exist(unknown):
    with pytest.raises(ValueError, match=r"01\.1, 01\.2"):
        exercise(unknown)


def test_only_the_lesson_asked_for_is_imported():
    code = (
        "import sys; from course_utils.exercises import exercise;"
        "before = [m for m in sys.modules if 'lesson' in m]; exercise('01.1').check(1);"
        "print(before, 'course_utils.exercises.lesson01' in sys.modules, 'ipywidgets' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[] True False\n"  # graders need no widgets, which take half of such a start


def test_the_table_of_misconceptions_has_unique_names():
    rows = misconceptions()
    assert isinstance(rows[0], MisconceptionRow)
    assert len({row.name for row in rows}) == len(rows)
    assert all(row.message.endswith((".", "?", ".)")) for row in rows)
