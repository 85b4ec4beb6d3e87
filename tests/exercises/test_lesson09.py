"""Answers to lesson 09 that readers may well give, beside those that the exercises list."""

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.exercises import exercise


def test_a_path_may_be_projected_by_a_matrix_and_come_as_rows():
    def by_matrix(points, start, end):
        line, moved = end - start, points - start
        P = np.outer(line, line) / (line @ line)
        along = np.sign(moved @ line) * np.linalg.norm(moved @ P, axis=1)
        return np.array([along, np.linalg.norm(moved - moved @ P, axis=1)])

    assert exercise("09.2").check(by_matrix).outcome is Outcome.CORRECT


def test_a_projection_has_a_sign():
    def size(points, start, end):
        along = (points - start) @ (end - start) / np.linalg.norm(end - start)
        off = np.linalg.norm(points - start, axis=1) ** 2 - along**2
        return np.abs(along), np.sqrt(off)

    assert exercise("09.2").check(size).outcome is not Outcome.CORRECT


@pytest.mark.parametrize(
    "score",
    [
        lambda accuracies, enough: np.median(accuracies, axis=0) >= enough,
        lambda accuracies, enough: np.mean(accuracies >= enough, axis=0) >= 0.5,
        lambda accuracies, enough: np.sort(accuracies, axis=0)[1:].mean(axis=0) >= enough,
    ],
)
def test_the_curve_to_be_judged_is_the_mean(score):
    d90 = lambda dims, accuracies, full: dims[np.argmax(score(accuracies, 0.9 * full))]  # noqa: E731
    assert exercise("09.8").check(d90).outcome is not Outcome.CORRECT
