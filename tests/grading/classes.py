"""A class whose submissions are graded by the command, in a process of its own, as lecturers do."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.homework.tools import ROOT, filled, hand_in

HOMEWORK = "hw01"  # its tasks 2, 4 and 5 ask for functions, the others for values
LIMITS = {"cell_seconds": 12, "call_seconds": 3, "graded_cell_seconds": 60}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "course_utils.grading", *map(str, arguments)]


def run(*arguments: object) -> str:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, cwd=ROOT, timeout=900)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Class:
    """A course folder, what was handed in, and the table of grades."""

    def __init__(self, folder: Path) -> None:
        self.course, self.released = folder / "course", folder / "released"
        self.submissions, self.table = folder / "submissions", folder / "grades.csv"
        run("release", "--course", self.course, "--out", self.released)

    def hand_in(self, student: str, codes: dict[str, str], folder: Path | None = None) -> None:
        hand_in(self.filled(codes), folder or self.submissions, student, HOMEWORK)

    def filled(self, codes: dict[str, str], homework: str = HOMEWORK) -> nbformat.NotebookNode:
        return filled(self.released / f"{homework}.ipynb", codes)

    def arguments(self, submissions: Path, table: Path, limits: dict[str, float] = LIMITS) -> list[object]:
        settings = [part for name, value in limits.items() for part in ("--set", f"{name}={value}")]
        return ["grade", submissions, "--course", self.course, "--out", table, *settings]

    def grade(
        self,
        submissions: Path | None = None,
        table: Path | None = None,
        limits: dict[str, float] = LIMITS,
    ) -> dict[tuple[str, str], dict]:
        run(*self.arguments(submissions or self.submissions, table or self.table, limits))
        return read(table or self.table)


def read(table: Path) -> dict[tuple[str, str], dict]:
    with table.open(encoding="utf-8", newline="") as file:
        return {(row["student"], row["assignment"]): row for row in csv.DictReader(file)}


def points(row: dict) -> dict[str, float]:
    return {task: float(value) for task, value in row.items() if task.startswith(row["assignment"]) and value}


def left_running(klass: Class) -> list[str]:
    """The command lines of the grader's processes for this class that are still there."""
    if not os.path.isdir("/proc"):
        pytest.skip("processes are looked up in /proc")
    left = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if "course_utils.grading" in line and str(klass.course) in line:
            left.append(line)
    return left
