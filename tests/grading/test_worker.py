"""The graded cell's side of the line, and the notebook's: what stands in for a student's names."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from course_utils.checking.describe import is_unwritten
from course_utils.grading import answering
from course_utils.grading.submissions import find
from course_utils.grading.tasks import modules_of, task_name, task_order
from course_utils.grading.worker import grade


class Line:
    def __init__(self, scope: dict, *, broken: object = None) -> None:
        self.scope, self.broken = scope, broken

    def ask(self, **request):
        if self.broken is not None:
            return self.broken
        return json.loads(json.dumps(answering.answer({**request, "seconds": 1.0}, self.scope)))


def value(source: str, **scope) -> float | None:
    done = grade(source, Line(scope))
    assert done["error"] is None, done
    return done["value"]


def test_functions_and_values_cross_the_line():
    def step(x, g=None, *, rate=0.1):
        return x - rate * g, {"rate": rate}

    source = "moved, used = step(np.ones(3), np.arange(3.0), rate=0.5)\nfloat(moved @ moved + used['rate'])"
    assert value(source, step=step) == pytest.approx(1 + 0.25 + 0 + 0.5)
    assert value("float(sum(answer['a']))", answer={"a": [1, 2]}) == 3


def test_a_stand_in_looks_like_the_student_s_function():
    def step(x, g=None, *rest, rate=0.1, **named): ...

    scope: dict = {}
    grade("seen.append(step)\n0", Line({"step": step, "seen": scope.setdefault("seen", [])}))
    assert scope["seen"] == []  # the list in the graded cell is a copy
    source = "import inspect\nshown = str(inspect.signature(step))\n__import__('builtins').kept = step\n1"
    assert value(source, step=step) == 1
    import builtins

    stand_in = builtins.__dict__.pop("kept")
    parameters = inspect.signature(stand_in).parameters.values()
    kinds = [parameter.kind for parameter in inspect.signature(step).parameters.values()]
    assert [parameter.kind for parameter in parameters] == kinds
    assert [parameter.name for parameter in parameters] == ["x", "g", "rest", "rate", "named"]
    assert stand_in.__name__ == "step"
    assert is_unwritten(stand_in)


def test_changes_to_arguments_come_back():
    def careless(x, notes):
        x -= 1
        notes.append("done")
        return x

    source = "x, notes = np.ones(3), []\ncareless(x, notes)\nfloat(x.sum() == 0 and notes == ['done'])"
    assert value(source, careless=careless) == 1


def test_what_a_function_raises_is_raised():
    def fails(kind):
        raise {"a": ValueError("no"), "b": SystemExit(3), "c": KeyboardInterrupt(), "d": UserError("x")}[kind]

    class UserError(Exception):
        pass

    for kind, caught in (
        ("a", "ValueError"),
        ("b", "RuntimeError"),
        ("c", "RuntimeError"),
        ("d", "RuntimeError"),
    ):
        source = f"try:\n    fails({kind!r})\nexcept {caught}:\n    caught = 1\ncaught"
        assert value(source, fails=fails) == 1


def test_a_function_that_never_ends_is_given_up():
    def endless():
        while True:
            pass

    source = "try:\n    endless()\nexcept TimeoutError:\n    late = 1\nlate"
    assert value(source, endless=endless) == 1


def test_missing_names_are_told_and_the_grader_s_own_are_not_asked_for():
    done = grade("lines = [len(answer), award, np]\n1", Line({"np": None, "award": None}))
    assert done["missing"] == ["answer"]
    assert done["error"][0] == "NameError"


@pytest.mark.parametrize("source", ["1 / 0", "float('nan')", "raise SystemExit", "def broken(:"])
def test_a_graded_cell_that_fails_gives_no_number(source):
    done = grade(source, Line({}))
    assert done["value"] is None
    assert done["error"]


@pytest.mark.parametrize("broken", [[], "x", {"error": ["ValueError", "x"]}, 7])
def test_a_kernel_that_answers_nonsense_has_defined_nothing(broken):
    done = grade("answer + 1", Line({}, broken=broken))
    assert done["missing"] == ["answer"]


@pytest.mark.parametrize(
    "reply", [None, 7, {"error": []}, {"error": [1, 2, 3]}, {}, {"result": 1, "changed": [[5, 1]]}]
)
def test_a_call_that_is_answered_with_nonsense_raises(reply):
    class Odd(Line):
        def ask(self, **request):
            return super().ask(**request) if "names" in request else reply

    done = grade("f(1)", Odd({"f": lambda x: x}))
    assert done["error"]


def test_tasks_are_named_by_their_cells():
    assert [task_name(id) for id in ("hw03-2-test", "hw03-12", "setup")] == ["hw03.2", "hw03.12", "setup"]
    assert sorted(["hw01.10", "hw01.9", "hw02.1"], key=task_order) == ["hw01.9", "hw01.10", "hw02.1"]
    assert modules_of("hw01", "course_utils.exercises") == ["course_utils.exercises.homework01"]
    assert modules_of("essay", "course_utils.exercises") == []
    assert modules_of("hw01", "") == []


def test_submissions_are_found_in_every_accepted_shape(tmp_path):
    for path in (
        "ada/hw01.ipynb",
        "bob/hw01/hw01.ipynb",
        "eve__hw01.ipynb",
        "HW02.ipynb",
        "ada/.ipynb_checkpoints/hw01.ipynb",
        "dan/notes.txt",
        "twice/a/hw01.ipynb",
        "twice/b/hw01.ipynb",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("{}")
    found = {(one.student, one.assignment): one for one in find(tmp_path, ["hw01", "hw02", "hw03"])}
    assert {key for key, one in found.items() if one.file} == {
        ("ada", "hw01"),
        ("bob", "hw01"),
        ("eve", "hw01"),
        (tmp_path.name, "hw02"),
    }
    assert found["dan", "hw01"].remark == "no hw01.ipynb was handed in"
    assert found["twice", "hw01"].remark == "2 files hw01.ipynb: keep one"


def test_names_too_alike_for_file_names_are_refused(tmp_path):
    for name in ("a b", "a_b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hw01.ipynb").write_text("{}")
    with pytest.raises(ValueError, match="too alike"):
        find(tmp_path, ["hw01"])


GUARDED = """
import os, sys
from course_utils.grading.guard import protect
protect([{closed!r}])
refused = 0
for attempt in (
    lambda: open({closed!r} + "/secret.txt"),
    lambda: open({closed!r} + "/new.txt", "w"),
    lambda: open(os.path.join({link!r}, "secret.txt")),
    lambda: os.open({closed!r} + "/secret.txt", os.O_RDONLY),
    lambda: os.listdir({closed!r}),
    lambda: list(os.scandir({closed!r})),
    lambda: os.remove({closed!r} + "/secret.txt"),
    lambda: os.rename({closed!r} + "/secret.txt", "stolen.txt"),
    lambda: __import__("sqlite3").connect({closed!r} + "/gradebook.db"),
    lambda: __import__("subprocess").run([sys.executable, "-c", ""]),
    lambda: os.system("exit 0"),
    lambda: os.kill(os.getppid(), 0),
):
    try:
        attempt()
    except PermissionError:
        refused += 1
open({open!r}, "w").close()
print(refused)
"""


def test_the_grader_s_folders_are_closed(tmp_path):
    closed, link = tmp_path / "closed", tmp_path / "link"
    closed.mkdir()
    (closed / "secret.txt").write_text("42")
    try:
        link.symlink_to(closed, target_is_directory=True)
    except OSError:
        link = closed  # Windows lets few users make links
    source = GUARDED.format(closed=str(closed.resolve()), link=str(link), open=str(tmp_path / "closed.txt"))
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == "12", done.stderr
    assert (closed / "secret.txt").read_text() == "42"
    assert os.listdir(closed) == ["secret.txt"]


def test_numbers_of_numpy_are_points():
    assert value("np.float64(1.5)") == 1.5
    assert value("np.int64(2)") == 2.0
    assert value("True") == 1.0
    assert value("'many'") is None
    assert np.isclose(value("award((1, 'a', lambda: True), (2, 'b', lambda: 0.25))"), 1.5)
