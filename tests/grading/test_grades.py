"""The table, and a grading that cannot write down what it found."""

from __future__ import annotations

import csv
import errno
import io

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


def test_a_grading_that_cannot_keep_its_results_gives_no_zeros(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    for student in ("ada", "ben"):
        (tmp_path / "in" / f"{student}__hw01.ipynb").write_text("{}")
    (tmp_path / "hw01.ipynb").write_text("{}")

    def order(desk: Desk, seconds: float, *, order: str, **more: object) -> dict:
        return (
            {"released": "", "points": {"hw01.1": 3.0}}
            if order == "release"
            else {"cells": {}, "remarks": []}
        )

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Desk, "order", order)
    monkeypatch.setattr(grades.Journal, "add", full)
    with pytest.raises(OSError, match="No space left"):
        grades.grade(
            [tmp_path / "hw01.ipynb"],
            tmp_path / "in",
            tmp_path / "course",
            settings={"trust_submissions": True},
        )
