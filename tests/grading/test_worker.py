"""The graded cell's side of the line, and the notebook's: what stands in for a student's names."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import numpy as np
import pytest

from course_utils.checking.describe import is_unwritten
from course_utils.grading import answering
from course_utils.grading.worker import grade


class Line:
    oracles, closed = (), ()

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


def test_changes_to_arguments_are_noted_and_do_not_come_back():
    def careless(x, notes):
        x -= 1
        notes.append("done")
        return x

    source = "x, notes = np.ones(3), []\ny = careless(x, notes)\nfloat(x.sum() == 3 + y.sum() and not notes)"
    done = grade(source, Line({"careless": careless, "careful": np.sin}))
    assert (done["value"], done["changing"]) == (1, ["careless"])
    assert grade("np.sum(careful(np.ones(3)))", Line({"careful": np.sin}))["changing"] == []


def test_a_function_that_changes_its_input_is_told_by_the_check():
    def halve(x):
        x /= 2
        return x

    source = """
from course_utils.checking.functions import function
ACCEPTS = function(lambda x: x / 2, [(np.array([1.0, 3.0]),)])
verdict = ACCEPTS(halve)
float(verdict.misconception == "changes its input")"""
    assert value(source, halve=halve) == 1


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


@pytest.mark.parametrize("reply", [None, 7, {"error": []}, {"error": [1, 2, 3]}, {}])
def test_a_call_that_is_answered_with_nonsense_raises(reply):
    class Odd(Line):
        def ask(self, **request):
            return super().ask(**request) if "names" in request else reply

    done = grade("f(1)", Odd({"f": lambda x: x}))
    assert done["error"]


def test_numbers_of_numpy_are_points():
    assert value("np.float64(1.5)") == 1.5
    assert value("np.int64(2)") == 2.0
    assert value("True") == 1.0
    assert value("'many'") is None
    assert np.isclose(value("award((1, 'a', lambda: True), (2, 'b', lambda: 0.25))"), 1.5)


@pytest.mark.parametrize(
    "source",
    ["answer + 1", "while True:\n    pass", "while True:\n    try:\n        f(1)\n    except: pass", ""],
)
def test_a_worker_ends_when_the_judge_has_hung_up(source):
    """Whatever it is at: waiting for an answer, computing, catching whatever goes wrong, or nothing."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "course_utils.grading.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        worker.communicate(json.dumps({"grade": source}) + "\n" if source else "", timeout=60)
    finally:
        worker.kill()
    assert worker.returncode == (1 if source else 0)
