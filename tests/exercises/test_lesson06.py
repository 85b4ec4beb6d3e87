"""Answers to lesson 06 that readers may well give, beside those that the exercises list."""

import numpy as np

from course_utils.checking import Outcome
from course_utils.exercises import exercise


def size(hessian):
    eigenvalues, V = np.linalg.eigh(hessian)
    return V @ np.diag(abs(eigenvalues)) @ V.T


def test_the_border_is_reached_in_a_large_region_too():
    def capped(gradient, hessian, radius):
        full = np.linalg.solve(size(hessian), gradient)
        return -min(1.0, np.sqrt(radius / (gradient @ full))) * full

    assert exercise("06.3").check(capped).misconception == "step capped at the full one"


def test_two_steps_of_zero_are_the_same():
    one = exercise("06.4")
    answer = {**one.right_answers[0], "at_a_saddle": "same as Newton"}
    assert one.check(**answer).outcome is Outcome.CORRECT
    assert one.check(**{**answer, "at_a_saddle": "other than Newton"}).outcome is not Outcome.CORRECT
    assert one.check(**{**answer, "in_a_bowl": "no step"}).outcome is not Outcome.CORRECT


def test_one_number_is_a_matrix_of_one_entry():
    one = exercise("06.7")
    for first, second in ((1, 2.0), ([1.0], np.array(2.0)), (np.array([[1.0]]), [[2]])):
        assert one.check(projected_first=first, absolute_first=second).outcome is Outcome.CORRECT
    assert (
        one.check(projected_first=1.0, absolute_first=1.0).misconception == "curvature cancels on both sides"
    )
