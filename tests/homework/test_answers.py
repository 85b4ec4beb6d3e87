"""Every prepared answer to every task earns what the key says, graded as the grader does it.

An answer, the given code around it and the graded cell run in this process; the graded cell sees the
answer's names only through the encoding that leads to the student's kernel. The source's own solution runs
between one task and the next.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache, wraps
from itertools import cycle
from unittest import mock

import matplotlib
import numpy as np
import pytest

import course_utils.exercises
from course_utils.exercises import exercise
from course_utils.grading import answering, oracle
from course_utils.grading.oracle import consult
from course_utils.grading.worker import PRELUDE, closed_modules, grade, names_of, run
from tests.homework.tools import NAMES, answers, is_answer, is_test, right, source, task_of, tasks

TASKS = [(homework, task) for homework in NAMES for task in tasks(homework)]
each_task = pytest.mark.parametrize(("homework", "task"), TASKS, ids=[task for _, task in TASKS])


class Line:
    """Stands for the way to a student's kernel: everything crosses it as JSON, and objectives stay here.

    What the student's function asks of an objective comes back over the kernel's `oracle.Line`, of which the
    socket alone is left out.
    """

    closed = closed_modules(course_utils.exercises.__name__)
    seconds = 5.0  # for one call

    def __init__(self, scope: dict) -> None:
        self._scope, self.oracles = scope, []

    def ask(self, **request: object):
        request = pickle.loads(pickle.dumps({**request, "seconds": self.seconds}))
        with mock.patch.object(oracle.Line, "ask", lambda _, question: self._told(question)):
            return json.loads(json.dumps(answering.answer(request, self._scope)))

    def _told(self, question: dict):
        return json.loads(json.dumps(consult(json.loads(json.dumps(question)), self.oracles)))


def execute(code: str, scope: dict) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        run(ast.parse(code), scope)


@cache
def before(homework: str) -> dict[str, dict]:
    """The names that are defined just before each solution cell."""
    matplotlib.use("agg")
    scope: dict = {"__name__": "notebook"}
    found = {}
    for cell in source(homework).cells:
        if cell.cell_type != "code":
            continue
        if is_answer(cell):
            found[task_of(cell)] = dict(scope)
        execute(cell.source, scope)
    return found


def given_between(homework: str, task: str) -> list[str]:
    """The given code between a solution and its graded cell that binds names which the latter reads."""
    cells = [cell for cell in source(homework).cells if cell.cell_type == "code"]
    start = next(i for i, cell in enumerate(cells) if is_answer(cell) and task_of(cell) == task)
    end = next(i for i, cell in enumerate(cells) if is_test(cell) and task_of(cell) == task)
    wanted = names_of(compile(cells[end].source, "graded", "exec"))[0]
    codes = [cell.source for cell in cells[start + 1 : end]]
    return [code for code in codes if names_of(compile(code, "given", "exec"))[1] & wanted]


def graded_cell(homework: str, task: str) -> str:
    return next(cell.source for cell in source(homework).cells if is_test(cell) and task_of(cell) == task)


@lru_cache(maxsize=1)
def measured(homework: str, task: str) -> dict:
    """The names that the first answer adds to those before it."""
    given = before(homework)[task]
    scope = dict(given)
    execute(answers(homework)[task][0].code, scope)
    return {name: value for name, value in scope.items() if name not in given or given[name] is not value}


def continued(homework: str, task: str, code: str) -> tuple[dict, str]:
    """The names with which an answer begins, and what is left of it.

    What is measured takes time, and many an answer is the first one with a line more: then that one has run
    already. Not so if one of its functions is still called, as a function knows the names where it was made.
    """
    given, first = before(homework)[task], answers(homework)[task][0].code
    rest = code.removeprefix(first)
    if rest == code or not first.endswith("\n") or rest.startswith(" "):
        return dict(given), code
    texts = (rest, *given_between(homework, task), graded_cell(homework, task))
    read = set().union(*(names_of(compile(text, "read", "exec"))[0] for text in texts))
    found = measured(homework, task)
    if any(callable(found.get(name)) for name in read):
        return dict(given), code
    kinds = (dict, list, set, np.ndarray)
    data = {name: copy.deepcopy(value) for name, value in found.items() if isinstance(value, kinds)}
    return given | found | data, rest


def points(homework: str, task: str, code: str = "", **defined: object) -> float:
    """What an answer earns; ``defined`` are names that it defines beside its code."""
    scope, code = continued(homework, task, code)
    scope |= defined
    for text in (code, *given_between(homework, task)):
        # What an answer raises is shown to the student; the graded cell finds the names that are there.
        with contextlib.suppress(Exception):
            execute(text, scope)
    done = grade(graded_cell(homework, task), Line(scope))
    return done["value"] if done["error"] is None else 0.0


@pytest.mark.thorough
@each_task
def test_answers_earn_what_the_key_says(homework, task):
    earned = {answer.name: points(homework, task, answer.code) for answer in answers(homework)[task]}
    deserved = {answer.name: answer.points for answer in answers(homework)[task]}
    assert earned == pytest.approx(deserved, abs=0.005)


def in_turn(function: Callable) -> Callable:
    """Return a function that returns its number in one form after another."""
    forms = cycle([lambda x: [x], lambda x: np.array([x]), lambda x: np.array(x), Fraction, Decimal, complex])

    @wraps(function)
    def same(*given: object) -> object:
        return next(forms)(float(function(*given)))

    return same


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("hw02.4", "largest_eigenvalue"),
        ("hw05.4", "truncated_gradient"),
        ("hw09.5", "pass_height"),
        ("hw10.4", "critical_size"),
    ],
)
def test_one_number_counts_in_any_form(task, name):
    """As the visible check takes them."""
    homework, _, _ = task.partition(".")
    code = f"{right(homework)[task]}\n{name} = in_turn({name})\n"
    assert points(homework, task, code, in_turn=in_turn) == tasks(homework)[task]


@each_task
def test_there_are_enough_answers(homework, task):
    prepared, most = answers(homework)[task], tasks(homework)[task]
    assert len({answer.name for answer in prepared}) == len(prepared)
    right = [answer for answer in prepared if answer.points == most]
    wrong = [answer for answer in prepared if answer.points < most]
    assert len({answer.code for answer in right}) >= 3
    assert len({answer.code for answer in wrong}) >= 4
    named = {one.name for one in exercise(task).misconceptions}
    assert named <= {answer.name for answer in wrong}


@pytest.mark.parametrize("homework", NAMES)
def test_answers_are_for_the_tasks_that_there_are(homework):
    assert list(answers(homework)) == list(tasks(homework))


@each_task
def test_an_unanswered_task_earns_nothing(homework, task):
    assert points(homework, task, "") == 0.0


@each_task
def test_a_graded_cell_reads_only_what_the_student_is_told_to_define(homework, task):
    solutions = [c.source for c in source(homework).cells if is_answer(c) and task_of(c) <= task]
    defined = set().union(*(names_of(compile(code, "solution", "exec"))[1] for code in solutions))
    loaded, bound = names_of(compile(graded_cell(homework, task), "graded", "exec"))
    assert loaded - bound - set(PRELUDE) - set(dir(__builtins__)) - set(__builtins__) <= defined
