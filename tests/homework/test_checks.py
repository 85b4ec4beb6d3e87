"""The visible checks of the homework, which hold no key, against the key."""

from __future__ import annotations

import json
import pickle
from array import array
from collections import UserList, deque
from collections.abc import Callable, Sequence
from enum import Enum
from functools import wraps

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.checking.parts import Parts
from course_utils.checking.plain import decode, encode
from course_utils.checking.points import award
from course_utils.exercises import exercise
from key import all_exercises, fresh, hidden_tests, same
from tests.exercises.test_exercises import submit
from tests.homework.tools import NAMES, tasks
from tests.tools.cases import first_of_each

WHOLE = list(all_exercises())
FUNCTIONS = [one for one in WHOLE if callable(one.right_answers[0])]
PARTS = [one for one in WHOLE if isinstance(one.accepts, Parts)]
each_exercise = pytest.mark.parametrize("whole", WHOLE, ids=[one.id for one in WHOLE])


def homework_of(one):
    return one.id.split(".")[0]


each_function = pytest.mark.parametrize("whole", FUNCTIONS, ids=[one.id for one in FUNCTIONS])


def test_there_is_a_check_for_every_task():
    assert [one.id for one in WHOLE] == [task for homework in NAMES for task in tasks(homework)]


@each_exercise
def test_a_check_is_that_of_the_key(whole):
    """If this fails, the key has changed: run ``make checks``."""
    released = exercise(whole.id)
    assert (released.model, released.right_answers) == (None, ())
    assert (released.title, tuple(released.hints)) == (whole.title, tuple(whole.hints))
    assert released.time_limit == whole.time_limit
    assert list(released.data) == list(whole.data)
    for name, value in whole.data.items():
        stored = released.data[name]
        if getattr(value, "dtype", None) == np.float64:  # processors differ in the last bit of a power
            np.testing.assert_array_max_ulp(stored, value, maxulp=2)
        else:
            np.testing.assert_equal(stored, value)
    named = [(wrong.name, wrong.message) for wrong in whole.misconceptions]
    assert [(wrong.name, wrong.message) for wrong in released.misconceptions] == named


@each_exercise
def test_a_check_knows_right_answers_and_misconceptions(whole):
    """If this fails, the key has changed: run ``make checks``."""
    released = exercise(whole.id)
    for right in whole.right_answers:
        feedback = submit(released, right)
        assert feedback.outcome is Outcome.CORRECT, repr(feedback)
        if isinstance(whole.accepts, Parts):
            assert feedback.message == whole.model.explanation
    for wrong in whole.misconceptions:
        feedback = submit(released, wrong.example)
        assert (feedback.misconception, feedback.message) == (wrong.name, wrong.message), repr(feedback)


@each_function
def test_fresh_inputs_judge_like_those_of_the_check_and_are_others(whole):
    for right in whole.right_answers:
        assert fresh(whole.id)(right).is_correct
    for wrong in whole.misconceptions:
        assert not fresh(whole.id)(wrong.example).is_correct, wrong.name
    seen, asked = [], []
    for check, given in ((exercise(whole.id).check, seen), (fresh(whole.id), asked)):
        check(lambda *arguments, given=given: given.append(pickle.dumps(arguments)))
    assert seen[0] != asked[0]


class Floating:
    def __init__(self, number):
        self.number = number

    def __float__(self):
        return float(self.number)


class Indexed:
    def __init__(self, number):
        self.number = number

    def __index__(self):
        return int(self.number)


class Tensor:
    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values.astype(dtype or self.values.dtype)


class Row(Sequence):
    def __init__(self, items):
        self.items = list(items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, place):
        return self.items[place]


def word(text):
    return Enum("Word", {"chosen": text}, type=str).chosen


def is_number(value):
    return isinstance(value, int | float | np.number) or (isinstance(value, np.ndarray) and value.ndim == 0)


def numbers_as(form):
    def convert(value):
        if isinstance(value, tuple | list):
            return type(value)(map(convert, value))
        return form(value) if is_number(value) else value

    return convert


def rows_as(form, within=None):
    """Arrays, lists and tuples in another form, also those within them if ``within`` says how."""

    def convert(value):
        if isinstance(value, str) or is_number(value):
            return value
        return form([within(one) for one in value] if within else list(value))

    return convert


def arrays_as(form):
    def convert(value):
        if isinstance(value, tuple | list):
            return type(value)(map(convert, value))
        return form(value) if isinstance(value, np.ndarray) else value

    return convert


def words_as(form):
    return lambda value: form(value) if isinstance(value, str) else value


def flat(values):
    return array("d", np.asarray(values, dtype=float)) if np.ndim(values) == 1 else values


FORMS: dict[str, Callable] = {
    "object with __float__": numbers_as(Floating),
    "list of an object with __float__": numbers_as(lambda x: [Floating(x)]),
    "object with __index__": numbers_as(lambda x: Indexed(x) if float(x).is_integer() else x),
    "deque of a number": numbers_as(lambda x: deque([x])),
    "number as an object with __array__": numbers_as(Tensor),
    "deque": rows_as(deque),
    "UserList": rows_as(UserList),
    "Sequence": rows_as(Row),
    "deque of deques": rows_as(deque, rows_as(deque)),
    "tuple of lists": rows_as(tuple, rows_as(list)),
    "list of objects with __array__": rows_as(list, arrays_as(Tensor)),
    "array.array": arrays_as(flat),
    "memoryview": arrays_as(lambda x: memoryview(np.ascontiguousarray(x))),
    "object with __array__": arrays_as(Tensor),
    "matrix": arrays_as(lambda x: np.atleast_2d(x).view(np.matrix) if x.ndim < 3 else x),
    "generator": rows_as(lambda x: (one for one in x)),
    "word of an Enum": words_as(word),
    "word of NumPy": words_as(np.str_),
}


def in_form(function, form):
    return wraps(function)(lambda *given: form(function(*given)))


def across(function):
    """The function as the grader sees it, from another process."""
    return in_form(function, lambda value: decode(json.loads(json.dumps(encode(value)))))


def is_right(check, answer):
    return award((1, "it", lambda: check(answer))) == 1.0


# No array for NumPy, here as there: what is gone once it was read, and several numbers of a class of its own.
UNREAD = {"generator"}
OWN_NUMBERS = {"object with __float__", "list of an object with __float__", "object with __index__"}


@pytest.mark.parametrize("whole", first_of_each(FUNCTIONS, homework_of, lambda one: one.id))
def test_a_right_value_in_any_form_is_judged_alike_here_and_by_the_grader(whole):
    right, visible, hidden = whole.right_answers[0], exercise(whole.id).check, fresh(whole.id)
    forms = {name: in_form(right, form) for name, form in FORMS.items()}
    here = {name for name, function in forms.items() if is_right(visible, function)}
    assert here >= set(FORMS) - UNREAD - (OWN_NUMBERS if whole.id == "hw04.2" else set())
    assert here == {name for name, function in forms.items() if is_right(visible, across(function))}
    assert here == {name for name, function in forms.items() if is_right(hidden, across(function))}


@pytest.mark.thorough
@each_function
def test_a_right_value_in_any_form_earns_all_points(whole):
    right, most = whole.right_answers[0], award(*hidden_tests(whole.id, whole.right_answers[0]))
    earned = {name: award(*hidden_tests(whole.id, across(in_form(right, FORMS[name])))) for name in FORMS}
    # A list of one number is no array without axes, which this task asks for.
    lists = {"list of an object with __float__", "deque of a number"} if whole.id == "hw05.2" else set()
    own = OWN_NUMBERS if whole.id == "hw04.2" else set()
    assert {name for name, points in earned.items() if points < most} <= UNREAD | lists | own


@pytest.mark.parametrize("whole", first_of_each(PARTS, homework_of, lambda one: one.id))
def test_right_parts_in_any_form_are_judged_alike_here_and_by_the_grader(whole):
    right = whole.right_answers[0]
    for name, form in FORMS.items():
        given = {part: form(value) for part, value in right.items()}
        if name not in UNREAD:
            assert exercise(whole.id).check(**given).outcome is Outcome.CORRECT, name
        for part, predicate in whole.accepts.expected.items():
            here, there = given[part], across(lambda value=given[part]: value)()
            assert is_right(predicate, here) is is_right(predicate, there), (name, part)
            assert is_right(predicate, there) or name in UNREAD, (name, part)


def test_numbers_of_another_shape_are_not_the_same():
    assert same([[1.0, 2.0]], [[1, 2]])
    assert same(Tensor([1.0, 2.0 + 1e-6]), [1, 2])
    assert same([[7.0]], 7)
    for came in (
        [1.0],
        1.0,
        [[1.0, 1.0]],
        np.ones((2, 1)),
        np.ones((2, 2)),
        [1.0, np.nan],
        None,
        "1",
        [1, 2],
    ):
        assert not same(came, [1.0, 1.0])
