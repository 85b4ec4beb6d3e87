"""Where submissions are found, and under whose names."""

from __future__ import annotations

import pytest

from course_utils.grading.submissions import find


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
