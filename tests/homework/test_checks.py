"""The visible checks of the homework, which hold no key, against the key."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.checking.parts import Parts
from course_utils.exercises import exercise
from key import all_exercises, fresh
from tests.exercises.test_exercises import submit
from tests.homework.tools import NAMES, tasks

WHOLE = list(all_exercises())
FUNCTIONS = [one for one in WHOLE if callable(one.right_answers[0])]
each_exercise = pytest.mark.parametrize("whole", WHOLE, ids=[one.id for one in WHOLE])
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
