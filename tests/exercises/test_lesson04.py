"""Answers to lesson 04 that readers may well give, beside those that the exercises list."""

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.exercises import exercise


def test_a_fraction_in_percent_is_told_so():
    right = exercise("04.5").right_answers[0]
    assert exercise("04.5").check(100 * right).misconception == "percentage for a fraction"


def test_one_word_for_every_method_is_judged_by_how_many_it_gets_right():
    one = exercise("04.3")
    leave = one.check(**dict.fromkeys(one.right_answers[0], "leaves"))  # one of five
    assert leave.outcome is Outcome.NOT_YET
    told = {wrong.name: wrong.message for wrong in one.misconceptions}
    assert leave.message.endswith(told["every method leaves"])
    stay = one.check(**dict.fromkeys(one.right_answers[0], "stays"))
    assert stay.misconception == "noise averages out"


def test_steps_are_asked_for_without_rounding():
    def rounded(offset, curvature, learning_rate):
        return round(np.log(1 / offset) / np.log(1 + learning_rate * curvature), 2)

    assert "rounded" in exercise("04.1").check(rounded).message


def shaken(radius, *, only_where_flat, seed=0):
    rng = np.random.default_rng(seed)

    def rule(objective, x):
        g = objective.gradient(x)
        kick = rng.normal(size=x.size)
        kick *= radius * rng.uniform() ** (1 / x.size) / np.linalg.norm(kick)
        flat = np.linalg.norm(g) <= 1e-3 or not only_where_flat
        y = x + kick * flat
        return y - 0.1 * objective.gradient(y)

    return rule


@pytest.mark.parametrize("only_where_flat", [True, False])
@pytest.mark.parametrize("radius", [1e-2, 1e-4])
def test_the_kicks_of_the_homework_are_welcome(radius, only_where_flat):
    """Homework 04 says that in a minimum small kicks go on and do no harm."""
    rule = shaken(radius, only_where_flat=only_where_flat)
    assert exercise("04.7").check(rule).outcome is Outcome.CORRECT


def test_kicks_that_throw_out_of_a_minimum_are_named():
    feedback = exercise("04.7").check(shaken(0.3, only_where_flat=False))
    assert feedback.misconception == "kicks too large for a minimum"


def test_a_jump_wherever_it_is_level_does_not_settle():
    def jumps(objective, x):
        g = objective.gradient(x)
        if np.linalg.norm(g) < 1e-3:
            return x + 0.1 * np.linalg.eigh(objective.hessian(x))[1][:, 0]
        return x - 0.1 * g

    assert exercise("04.7").check(jumps).outcome is not Outcome.CORRECT
