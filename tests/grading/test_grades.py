"""The table, and a grading that cannot write down what it found."""

from __future__ import annotations

import csv
import errno
import io
from pathlib import Path
from typing import Any

import pytest

from course_utils.grading import grades
from course_utils.grading.grades import Desk, Row, table
from course_utils.grading.submissions import Submission


def rows(*submitted: Row) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(list(submitted), {"hw01": {"hw01.1": 3.0}}))))


def test_no_name_and_no_remark_breaks_a_spreadsheet():
    """Neither formulas nor lines nor a cell that is longer than a spreadsheet's may be."""
    (row,) = rows(Row(Submission("=1+1", "hw01", None), {"hw01.1": 1.0}, ["a\nb\x00c"] * 1000))
    assert row["student"] == "'=1+1"
    assert row["remarks"].startswith("a b c; a b c")
    assert row["remarks"].endswith("; and 960 more, in the graded notebook")
    assert row["total"] == "1"


def hand_in(folder: Path, *students: str) -> None:
    (folder / "in").mkdir()
    for student in students:
        (folder / "in" / f"{student}__hw01.ipynb").write_text("{}")
    (folder / "hw01.ipynb").write_text("{}")


def grade(folder: Path) -> dict[str, dict[str, str]]:
    """Grade without a wall; return the rows by student."""
    settings = {"trust_submissions": True}
    text = grades.grade([folder / "hw01.ipynb"], folder / "in", folder / "course", settings=settings)
    return {row["student"]: row for row in csv.DictReader(io.StringIO(text))}


def answers(order: str, **more: object) -> dict:
    """What a grader answers who finds that everybody has earned everything."""
    return {
        "release": {"released": "", "points": {"hw01.1": 3.0}},
        "limit": {"total_seconds": 120.0},
        "grade": {"cells": {"hw01-1-test": 3.0}, "remarks": []},
        "by_hand": {"cells": {}, "extra": 0.0, "late": 0.0},
    }[order]


def test_a_grading_that_cannot_keep_its_results_gives_no_zeros(tmp_path, monkeypatch):
    hand_in(tmp_path, "ada", "ben")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Desk, "order", lambda desk, seconds, **order: answers(**order))
    monkeypatch.setattr(grades.Journal, "add", full)
    with pytest.raises(OSError, match="No space left"):
        grade(tmp_path)


@pytest.mark.parametrize(
    "error", [OverflowError("timestamp too large"), ValueError("embedded null byte"), KeyError("cells")]
)
def test_a_grader_that_fails_gives_a_row_that_says_so_and_no_points(tmp_path, monkeypatch, error):
    """Whatever it is, it costs one row: the others are graded."""
    hand_in(tmp_path, "ada", "ben", "eve")

    def order(desk: Desk, seconds: float, **order: Any) -> dict:
        if order["order"] == "grade" and order["student"] == "ben":
            raise error
        return answers(**order)

    monkeypatch.setattr(Desk, "order", order)
    found = grade(tmp_path)
    assert {student: row["total"] for student, row in found.items()} == {"ada": "3", "ben": "?", "eve": "3"}
    assert found["ben"]["hw01.1"] == "?"
    assert f"the grader failed: {type(error).__name__}" in found["ben"]["remarks"]
    assert "run the same command again" in found["ben"]["remarks"]


def test_a_grader_that_ends_gives_no_points_either(tmp_path, monkeypatch):
    hand_in(tmp_path, "ada")
    failed = {"failed": "no end after 9 s"}
    monkeypatch.setattr(
        Desk,
        "order",
        lambda desk, seconds, **order: failed if order["order"] == "grade" else answers(**order),
    )
    found = grade(tmp_path)
    assert (found["ada"]["hw01.1"], found["ada"]["total"]) == ("?", "?")
    assert "the grader failed: no end after 9 s; run the same command again" in found["ada"]["remarks"]


def test_a_file_that_cannot_be_read_is_named_and_has_no_points(tmp_path, monkeypatch):
    hand_in(tmp_path, "ada")
    broken = {"cells": None, "remarks": ["the file is empty; ask for it"]}
    monkeypatch.setattr(
        Desk,
        "order",
        lambda desk, seconds, **order: broken if order["order"] == "grade" else answers(**order),
    )
    row = grade(tmp_path)["ada"]
    assert (row["hw01.1"], row["total"], row["of"], row["needs manual grading"]) == ("?", "?", "3", "")
    assert "ada__hw01.ipynb: the file is empty; ask for it" in row["remarks"]


def test_every_row_says_that_there_was_no_wall(tmp_path, monkeypatch):
    """Those of files that could not be read or told too, and of what was not handed in."""
    hand_in(tmp_path, "ada", "ben")
    (tmp_path / "in" / "eve").mkdir()
    (tmp_path / "in" / "dan.pdf").write_text("x")

    def order(desk: Desk, seconds: float, **order: Any) -> dict:
        if order["order"] == "grade" and order["student"] == "ben":
            return {"cells": None, "remarks": ["the file is empty"]}
        return answers(**order)

    monkeypatch.setattr(Desk, "order", order)
    found = grade(tmp_path)
    assert set(found) == {"ada", "ben", "eve", "dan"}
    assert all(row["remarks"].startswith("graded without a wall") for row in found.values())


def test_whoever_handed_in_nothing_has_earned_nothing(tmp_path, monkeypatch):
    hand_in(tmp_path, "ada")
    (tmp_path / "in" / "ben").mkdir()
    monkeypatch.setattr(Desk, "order", lambda desk, seconds, **order: answers(**order))
    found = grade(tmp_path)
    assert (found["ben"]["hw01.1"], found["ben"]["total"]) == ("0", "0")
    assert "no hw01.ipynb was handed in" in found["ben"]["remarks"]


def test_the_controller_waits_as_long_as_the_configuration_file_lets_a_submission_take(tmp_path, monkeypatch):
    hand_in(tmp_path, "ada")
    waited = {}

    def order(desk: Desk, seconds: float, **order: Any) -> dict:
        waited[order["order"]] = seconds
        return {"total_seconds": 3600.0} if order["order"] == "limit" else answers(**order)

    monkeypatch.setattr(Desk, "order", order)
    assert grade(tmp_path)["ada"]["total"] == "3"
    assert waited["grade"] > 5 * 3600  # a submission that waits instead of computing
