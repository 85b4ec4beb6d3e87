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
    for first, second in ((1.5, 3.5), ([1.5], np.array(3.5)), (np.array([[1.5]]), [[3.5]])):
        assert one.check(projected_first=first, absolute_first=second).outcome is Outcome.CORRECT
    assert (
        one.check(projected_first=1.5, absolute_first=1.5).misconception == "curvature cancels on both sides"
    )


def test_rows_for_columns_and_powers_of_one_are_wrong():
    data = exercise("06.1").data
    values, V = np.linalg.eigh(data["hessian"])
    for signs in np.array(np.meshgrid(*[[-1, 1]] * 3)).reshape(3, -1).T:
        W = V * signs
        for first, second in ((W, W), (W.T, W.T), (W.T, W)):
            step = -first @ (second @ data["gradient"] / abs(values))
            assert exercise("06.1").check(step).outcome is not Outcome.CORRECT
    for power in (-1, 0.5, 2):
        answer = {"projected_first": 1.5**power, "absolute_first": 3.5}
        assert exercise("06.7").check(**answer).outcome is not Outcome.CORRECT
    assert exercise("06.7").check(projected_first=-1.5, absolute_first=3.5).outcome is not Outcome.CORRECT
