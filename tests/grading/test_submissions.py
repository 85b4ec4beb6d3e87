"""Where submissions are found, and under whose names."""

from __future__ import annotations

import json
import os
import sys
import zipfile

import pytest

from course_utils.grading.submissions import UNKNOWN, Submission, find


def lay(folder, *paths, text="{}"):
    """Write files at ``paths`` below a folder."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def test_submissions_are_found_in_every_accepted_shape(tmp_path):
    lay(
        tmp_path,
        "ada/hw01.ipynb",
        "bob/hw01/hw01.ipynb",
        "eve__hw01.ipynb",
        "HW02.ipynb",
        "ada/.ipynb_checkpoints/hw01.ipynb",
        "dan/notes.txt",
        "twice/a/hw01.ipynb",
        "twice/b/hw01.ipynb",
    )
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
        ("hw02/ada.ipynb", "ada", "{}"),
        ("hw99/ada.ipynb", "ada", notebook("# Homework 02 · Ill-conditioning")),
        ("HW02/Ada Lovelace_123_assignsubmission_file_/final.ipynb", "Ada Lovelace_123", "{}"),
    ],
)
def test_a_notebook_is_known_under_whatever_name(tmp_path, path, student, content):
    (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / path).write_text(content)
    assert find(tmp_path, ["hw01", "hw02"]) == [Submission(student, "hw02", tmp_path / path)]


@pytest.mark.parametrize(
    "path",
    [
        "ada/.hidden/hw02.ipynb",
        "ada/.hw02.ipynb",
        ".ada__hw02.ipynb",
        "ada/.ipynb",
        ".ada/hw02.ipynb",
        "ada/.a/.b.IPYNB",
    ],
)
def test_a_notebook_behind_a_dot_was_handed_in(tmp_path, path):
    lay(tmp_path, path, text=notebook("# Homework 02"))
    (tmp_path / "ada" / ".git").mkdir(parents=True)
    for left in (".DS_Store", ".gitignore", ".git/HEAD", "._hw02.ipynb"):
        (tmp_path / "ada" / left).write_text("x")
    (one,) = [
        one for one in find(tmp_path, ["hw01", "hw02"]) if one.file is not None or one.assignment == UNKNOWN
    ]
    assert (one.student.lstrip("."), one.assignment, one.file) == ("ada", "hw02", tmp_path / path)
    assert one.shown == path


def test_a_notebook_behind_a_dot_stands_back_behind_another(tmp_path):
    """It may be what an editor kept of an earlier version."""
    for path in ("ada/hw02.ipynb", "ada/.history/hw02.ipynb", "ada/.hw02.ipynb"):
        lay(tmp_path, path, text=notebook(path))  # another content each: copies of one are one
    (one,) = find(tmp_path, ["hw01", "hw02"])
    assert one.file == tmp_path / "ada" / "hw02.ipynb"
    (tmp_path / "ada" / "hw02.ipynb").unlink()
    (one,) = find(tmp_path, ["hw01", "hw02"])
    assert one.remark == "2 files hw02: keep one of ada/.history/hw02.ipynb, ada/.hw02.ipynb"


def test_what_programs_leave_behind_is_passed_over(tmp_path):
    kept = "ada/.ipynb_checkpoints/hw02.ipynb", "ada/._hw02.ipynb", "ada/__MACOSX/hw02.ipynb", "._ada.zip"
    lay(tmp_path, *kept)
    with pytest.raises(ValueError, match=r"no hw02\.ipynb"):
        find(tmp_path, ["hw02"])


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


def test_a_damaged_zip_has_a_row_and_stops_nobody(tmp_path):
    """Wherever the damage is: in what was compressed, in the list of contents, or at the end."""
    path = tmp_path / "whole.zip"
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED):
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("hw02.ipynb", notebook("x" * 5000) + "".join(map(str, range(3000))))
        whole = path.read_bytes()
        for place in range(30, len(whole), len(whole) // 40):
            folder = tmp_path / "in" / f"student{method}at{place}"
            folder.mkdir(parents=True)
            (folder / "hw02.zip").write_bytes(whole[:place] + bytes(range(60)) + whole[place + 60 :])
            (folder / "part.zip").write_bytes(whole[:place])
    found = find(tmp_path / "in", ["hw02"], tmp_path / "unpacked")
    for folder in (tmp_path / "in").iterdir():
        told = [one.remark for one in found if one.student == folder.name and one.assignment == UNKNOWN]
        assert f"{folder.name}/part.zip: no notebook could be unpacked; unpack it by hand" in told


def test_a_folder_for_a_homework_holds_many_students(tmp_path):
    lay(tmp_path, "hw01/ada.ipynb", "hw01/bob/hw01.ipynb", "hw02/ada.ipynb", "eve__hw02.ipynb")
    (tmp_path / "hw02" / "dan").mkdir()
    found = {(one.student, one.assignment): one.shown for one in find(tmp_path, ["hw01", "hw02"])}
    assert found == {
        ("ada", "hw01"): "hw01/ada.ipynb",
        ("ada", "hw02"): "hw02/ada.ipynb",
        ("bob", "hw01"): "hw01/bob/hw01.ipynb",
        ("bob", "hw02"): "",
        ("dan", "hw01"): "",
        ("dan", "hw02"): "",
        ("eve", "hw01"): "",
        ("eve", "hw02"): "eve__hw02.ipynb",
    }


def test_nobody_reads_through_a_link_what_another_handed_in_for_the_homework(tmp_path):
    lay(tmp_path, "hw01/ada/hw01.ipynb", "hw01/bob/a/hw01.ipynb")
    for link, target in (("bob/hw01.ipynb", "ada/hw01.ipynb"), ("eve.ipynb", "ada/hw01.ipynb")):
        (tmp_path / "hw01" / link).symlink_to(tmp_path / "hw01" / target)
    (tmp_path / "hw01" / "ada" / "again.ipynb").symlink_to(tmp_path / "hw01" / "ada" / "hw01.ipynb")
    strange = [one.remark for one in find(tmp_path, ["hw01"]) if one.assignment == UNKNOWN]
    refused = "a link to something else; ask for the file itself"
    assert sorted(strange) == [f"hw01/bob/hw01.ipynb: {refused}", f"hw01/eve.ipynb: {refused}"]


def test_zips_of_students_never_mix(tmp_path):
    for name in ("ada/b.zip", "ada_b.zip", "ada-b.zip"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(tmp_path / "in" / name, "w") as archive:
            archive.writestr("hw02.ipynb", notebook(name))
    found = find(tmp_path / "in", ["hw02"], tmp_path / "unpacked")
    assert {one.student: one.file.read_text() for one in found} == {
        "ada": notebook("ada/b.zip"),
        "ada_b": notebook("ada_b.zip"),
        "ada-b": notebook("ada-b.zip"),
    }


def test_the_export_of_a_class_that_is_still_a_zip_has_a_row_that_says_what_to_do(tmp_path):
    with zipfile.ZipFile(tmp_path / "Course-HA1.zip", "w") as archive:
        for student in ("Ada_1", "Ben_2"):
            archive.writestr(f"{student}_assignsubmission_file_/hw02.ipynb", notebook("x"))
    (one,) = find(tmp_path, ["hw02"], tmp_path.with_name("unpacked"))
    assert one.file is None
    assert one.remark == "Course-HA1.zip: the export of a whole class; unpack it here, and remove it"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system with links and pipes")
def test_only_what_a_student_handed_in_is_read(tmp_path):
    """A link could lead to the key, or to what somebody else handed in."""
    for student in ("ada", "ben", "eve"):
        (tmp_path / student).mkdir()
    (tmp_path / "ada" / "mine.ipynb").write_text(notebook("# Homework 02"))
    (tmp_path / "ada" / "hw02.ipynb").symlink_to("mine.ipynb")
    (tmp_path / "ben" / "hw02.ipynb").symlink_to("../ada/mine.ipynb")
    (tmp_path / "ben" / "all").symlink_to("../ada")
    (tmp_path / "eve" / "gone.ipynb").symlink_to("nowhere")
    (tmp_path / "eve__hw02.ipynb").symlink_to("ada/mine.ipynb")
    os.mkfifo(tmp_path / "eve" / "hw02.ipynb")
    found = find(tmp_path, ["hw02"])
    graded = [one for one in found if one.file is not None]
    assert [one.student for one in graded] == ["ada"]
    told = [one.remark for one in found if one.assignment == UNKNOWN]
    assert told == [
        "ben/all: a link to something else; ask for the file itself",
        "ben/hw02.ipynb: a link to something else; ask for the file itself",
        "eve/gone.ipynb: a link to something else; ask for the file itself",
        "eve/hw02.ipynb: neither a file nor a folder; ask for the .ipynb",
        "eve__hw02.ipynb: a link to something else; ask for the file itself",
    ]


def test_what_may_not_be_read_has_a_row(tmp_path, monkeypatch):
    for student in ("ada", "ben"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "hw02.ipynb").write_text("{}")
    monkeypatch.setattr(os, "access", lambda path, mode: path.name != "hw02.ipynb" or "ben" in path.parts)
    found = find(tmp_path, ["hw02"])
    assert [one.student for one in found if one.file is not None] == ["ben"]
    assert "ada/hw02.ipynb: cannot be read by you; change its permissions" in [one.remark for one in found]


@pytest.mark.skipif(sys.platform != "linux", reason="a system whose file names are bytes")
def test_a_name_that_is_no_text_can_be_written_into_a_table(tmp_path):
    for name in (b"M\xfcller", b"M\xf6ller"):
        folder = os.path.join(os.fsencode(tmp_path), name)
        os.mkdir(folder)
        with open(os.path.join(folder, b"hw02.ipynb"), "wb") as file:
            file.write(b"{}")
        with open(os.path.join(folder, b"\xff.pdf"), "wb") as file:
            file.write(b"x")
    found = find(tmp_path, ["hw02"])
    assert sorted({one.student for one in found}) == [r"M\xf6ller", r"M\xfcller"]
    assert r"M\xf6ller/\xff.pdf: not a notebook; ask for the .ipynb" in [one.remark for one in found]
    for one in found:
        (one.student + one.remark + one.id).encode()


def test_ids_are_short_enough_for_file_names_and_differ():
    names = ["长" * 80 + end for end in "ab"]
    ids = {Submission(name, "hw02", None).id for name in names}
    assert len(ids) == 2
    assert all(len(id.encode()) <= 120 for id in ids)
    assert Submission("Ada Lovelace_123", "hw02", None).id == "Ada_Lovelace_123"


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no hw01\.ipynb"):
        find(tmp_path, ["hw01"])


def test_names_too_alike_for_file_names_are_refused(tmp_path):
    for name in ("a b", "a_b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "hw01.ipynb").write_text("{}")
    with pytest.raises(ValueError, match="too alike"):
        find(tmp_path, ["hw01"])
