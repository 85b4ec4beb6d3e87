"""Grading from end to end: prepared submissions go in, hostile and unlucky ones too, a table comes out.

Most submissions are graded in one run, two at a time; each test looks at its rows.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import nbformat
import pytest

from course_utils.exercises import exercise
from tests.grading.classes import HOMEWORK, Class, command, left_running, points, read, run
from tests.grading.test_wall import why_not
from tests.homework.tools import (
    NAMES,
    ROOT,
    answers,
    hand_in,
    is_answer,
    is_by_hand,
    is_test,
    mark,
    right,
    source,
    task_of,
    tasks,
)

pytestmark = [pytest.mark.grading, pytest.mark.skipif(bool(why_not()), reason=why_not())]

CODES = right(HOMEWORK)
FULL = tasks(HOMEWORK) | {"hw01.7": 0.0}  # task 7, in words, is left unanswered where nothing else is said


def without(*missed: str) -> dict[str, float]:
    return {task: 0.0 if task in missed else points for task, points in FULL.items()}


# What is handed in --------------------------------------------------------------------------------------

DEAF_LOOP = """
while True:
    try:
        while True:
            pass
    except:
        pass
"""
# Replaces whatever a grader might use in the same process, and prints what it might look for.
SPOIL = """
import sys, types
import numpy as np
import course_utils.exercises, course_utils.checking.engine, course_utils.checking.points
from course_utils.checking.feedback import correct

np.allclose = np.array_equal = np.isclose = np.testing.assert_allclose = lambda *a, **k: True
course_utils.exercises.award = course_utils.checking.points.award = lambda *parts: 20.0
course_utils.checking.engine.Exercise.check = lambda *a, **k: correct()
course_utils.exercises.exercise = lambda id: types.SimpleNamespace(check=lambda *a, **k: correct())
award, exercise = course_utils.exercises.award, course_utils.exercises.exercise
for name in ("catalogue", "engine", "points", "sandbox"):
    sys.modules["course_utils.exercises." + name] = types.ModuleType(name)
print("4 of 4: everything")
"""
# … and answers with something that claims to equal everything.
CHEAT = f"""{SPOIL}
import builtins
builtins.all = builtins.any = lambda *a: True
class Always:
    def __eq__(self, other): return True
    __le__ = __lt__ = __ge__ = __gt__ = __eq__
    def __array__(self, *a, **k): return np.array(True)
largest = zeros = mean_curvature = negative = one_sided = central = larger = smaller = Always()
logistic_hvp = wrong_entries = kind = lambda *a: Always()
"""
# Climbs from every place that it gets hold of, and opens what it finds there. What belongs to the grader of
# this test is overwritten; in the checkout nothing is, should it ever be within reach.
SEARCH = """
import os, sys
from pathlib import Path
import course_utils

found = []
starts = [Path.cwd(), Path(course_utils.__file__), Path({course!r}), Path({root!r}), Path({submissions!r})]
starts += [Path(entry or ".") for entry in sys.path]
starts += [Path(value) for value in os.environ.values() if os.path.isabs(value)]
for start in starts:
    for folder in [start, *start.resolve().parents][:6]:
        for name in ("gradebook.db", "journal/right__hw01.json", "source/hw01/hw01.ipynb", "right/hw01.ipynb",
                     "notebooks/homework/hw01.ipynb", "tests/homework/hw01.py", "hw01.ipynb",
                     "key/homework01/classifier.py", "notebooks/homework/key/homework01/classifier.py"):
            for mode in ("r", "r+"):
                try:
                    with open(folder / name, mode) as file:
                        found.append(folder / name)
                        if mode == "r+" and str(folder).startswith({course!r}):
                            file.write("spoilt")
                except OSError:
                    pass
for module in ("tests.homework.hw01", "homework.hw01", "key", "key.homework01"):
    try:
        __import__(module)
        found.append(module)
    except ImportError:
        pass
for folder in ({course!r}, {submissions!r}):
    try:
        found += os.listdir(folder)
    except OSError:
        pass
print("FOUND", found)
"""
# Says to whoever may listen that everything is right, through every descriptor that there is, and tells those
# who ask the submission that it is at its end.
FORGE = """
import builtins, json, os, signal
forged = json.dumps({"cells": {f"hw01-{k}-test": 20.0 for k in range(1, 8)}, "remarks": [], "done": True,
                     "value": 20.0, "printed": "", "error": None, "missing": [], "changing": []})
for descriptor in range(64):
    try:
        os.write(descriptor, (forged + "\\n").encode()) if descriptor < 3 or os.isatty(descriptor) else None
    except OSError:
        pass
for process in (1, os.getppid()):
    try:
        os.kill(process, signal.SIGTERM)
    except OSError:
        pass
builtins._nonconvex_answer = lambda request: print(forged)
"""
# Leaves processes behind, changes what the next submission would import, and empties what it can reach.
LEAVE = """
import os, subprocess, course_utils.exercises
subprocess.Popen(["sleep", "3000"], start_new_session=True)
try:
    with open(course_utils.exercises.__file__, "a") as file:
        file.write("award = lambda *parts: 20.0")
except OSError:
    print("CLOSED")
subprocess.run("rm -rf {course} {submissions}", shell=True)
"""


def hostile(klass: Class) -> Iterator[tuple[str, dict[str, str]]]:
    """Students and the solution cells in which they differ from one who has everything right."""
    lines = CODES["hw01.5"].replace("\n    ", "\n    print('x' * 1_000_000)\n    ", 1)
    yield (
        "unlucky",
        {
            "hw01.1": f"print('x' * 1_000_000)\n{CODES['hw01.1']}",
            "hw01.2": f"raise RuntimeError('unlucky')\n{CODES['hw01.2']}",
            "hw01.4": CODES["hw01.4"].replace("wrong_entries", "errors"),
            "hw01.5": lines,
        },
    )
    yield (
        "loops",
        {
            "hw01.2": f"while True:\n    pass\n{CODES['hw01.2']}",
            "hw01.4": f"{DEAF_LOOP}\n{CODES['hw01.4']}",
        },
    )
    yield (
        "exits",
        {
            "hw01.2": f"import sys\nsys.exit()\n{CODES['hw01.2']}",
            "hw01.4": f"{CODES['hw01.4']}\nexit()",
            "hw01.5": f"import os\nos._exit(1)\n{CODES['hw01.5']}",
        },
    )
    yield (
        "exits when called",
        {
            "hw01.2": "def logistic_hvp(w, inputs, labels, v):\n    import os\n    os._exit(0)",
            "hw01.4": "def wrong_entries(objective, x):\n    raise SystemExit",
            "hw01.5": f"def kind(gradient, hessian):\n{DEAF_LOOP.replace(chr(10), chr(10) + '    ')}",
        },
    )
    yield "writes commas", {"hw01.1": CODES["hw01.1"].replace("0.0135", "0,0135")}
    # Whoever computes with one of these, or makes an array of it, has no end or no memory left.
    giants = "larger, smaller = range(10**10), Fraction(10**10**6, 3)"
    lines = f"from fractions import Fraction\none_sided, central = 10**10**6, range(10**30)\n{giants}"
    early = CODES["hw01.2"].replace(
        "def logistic_hvp", "logistic_hvp = lambda *given: product(*given)\n\ndef {}"
    )
    yield "helps never", {"hw01.2": early.format("another")}
    alone, _, helper = early.partition("\n\n")
    yield "helps later", {"hw01.2": alone, "hw01.6": f"{CODES['hw01.6']}\n{helper.format('product')}"}
    moved = f"{CODES['hw01.6']}\n{CODES['hw01.1']}\n{CODES['hw01.2']}"
    yield "answers below", {"hw01.1": "# see below", "hw01.2": "# see below", "hw01.6": moved}
    names = "largest = zeros = mean_curvature = negative = ..."
    head = "def logistic_hvp(w, inputs, labels, v):\n    ..."
    yield "answers below placeholders", {"hw01.1": f"# below\n{names}", "hw01.2": head, "hw01.6": moved}
    yield (
        "raises",
        {
            "hw01.2": "def logistic_hvp(w, inputs, labels, v):\n    raise ValueError('no')",
            "hw01.5": "def kind(gradient, hessian):\n    exit()",
        },
    )
    yield "recurses", {"hw01.5": "def kind(gradient, hessian):\n    return kind(gradient, hessian)"}
    deque_ = f"{CODES['hw01.2']}\nfrom collections import deque\nexact = logistic_hvp\n"
    deque_ += "def logistic_hvp(*given):\n    return deque(exact(*given).tolist())"
    generator = "def kind(gradient, hessian):\n    yield 'minimum'"
    yield "returns odd things", {"hw01.2": deque_, "hw01.5": generator}
    yield "lists files", {"hw01.1": f"files = !ls\nprint(files)\n{CODES['hw01.1']}"}
    yield "asks for giants", {"hw01.3": lines}
    yield "keeps odd time", {}
    yield "cheats", dict.fromkeys(CODES, "") | {"hw01.1": CHEAT}
    yield "spoils", {task: f"{code}\n{SPOIL}" for task, code in CODES.items()}
    places = {"course": str(klass.course), "root": str(ROOT), "submissions": str(klass.submissions)}
    yield "searches", {"hw01.1": f"{CODES['hw01.1']}\n{SEARCH.format(**places)}"}
    yield (
        "imports",
        {
            "hw01.1": "globals().update(exercise('hw01.1').right_answers[0])",
            "hw01.2": "from course_utils.exercises.homework01 import logistic_hvp",
            "hw01.4": "def wrong_entries(objective, x):\n    return np.flatnonzero(objective._factors != 1)",
            "hw01.5": "kind = exercise('hw01.5').right_answers[0]",
        },
    )
    yield (
        "remembers",
        {
            "hw01.2": "logistic_hvp = exercise('hw01.2').accepts.expected",
            "hw01.5": "kind = exercise('hw01.5').accepts.expected",
        },
    )
    yield "forges", {"hw01.6": f"{CODES['hw01.6']}\n{FORGE}"}
    yield "leaves", {"hw01.1": f"{CODES['hw01.1']}\n{LEAVE.format(**places)}"}
    zeros = "w[:] = inputs[:] = 0\n    v[:] = 0\n    return 0 * v"
    yield "overwrites", {"hw01.2": f"def logistic_hvp(w, inputs, labels, v):\n    {zeros}"}


def tampered(klass: Class) -> Iterator[tuple[str, nbformat.NotebookNode]]:
    """Notebooks whose cells were deleted or changed."""
    notebook = klass.filled(CODES)
    notebook.cells = [
        cell for cell in notebook.cells if not (mark(cell).get("grade") and not is_by_hand(cell))
    ]
    yield "deletes graded cells", notebook
    notebook = klass.filled(CODES)
    notebook.cells = [cell for cell in notebook.cells if not mark(cell) or is_answer(cell)]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(source(HOMEWORK).cells[1].source))
    yield "keeps answers alone", notebook
    notebook = klass.filled(CODES)
    other = {"nbgrader": {"grade_id": "hw02-1-solution", "solution": True, "grade": False}}
    notebook.cells.append(nbformat.v4.new_code_cell("rate = 0.2", metadata=other))
    yield "mixes notebooks", notebook
    notebook = klass.filled({})
    for cell in notebook.cells:
        if is_test(cell):
            cell.source = "20.0"
            cell.metadata.nbgrader.points = 100
            cell.metadata.nbgrader.grade = task_of(cell) != "hw01.5"
            cell.metadata.nbgrader.solution = task_of(cell) == "hw01.4"
    test = next(cell for cell in notebook.cells if is_test(cell))
    forged = [nbformat.v4.new_code_cell("20.0", metadata=dict(test.metadata)) for _ in range(2)]
    notebook.cells = [forged[0], *notebook.cells, forged[1]]
    yield "rewrites graded cells", notebook


def misconceived() -> dict[str, dict[str, str]]:
    """The n-th student has the n-th misconception of every task that has so many."""
    students: dict[str, dict[str, str]] = {}
    for task, prepared in answers(HOMEWORK).items():
        names = {wrong.name for wrong in exercise(task).misconceptions}
        for index, answer in enumerate(one for one in prepared if one.name in names):
            students.setdefault(f"misconception {index}", {})[task] = answer.code
    return students


BROKEN = {
    "empty file": (b"", "the file is empty"),
    "no notebook": (b"PK\x03\x04 not JSON \xff", "the file is not a notebook"),
    "other JSON": (b'{"cells": 3}', "the file is not a notebook"),
    "a list": (b"[]", "the file is not a notebook"),
    "cut off": (b'{"cells": [{"cell_type": "code", "sour', "the file is not a notebook"),
    "conflict": (b'{\n<<<<<<< HEAD\n"cells": []\n=======\n"cells": []\n>>>>>>> b\n}', "it holds git's marks"),
    "odd cells": (json.dumps({"cells": [{"cell_type": "code", "source": 7}]}).encode(), "the file is not"),
}


@pytest.fixture(scope="module")
def klass(tmp_path_factory) -> Class:
    klass = Class(tmp_path_factory.mktemp("class"))
    complete = klass.filled(CODES)
    next(cell for cell in complete.cells if is_by_hand(cell)).source = "Because of the saddle."
    hand_in(complete, klass.submissions, "right", HOMEWORK)
    klass.hand_in("half", {task: CODES[task] for task in ("hw01.1", "hw01.2", "hw01.3")})
    klass.hand_in("blank", {})
    for student, codes in misconceived().items():
        klass.hand_in(student, CODES | codes)
    for student, codes in hostile(klass):
        klass.hand_in(student, CODES | codes)
    (klass.submissions / "keeps odd time" / "timestamp.txt").write_bytes(b"yesterday, \xff around noon")
    for student, notebook in tampered(klass):
        hand_in(notebook, klass.submissions, student, HOMEWORK)
    for student, (content, _) in BROKEN.items():
        hand_in(content, klass.submissions, student, HOMEWORK)
    other = next(name for name in NAMES if name != HOMEWORK)
    (klass.submissions / "wrong notebook").mkdir()
    wrong = (klass.released / f"{other}.ipynb").read_bytes()
    (klass.submissions / "wrong notebook" / f"{HOMEWORK}.ipynb").write_bytes(wrong)
    (klass.submissions / "nothing").mkdir()
    return klass


@pytest.fixture(scope="module")
def rows(klass) -> dict[str, dict]:
    return {student: row for (student, _), row in klass.grade().items()}


# What comes out -----------------------------------------------------------------------------------------


def test_every_student_has_a_row(klass, rows):
    assert sorted(rows) == sorted(path.name for path in klass.submissions.iterdir())
    for row in rows.values():
        assert float(row["of"]) == 20
        if row["total"] == "?":
            assert {row[task] for task in FULL} == {"?"}
            continue
        assert float(row["total"]) == pytest.approx(sum(points(row).values()), abs=0.01)


def test_all_correct(rows):
    automatic = tasks(HOMEWORK)
    assert points(rows["right"]) == automatic
    assert rows["right"]["hw01.7"] == ""
    assert rows["right"]["needs manual grading"] == "hw01.7"
    assert rows["right"]["remarks"] == ""


def test_half_correct_and_blank(rows):
    assert points(rows["half"]) == without("hw01.4", "hw01.5", "hw01.6")
    assert points(rows["blank"]) == without(*FULL)
    assert rows["half"]["remarks"] == rows["blank"]["remarks"] == rows["blank"]["needs manual grading"] == ""


@pytest.mark.parametrize("student", sorted(misconceived()))
def test_a_misconception_earns_what_the_key_says(rows, student):
    by_code = {answer.code: answer.points for prepared in answers(HOMEWORK).values() for answer in prepared}
    deserved = {task: by_code[code] for task, code in (CODES | misconceived()[student]).items()}
    assert points(rows[student]) == pytest.approx(deserved | {"hw01.7": 0.0}, abs=0.005)


@pytest.mark.parametrize(
    ("student", "missed", "remark"),
    [
        ("unlucky", ["hw01.2", "hw01.4"], "hw01.4: `wrong_entries` is not defined"),
        ("unlucky", ["hw01.2", "hw01.4"], "hw01.2: its cell raised RuntimeError"),
        ("writes commas", ["hw01.1"], "hw01.1: its cell raised SyntaxError"),
        ("asks for giants", ["hw01.3"], ""),
        ("answers below", [], "hw01.1: graded again after the last cell; hw01.2: graded again"),
        ("answers below placeholders", [], "hw01.1: graded again after the last cell; hw01.2: graded again"),
        ("raises", ["hw01.2", "hw01.5"], "hw01.2: `logistic_hvp` raised ValueError: no"),
        ("recurses", ["hw01.5"], "hw01.5: `kind` called itself deeper than Python's limit"),
        ("returns odd things", ["hw01.5"], "hw01.5: `kind` returned what cannot be read: generator"),
        ("lists files", [], "left out `!ls`"),
        ("helps later", [], "hw01.2: graded again after the last cell"),
        ("helps never", ["hw01.2"], "hw01.2: `logistic_hvp` met a name that is not defined"),
        ("keeps odd time", [], "timestamp.txt holds no time: late days are not counted"),
        ("loops", ["hw01.2", "hw01.4"], "stopped after"),
        ("exits", ["hw01.2", "hw01.4", "hw01.5"], "ended the kernel"),
        ("exits when called", ["hw01.2", "hw01.4", "hw01.5"], "hw01.2: `logistic_hvp` ended the kernel"),
        ("cheats", list(FULL), ""),
        ("spoils", [], ""),
        ("searches", [], ""),
        ("imports", ["hw01.1", "hw01.2", "hw01.4", "hw01.5"], "hw01.2: `logistic_hvp` is not defined"),
        ("remembers", ["hw01.2", "hw01.5"], ""),
        ("forges", ["hw01.6"], ""),
        ("leaves", [], ""),
        ("overwrites", ["hw01.2"], "hw01.2: `logistic_hvp` changes its arguments"),
        ("deletes graded cells", [], "hw01.5: a task cell was missing and was restored"),
        ("keeps answers alone", [], "hw01.7: a task cell was missing and was restored"),
        ("rewrites graded cells", list(FULL), ""),
    ],
)
def test_hostile_and_unlucky_submissions_earn_what_they_deserve(rows, student, missed, remark):
    assert points(rows[student]) == without(*missed)
    assert remark in rows[student]["remarks"]


def test_nothing_of_the_grader_is_found(klass, rows):
    assert rows["searches"]
    graded = nbformat.read(klass.course / "autograded" / "searches" / HOMEWORK / f"{HOMEWORK}.ipynb", 4)
    cell = next(cell for cell in graded.cells if mark(cell).get("grade_id") == "hw01-1-solution")
    assert [output.text.splitlines()[-1] for output in cell.outputs] == ["FOUND []"]


def test_the_course_cannot_be_changed(klass, rows):
    assert rows["leaves"]
    graded = nbformat.read(klass.course / "autograded" / "leaves" / HOMEWORK / f"{HOMEWORK}.ipynb", 4)
    cell = next(cell for cell in graded.cells if mark(cell).get("grade_id") == "hw01-1-solution")
    assert cell.outputs[0].text.startswith("CLOSED")


def test_a_row_says_that_there_was_no_wall(klass, tmp_path):
    klass.hand_in("trusted", CODES, tmp_path / "submissions")
    arguments = [*klass.arguments(tmp_path / "submissions", tmp_path / "grades.csv"), "--trust-submissions"]
    run(*arguments)
    row = read(tmp_path / "grades.csv")["trusted", HOMEWORK]
    assert points(row) == FULL
    assert row["remarks"] == "graded without a wall"


def test_what_is_printed_is_cut_off(klass, rows):
    assert rows["unlucky"]
    graded = klass.course / "autograded" / "unlucky" / HOMEWORK / f"{HOMEWORK}.ipynb"
    assert graded.stat().st_size < 300_000
    assert "the rest of the output was cut off" in graded.read_text(encoding="utf-8")


@pytest.mark.parametrize("student", sorted(BROKEN))
def test_broken_files_get_a_row_and_a_remark(rows, student):
    assert (rows[student]["total"], rows[student]["needs manual grading"]) == ("?", "")
    assert rows[student]["remarks"].startswith(f"{student}/{HOMEWORK}.ipynb: ")
    assert BROKEN[student][1] in rows[student]["remarks"]
    assert "ask for the right notebook" in rows[student]["remarks"]


def test_missing_and_wrong_notebooks_get_a_row_and_a_remark(rows):
    assert points(rows["nothing"]) == without(*FULL)
    assert rows["wrong notebook"]["total"] == "?"
    assert rows["nothing"]["remarks"] == "no hw01.ipynb was handed in"
    assert "wrong notebook/hw01.ipynb: the file holds " in rows["wrong notebook"]["remarks"]
    assert ", not hw01; ask for the right notebook" in rows["wrong notebook"]["remarks"]


def test_cells_of_another_homework_are_named(rows):
    assert points(rows["mixes notebooks"]) == FULL
    assert "were two notebooks mixed up? hw02-1-solution" in rows["mixes notebooks"]["remarks"]


ENTER = """
import sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///" + sys.argv[1], "nonconvex") as gradebook:
    notebook = gradebook.find_submission_notebook("hw01", "hw01", sys.argv[2])
    grade = next(one for one in notebook.grades if one.name.startswith("hw01-7"))
    grade.manual_score, grade.needs_manual_grade = eval(sys.argv[3]), False
    gradebook.db.commit()
"""


def by_hand(klass: Class, student: str, score: float | None) -> None:
    """Enter points for task 7, as formgrader does; in a process of its own, since nbgrader warns."""
    arguments = [str(klass.course / "gradebook.db"), student, repr(score)]
    subprocess.run([sys.executable, "-W", "ignore", "-c", ENTER, *arguments], check=True, timeout=120)


def test_grading_that_was_killed_goes_on_where_it_stopped(klass, rows, tmp_path):
    """The same files under other names in another folder: nothing of the first run is known."""
    copies = {"right", "half", "blank", "empty file"}
    submissions, table = tmp_path / "submissions", tmp_path / "grades.csv"
    for student in copies:
        content = (klass.submissions / student / f"{HOMEWORK}.ipynb").read_bytes()
        hand_in(content, submissions, f"again {student}", HOMEWORK)

    def entries() -> dict[str, int]:
        found = (klass.course / "journal").glob("again_*.json")
        return {path.name: path.stat().st_mtime_ns for path in found}

    started = command(*klass.arguments(submissions, table))
    process = subprocess.Popen(started, cwd=ROOT, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 180
    while len(entries()) < 2 and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    process.kill()
    process.wait()
    finished = entries()
    assert 2 <= len(finished) < len(copies)
    assert not table.exists()

    again = klass.grade(submissions, table)
    assert entries() | finished == entries()  # what had been graded was not graded again
    for student in copies:
        row = again[f"again {student}", HOMEWORK]
        remarks = row["remarks"].replace(f"again {student}/", f"{student}/")
        assert {**row, "student": student, "remarks": remarks} == rows[student]

    before, written = entries(), table.read_bytes()
    by_hand(klass, "again_right", 1.5)
    row = klass.grade(submissions, table)["again right", HOMEWORK]
    assert entries() == before
    assert points(row) == tasks(HOMEWORK) | {"hw01.7": 1.5}
    assert (row["total"], row["needs manual grading"]) == ("19.5", "")
    by_hand(klass, "again_right", None)
    klass.grade(submissions, table)
    assert table.read_bytes() == written


# Commands ------------------------------------------------------------------------------------------------


def test_a_folder_without_submissions_is_refused(tmp_path):
    for folder, text in ((tmp_path, "no hw01.ipynb"), (tmp_path / "none", "DIR must be a folder")):
        done = subprocess.run(command("grade", folder), capture_output=True, text=True, cwd=ROOT, timeout=60)
        assert done.returncode == 1
        assert text in done.stderr
        assert "Traceback" not in done.stderr


def test_the_grader_s_own_copies_are_no_submissions(tmp_path):
    (tmp_path / "course" / "submitted").mkdir(parents=True)
    arguments = command("grade", tmp_path / "course" / "submitted", "--course", tmp_path / "course")
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 1
    assert "DIR must lie outside the course folder" in done.stderr


def test_nothing_of_the_grader_is_left_running(klass, rows):
    assert rows
    assert left_running(klass) == []
