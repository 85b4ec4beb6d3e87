"""The controller of ``make homework`` and ``make grade``: hands out submissions and writes the table."""

from __future__ import annotations

import csv
import io
import json
import queue
import shutil
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.checking.sandbox import PATIENCE
from course_utils.grading.environment import compile_course
from course_utils.grading.folders import tidy_up
from course_utils.grading.journal import Journal, alone_in, fingerprint, write_at_once
from course_utils.grading.limits import Limits
from course_utils.grading.lines import ENDED, Lines
from course_utils.grading.oracle import KEY
from course_utils.grading.submissions import UNKNOWN, Submission, find
from course_utils.grading.tasks import task_name, task_order
from course_utils.grading.wall import NoWall, require_wall

_MODULE = "course_utils.grading.grader"
_ANEW = "run the same command again"
_FAREWELL = 15.0  # s that a grader may take to end a student's kernel
_MOST_REMARKS = 40  # of a row; a spreadsheet's cell is limited


@dataclass
class Desk:
    """One grader at work in a course folder, replaced if it fails."""

    folder: Path
    settings: dict[str, Any]
    _grader: Lines | None = None

    @property
    def log(self) -> Path:
        """Where graders write what went wrong."""
        return self.folder / "grading.log"

    def order(self, seconds: float, **order: Any) -> dict[str, Any]:
        """Have an order carried out; ``{"failed": why}`` if that was not possible."""
        if self._grader is None:
            self._grader = Lines(_MODULE, str(self.folder), json.dumps(self.settings), errors=self.log)
        self._grader.send(order)
        answer = self._grader.receive(seconds)
        if answer is None or answer == ENDED:
            self.close(patience=0.0)
            return {"failed": f"no end after {seconds:g} s" if answer is None else "the grader ended"}
        return answer

    def close(self, patience: float = _FAREWELL) -> None:
        """Send the grader home."""
        if self._grader is not None:
            self._grader.close(patience)
            self._grader = None


def release(sources: list[Path], folder: Path, desk: Desk, out: Path | None) -> dict[str, dict[str, float]]:
    """Make the versions for students, copy them to ``out``, and return the points of every task.

    Raises
    ------
    ValueError
        If there are no sources, or a version cannot be made or holds a solution; nothing is copied then.
    """
    if not sources:
        raise ValueError("no sources hw01.ipynb, hw02.ipynb, … were found")
    folder.mkdir(parents=True, exist_ok=True)
    answers = {source.stem: desk.order(120, order="release", source=str(source)) for source in sources}
    for name, answer in answers.items():
        if "failed" in answer:
            raise ValueError(f"{name}: {answer['failed']} (details: {desk.log})")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for old in out.glob("*.ipynb"):
            old.unlink()
        for answer in answers.values():
            shutil.copyfile(answer["released"], out / Path(answer["released"]).name)
    return {name: answer["points"] for name, answer in answers.items()}


@dataclass
class Row:
    """A row of the table: one student's points for one assignment; None is to be graded by hand.

    Where ``is_graded`` is false there are no points, which is not the same as none earned.
    """

    submission: Submission
    points: dict[str, float | None]
    remarks: list[str] = field(default_factory=list)
    extra: float = 0.0
    is_graded: bool = True


def grade(
    sources: list[Path],
    submissions: Path,
    folder: Path,
    jobs: int = 2,
    settings: dict[str, Any] | None = None,
    again: bool = False,
) -> str:
    """Grade a folder of submissions and return the table as CSV.

    Parameters
    ----------
    sources : notebooks of the homework with solutions and hidden tests.
    submissions : the folder; see `submissions.find`.
    folder : the nbgrader course folder, with gradebook and journal; made if it is not there.
    jobs : submissions graded at the same time.
    settings : limits of `preprocessors.GradeApart` by name.
    again : whether to grade anew what the journal holds.

    Raises
    ------
    ValueError
        If the sources cannot be released, or there are no submissions.
    """
    if folder.resolve() in (submissions.resolve(), *submissions.resolve().parents):
        raise ValueError(f"DIR must lie outside the course folder {str(folder)!r}: copy it elsewhere")
    settings = dict(settings or {})
    if not settings.get("trust_submissions"):
        require_wall()
    hidden = sorted({str(path.resolve()) for path in (submissions, *(one.parent for one in sources))})
    settings["hidden"] = hidden
    by_name = {source.stem: source for source in sources}
    found = find(submissions, sorted(by_name), folder / "unpacked")
    wanted = {one.assignment for one in found} & by_name.keys()
    desks = [Desk(folder, settings) for _ in range(jobs)]
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(alone_in(folder))
        tidy_up()
        compile_course()
        for desk in desks:
            stack.callback(desk.close)
        points = release([by_name[name] for name in sorted(wanted)], folder, desks[0], None)
        results = _grade_all(found, by_name, Journal(folder / "journal"), desks, again)
        rows = []
        for one, result in zip(found, results, strict=True):
            hand = {"cells": {}, "extra": 0.0, "late": 0.0}
            if one.assignment in points:
                hand = desks[0].order(60, order="by_hand", student=one.id, assignment=one.assignment)
            row = _row(one, result, hand, points.get(one.assignment, {}))
            if settings.get("trust_submissions"):  # whatever came of it
                row.remarks = list(dict.fromkeys([NoWall.label, *row.remarks]))
            rows.append(row)
    return table(rows, points)


def _beside(course: Path, file: Path) -> list[Path]:
    """Return the other files that the grade of a submission depends on, if they are there."""
    known = [course / "nbgrader_config.py", file.with_name("timestamp.txt")]
    return [*(path for path in known if path.is_file()), *sorted((course / KEY).rglob("*.py"))]


def _grade_all(
    found: list[Submission], sources: dict[str, Path], journal: Journal, desks: list[Desk], again: bool
) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = [
        {"cells": None, "remarks": [one.remark if one.file is None else f"was not graded; {_ANEW}"]}
        for one in found
    ]
    todo: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
    limits = sorted((key, value) for key, value in desks[0].settings.items() if key != "hidden")
    for index, one in enumerate(found):
        if one.file is None:
            continue
        mark = fingerprint([sources[one.assignment], one.file, *_beside(desks[0].folder, one.file)], limits)
        known = None if again else journal.find(f"{one.id}__{one.assignment}", mark)
        if known is not None:
            results[index] = known
        else:
            todo.put((index, mark))
    stop, open_count, lock = threading.Event(), todo.qsize(), threading.Lock()
    failures: list[OSError] = []
    total = desks[0].order(120, order="limit").get("total_seconds", Limits().total)
    limit = 2 * PATIENCE * total + 120

    def work(desk: Desk) -> None:
        try:
            grade_one_after_another(desk)
        except OSError as error:  # a full disk: no row may look as if its student had earned nothing
            failures.append(error)
            stop.set()

    def grade_one_after_another(desk: Desk) -> None:
        while not stop.is_set():
            try:
                index, mark = todo.get_nowait()
            except queue.Empty:
                return
            one, begin = found[index], time.monotonic()
            order = {"order": "grade", "student": one.id, "assignment": one.assignment}
            try:
                result = desk.order(limit, **order, file=str(one.file))
                if stop.is_set():
                    return
                if "failed" not in result:
                    journal.add(f"{one.id}__{one.assignment}", mark, result)
            except OSError:
                raise
            except Exception as error:  # whatever it is, it costs this row and no other
                desk.close(patience=0.0)
                result = {"failed": f"{type(error).__name__}: {error}"}
            if "failed" in result:
                why = f"the grader failed: {result['failed']}"
                result = {"cells": None, "remarks": [f"{why}; {_ANEW} (details: {desk.log})"]}
            results[index] = result
            with lock:
                seconds = time.monotonic() - begin
                sys.stderr.write(f"{one.student} {one.assignment}: {seconds:.1f} s\n")

    handed_in = sum(one.file is not None for one in found)
    if open_count < handed_in:
        sys.stderr.write(f"{handed_in - open_count} of {handed_in} notebooks need no grading any more\n")
    threads = [threading.Thread(target=work, args=(desk,), daemon=True) for desk in desks]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)  # short waits keep Ctrl-C alive on Windows
    except BaseException:
        stop.set()
        raise
    if failures:
        raise failures[0]
    return results


def _row(one: Submission, result: dict[str, Any], hand: dict[str, Any], most: dict[str, float]) -> Row:
    remarks = [remark for remark in result["remarks"] if remark]
    if "failed" in hand:
        remarks.append(f"points given by hand are missing: {hand['failed']}")
        hand = {"cells": {}, "extra": 0.0, "late": 0.0}
    if result["cells"] is None:
        remarks = [f"{one.shown}: {remark}" if one.file is not None else remark for remark in remarks]
        return Row(one, dict.fromkeys(most, 0.0), remarks, is_graded=one.is_missing)
    points: dict[str, float | None] = dict.fromkeys(most, 0.0)
    for cell, automatic in result["cells"].items():
        given = hand["cells"].get(cell, automatic)
        task = task_name(cell)
        before = points.get(task, 0.0)
        points[task] = None if given is None or before is None else before + given
    if hand["late"]:
        remarks.append(f"late: −{hand['late']:g} points")
    return Row(one, points, remarks, hand["extra"] - hand["late"])


def table(rows: list[Row], points: dict[str, dict[str, float]]) -> str:
    """Return the grades as CSV: a row a student and assignment, a column a task."""
    tasks = sorted({task for most in points.values() for task in most}, key=task_order)
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["student", "assignment", *tasks, "total", "of", "needs manual grading", "remarks"])
    for row in rows:
        by_hand = [task for task, value in row.points.items() if value is None]
        shown = {task: _number(value) if row.is_graded else UNKNOWN for task, value in row.points.items()}
        total = max(0.0, sum(value or 0.0 for value in row.points.values()) + row.extra)
        most = sum(points.get(row.submission.assignment, {}).values())
        out.writerow(
            [
                _safe(row.submission.student),
                row.submission.assignment,
                *(shown.get(task, "") for task in tasks),
                _number(total) if row.is_graded else UNKNOWN,
                _number(most),
                " ".join(by_hand),
                _safe("; ".join(_not_too_many(row.remarks))),
            ]
        )
    return text.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{round(value, 2):g}"


def _not_too_many(remarks: list[str]) -> list[str]:
    more = len(remarks) - _MOST_REMARKS
    return remarks if more <= 0 else [*remarks[:_MOST_REMARKS], f"and {more} more, in the graded notebook"]


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula or for lines, whatever a folder is called."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"'{text}" if text[:1] in tuple("=+-@\t") else text


__all__ = ["Desk", "Row", "grade", "release", "table", "write_at_once"]
