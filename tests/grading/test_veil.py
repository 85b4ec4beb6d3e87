"""What a submission sees of the homework's exercises while it is graded."""

from __future__ import annotations

import importlib
import pickle
import sys

import numpy as np

from course_utils.exercises import exercise
from course_utils.grading import veil


def test_the_homework_of_a_package_is_found():
    assert veil.modules("course_utils.exercises") == [f"homework0{k}" for k in range(1, 7)]
    assert veil.modules("") == veil.modules(["no", "such", "package"][0]) == []


def test_titles_and_data_are_shown_and_nothing_else(tmp_path, monkeypatch):
    module = "course_utils.exercises.homework05"
    data = veil.shown(module)
    assert b"homework" not in data
    veil.write(tmp_path, module, data)
    monkeypatch.syspath_prepend(tmp_path)
    try:
        shown = {one.id: one for one in importlib.import_module("homework05").EXERCISES}
    finally:
        sys.modules.pop("homework05", None)
    assert list(shown) == [f"hw05.{k}" for k in range(1, 7)]
    for name, matrix in exercise("hw05.3").data.items():
        np.testing.assert_array_equal(shown["hw05.3"].data[name], matrix)
    assert set(vars(shown["hw05.3"])) == {"id", "title", "data", "misconceptions"}
    feedback = shown["hw05.3"].check(7)
    assert feedback.outcome not in ("correct", "almost")
    assert "being graded" in repr(feedback)


def test_of_other_homework_nothing_is_shown(tmp_path):
    veil.write(tmp_path, "some.homework01", pickle.dumps([]))
    assert sorted(path.name for path in (tmp_path / "homework01").iterdir()) == ["__init__.py", "data.pickle"]
