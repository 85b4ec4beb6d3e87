"""Where submissions are found, and under whose names."""

from __future__ import annotations

import json
import zipfile

import pytest

from course_utils.grading.submissions import UNKNOWN, Submission, find


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
        ("twice", "hw01"),  # the same file twice
    }
    assert found["dan", "hw01"].remark == "no hw01.ipynb was handed in"
    assert found["dan", UNKNOWN].remark == "dan/notes.txt: not a notebook; ask for the .ipynb"
    (tmp_path / "twice" / "b" / "hw01.ipynb").write_text("{ }")
    found = {(one.student, one.assignment): one for one in find(tmp_path, ["hw01", "hw02", "hw03"])}
    remark = "2 files hw01: keep one of twice/a/hw01.ipynb, twice/b/hw01.ipynb"
    assert found["twice", "hw01"].remark == remark


def notebook(text: str, **mark: str) -> str:
    metadata = {"nbgrader": mark} if mark else {}
    cells = [{"cell_type": "markdown", "metadata": metadata, "source": text}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(
    ("path", "student", "content"),
    [
        ("ada/hw02 (1).ipynb", "ada", "{}"),
        ("ada/hw02-Copy1.ipynb", "ada", "{}"),
        ("ada/HW02.IPYNB", "ada", "{}"),
        ("ada/Renamed.ipynb", "ada", notebook("x", grade_id="hw02-1-text")),
        ("ada/Untitled.ipynb", "ada", notebook("# Homework 02 · Ill-conditioning")),
        ("Ada Lovelace_123_assignsubmission_file_/hw02.ipynb", "Ada Lovelace_123", "{}"),
        ("Ada Lovelace_123_assignsubmission_file_hw02.ipynb", "Ada Lovelace_123", "{}"),
        ("lovelaceada_123_4567_hw02-1.ipynb", "lovelaceada_123", "{}"),
        ("lovelaceada_LATE_123_4567_hw02.ipynb", "lovelaceada_123", "{}"),
        ("ada__my hw02 final.ipynb", "ada", "{}"),
        ("ada hw02.ipynb", "ada", "{}"),
    ],
)
def test_a_notebook_is_known_under_whatever_name(tmp_path, path, student, content):
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(content)
    assert find(tmp_path, ["hw01", "hw02"]) == [Submission(student, "hw02", tmp_path / path)]


@pytest.mark.parametrize("name", ["ada.zip", "ada/answers.zip", "ada/hw02.zip"])
def test_zips_are_unpacked(tmp_path, name):
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../hw02.ipynb", notebook("x"))
        archive.writestr("__MACOSX/._hw02.ipynb", "x")
        archive.writestr("figure.png", "x")
    (one,) = find(tmp_path / "in", ["hw01", "hw02"], tmp_path / "unpacked")
    assert (one.student, one.assignment) == ("ada", "hw02")
    assert one.file.is_relative_to(tmp_path / "unpacked")
    assert one.file.read_text() == notebook("x")


@pytest.mark.parametrize("name", ["answers.ipynb", "hw02.pdf", "hw02.py", "broken.zip", "hw99.ipynb"])
@pytest.mark.parametrize("folder", ["ada/", "ada__"])
def test_what_cannot_be_graded_has_a_row_that_says_what_to_do(tmp_path, folder, name):
    path = tmp_path / f"{folder}{name}"
    path.parent.mkdir(exist_ok=True)
    path.write_text("nonsense")
    (one,) = find(tmp_path, ["hw01", "hw02"], tmp_path.with_name("unpacked"))
    assert (one.student, one.assignment, one.file) == ("ada", UNKNOWN, None)
    assert one.remark.startswith(f"{folder}{name}: ")


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no hw01\.ipynb"):
        find(tmp_path, ["hw01"])


def test_names_too_alike_for_file_names_are_refused(tmp_path):
    for name in ("a b", "a_b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hw01.ipynb").write_text("{}")
    with pytest.raises(ValueError, match="too alike"):
        find(tmp_path, ["hw01"])
