"""Grades one submission after the other, ``python -m course_utils.grading.grader FOLDER SETTINGS``.

FOLDER is the course folder; orders come in as lines of JSON, and one answer to each goes out. The process
is the only one of the grader that imports nbgrader (which takes seconds); it hangs up with its controller.
"""

from __future__ import annotations

import _thread
import json
import logging
import os
import queue
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import parse_utc
from traitlets.log import get_logger

from course_utils.grading.cleaning import clean
from course_utils.grading.course import COURSE_ID, Course
from course_utils.grading.release import check_release
from course_utils.grading.restoring import REMARKS
from course_utils.grading.tasks import task_name, task_order

_TO_DO = "ask for the right notebook, put it in the place of this one, and run the same command again"
_SHORT = 20_000_000  # bytes of a file that is looked through
_FAREWELL = 15.0  # s to end the student's kernel after the controller has gone


def release(course: Course, source: str) -> dict[str, Any]:
    """Make the version for students of one assignment; return its tasks with their points."""
    path = course.release(Path(source))
    check_release(Path(source), path)
    assignment = path.stem
    points: dict[str, float] = {}
    with Gradebook(course.db_url, COURSE_ID) as gradebook:
        for cell in gradebook.find_notebook(assignment, assignment).grade_cells:
            points[task_name(cell.name)] = points.get(task_name(cell.name), 0.0) + cell.max_score
    return {"released": str(path), "points": dict(sorted(points.items(), key=lambda one: task_order(one[0])))}


def grade(course: Course, student: str, assignment: str, file: str) -> dict[str, Any]:
    """Grade one submission; return the points of every graded cell, None for one to grade by hand."""
    with Gradebook(course.db_url, COURSE_ID) as gradebook:
        ids = {cell.name for cell in gradebook.find_notebook(assignment, assignment).source_cells}
    try:
        notebook = clean(Path(file), assignment, ids)
    except ValueError as error:
        return {"cells": None, "remarks": [f"{_why(Path(file), str(error))}; {_TO_DO}"]}
    submitted = course.notebook("submitted", student, assignment)
    submitted.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, submitted)
    remarks = _bring_time(Path(file).with_name("timestamp.txt"), submitted.with_name("timestamp.txt"))
    graded = nbformat.read(course.autograde(student, assignment), as_version=4)
    with Gradebook(course.db_url, COURSE_ID) as gradebook:
        grades = gradebook.find_submission_notebook(assignment, assignment, student).grades
        cells = {one.name: one.auto_score for one in grades}
    return {"cells": cells, "remarks": [*remarks, *graded.metadata.get(REMARKS, [])]}


def _why(file: Path, error: str) -> str:
    """Say why a file cannot be graded, more exactly where a version control was at work."""
    if file.stat().st_size < _SHORT and b"\n<<<<<<< " in b"\n" + file.read_bytes():
        return f"{error}: it holds git's marks of a conflict"
    return error


def _bring_time(handed_in: Path, submitted: Path) -> list[str]:
    """Copy the time of a submission, as nbgrader's exchange writes it; say so if it is none."""
    submitted.unlink(missing_ok=True)
    if not handed_in.is_file():
        return []
    try:
        parse_utc(handed_in.read_text(encoding="utf-8").strip())
    except (ValueError, TypeError, OverflowError, OSError):
        return ["timestamp.txt holds no time: late days are not counted"]
    shutil.copyfile(handed_in, submitted)
    return []


def limit(course: Course) -> dict[str, Any]:
    """Return how long a submission may take: a configuration file may say so, which is read here alone."""
    return {"total_seconds": course.total_seconds}


def by_hand(course: Course, student: str, assignment: str) -> dict[str, Any]:
    """Return what a person entered for a submission: points by cell, extra credit, and the late penalty."""
    with Gradebook(course.db_url, COURSE_ID) as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(assignment, assignment, student)
        except MissingEntry:
            return {"cells": {}, "extra": 0.0, "late": 0.0}
        cells = {one.name: one.manual_score for one in notebook.grades if one.manual_score is not None}
        extra = sum(one.extra_credit or 0.0 for one in notebook.grades)
        return {"cells": cells, "extra": extra, "late": notebook.late_submission_penalty or 0.0}


ORDERS: dict[str, Callable[..., dict[str, Any]]] = {
    "release": release,
    "limit": limit,
    "grade": grade,
    "by_hand": by_hand,
}


def _listen(orders: queue.Queue[dict[str, Any] | None]) -> None:
    for text in sys.stdin:
        orders.put(json.loads(text))
    orders.put(None)
    _thread.interrupt_main()  # the controller hung up: leave the student's kernel properly, and soon
    time.sleep(_FAREWELL)
    os._exit(1)


def main(folder: str, settings: str) -> None:
    """Carry out orders until the controller hangs up."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr  # what nbgrader or a program of it prints must not get among the answers
    logging.basicConfig(level=logging.WARNING)  # on the standard error, which is the course folder's log
    course: Course | None = None  # made with the first order, whose answer says what is wrong with it
    orders: queue.Queue[dict[str, Any] | None] = queue.Queue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    for order in iter(orders.get, None):
        assert order is not None
        try:
            course = course or Course(Path(folder), json.loads(settings))
            answer = ORDERS[order.pop("order")](course, **order)
        except Exception as error:
            get_logger().exception("order failed")
            answer = {"failed": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
