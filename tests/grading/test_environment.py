"""What a student's kernel is told by its environment."""

import importlib.util

from course_utils.checking import Progress
from course_utils.checking.progress import VARIABLE
from course_utils.grading.environment import compile_course, environment
from course_utils.grading.limits import Limits
from course_utils.grading.wall import NoWall


def test_a_graded_kernel_remembers_nothing_wherever_it_is_graded(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "the lecturer's.json"))
    given = environment(NoWall(tmp_path, Limits()))
    assert given[VARIABLE] == "off"
    monkeypatch.setenv(VARIABLE, given[VARIABLE])
    assert Progress("nonconvex-course").place() is None


def test_kernels_find_the_course_compiled(tmp_path, monkeypatch):
    """They cannot write beside it, and to compile costs each a tenth of its time."""
    (tmp_path / "room").mkdir()
    monkeypatch.setattr("course_utils.__file__", str(tmp_path / "__init__.py"))
    for file in (tmp_path / "__init__.py", tmp_path / "room" / "part.py"):
        file.write_text("x = 1\n")
    (tmp_path / "broken.py").write_text("x = = 1\n")
    compile_course()
    for file in (tmp_path / "__init__.py", tmp_path / "room" / "part.py"):
        assert (tmp_path / importlib.util.cache_from_source(str(file))).is_file()
