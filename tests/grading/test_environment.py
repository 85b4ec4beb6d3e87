"""What a student's kernel is told by its environment."""

from course_utils.checking import Progress
from course_utils.checking.progress import VARIABLE
from course_utils.grading.environment import environment
from course_utils.grading.limits import Limits
from course_utils.grading.wall import NoWall


def test_a_graded_kernel_remembers_nothing_wherever_it_is_graded(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "the lecturer's.json"))
    given = environment(NoWall(tmp_path, Limits()))
    assert given[VARIABLE] == "off"
    monkeypatch.setenv(VARIABLE, given[VARIABLE])
    assert Progress("nonconvex-course").place() is None
