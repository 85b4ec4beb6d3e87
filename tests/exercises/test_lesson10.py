"""Answers to lesson 10 that readers may well give, beside those that the exercises list."""

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.critical_points import linear_autoencoder_points
from course_utils.exercises import exercise


def test_the_index_is_that_of_the_networks_critical_points():
    def from_the_list(variances, kept, hidden):
        order = np.argsort(-variances)
        data = np.diag(np.sqrt(len(variances) * variances[order]))
        place = {int(component): k for k, component in enumerate(order)}
        wanted = tuple(sorted(place[i] for i in kept))
        return next(p.index for p in linear_autoencoder_points(data, hidden) if p.components == wanted)

    assert exercise("10.1").check(from_the_list).outcome is Outcome.CORRECT


def test_a_check_that_only_counts_the_spare_units_is_wrong():
    spare = lambda variances, kept, hidden: (hidden - len(kept)) * (len(variances) - len(kept))  # noqa: E731
    assert exercise("10.1").check(spare).outcome is not Outcome.CORRECT


def test_the_index_of_idle_units_may_come_from_squares():
    def from_squares(M, decay, spare):
        return spare * np.sum(np.linalg.eigvalsh(M @ M.T) > decay**2)

    assert exercise("10.4").check(from_squares).outcome is Outcome.CORRECT


def nearly(t):
    return np.array([[t, 0.0], [2 * t, 0.0]]), np.zeros(2), np.array([2.0, -1.0]), 0.5


def large(t):
    return np.full((2, 2), 40.0 * t), np.array([30.0, -30.0]), np.array([0.2, -0.2]), 0.5


@pytest.mark.parametrize("answer", [nearly, large])
def test_what_is_not_critical_is_not_taken_for_it(answer):
    assert exercise("10.3").check(answer).outcome is not Outcome.CORRECT


def test_other_shapes_are_told():
    shown = exercise("10.3").check(lambda t: (np.eye(2), np.zeros((2, 1)), np.zeros(2), 0.5))
    assert "`b` must have shape (2,)" in shown.message
    assert "four parts" in exercise("10.3").check(lambda t: np.zeros(9)).message
