"""Answers to lesson 07 that readers may well give, beside those that the exercises list."""

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.exercises import exercise
from course_utils.random_landscapes import neighbour_gaps, predicted_index


def test_the_whole_number_of_dimensions_is_welcome():
    exact = np.log(0.1) / np.log(0.99)
    for answer in (exact, np.ceil(exact), np.floor(exact)):
        assert exercise("07.1").check(answer).outcome is Outcome.CORRECT
    assert exercise("07.1").check(240).outcome is not Outcome.CORRECT


def test_the_courses_own_law_of_the_index_is_an_answer():
    assert exercise("07.6").check(predicted_index).outcome is Outcome.CORRECT


def test_unfolding_by_the_semicircle_is_another_thing_than_dividing_by_means():
    assert exercise("07.4").check(neighbour_gaps).outcome is not Outcome.CORRECT


def test_a_step_along_a_great_circle_is_not_the_one_asked_for():
    def along_the_circle(x, g, learning_rate):
        d = -(g - (g @ x) / (x @ x) * x)
        turn = learning_rate * np.linalg.norm(d) / np.linalg.norm(x)
        return np.cos(turn) * x + np.sin(turn) * np.linalg.norm(x) * d / np.linalg.norm(d)

    assert exercise("07.7").check(along_the_circle).outcome is not Outcome.CORRECT


def test_a_step_that_changes_x_is_told_so():
    def in_place(x, g, learning_rate):
        radius = np.linalg.norm(x)
        x -= learning_rate * (g - (g @ x) / (x @ x) * x)
        x *= radius / np.linalg.norm(x)
        return x

    assert exercise("07.7").check(in_place).misconception == "changes its input"


@pytest.mark.parametrize("energy", [-1.79, -1.794, -1.7941])
def test_the_ground_state_read_off_the_picture_is_good_enough_from_three_decimals(energy):
    right = exercise("07.8").check(energy).outcome is Outcome.CORRECT
    assert right == (energy != -1.79)
