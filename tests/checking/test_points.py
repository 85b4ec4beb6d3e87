"""Points for homework tasks."""

import time

import numpy as np
import pytest

from course_utils.checking.feedback import almost, correct, not_yet
from course_utils.exercises import award, exercise


def test_points_are_the_sum_of_what_the_parts_earn(capsys):
    parts = (
        (3, "a share", lambda: 1 / 3),
        (2, "a bool", lambda: np.bool_(True)),
        (1, "a verdict", correct),
        (4, "almost", lambda: almost("a name", "a message")),
        (5, "wrong", lambda: not_yet("no")),
    )
    assert award(*parts) == 4.0
    assert capsys.readouterr().out.splitlines() == [
        "1 of 3: a share",
        "2 of 2: a bool",
        "1 of 1: a verdict",
        "0 of 4: almost",
        "0 of 5: wrong",
    ]


def test_feedback_of_an_exercise_counts():
    one = exercise("01.1")
    assert award((2, "the check", lambda: one.check(one.right_answers[0]))) == 2.0
    assert award((2, "the check", lambda: one.check(...))) == 0.0


def raises():
    raise RuntimeError


def leaves():
    raise SystemExit


def never_ends():
    while True:
        time.sleep(0.01)


@pytest.mark.parametrize(
    "test", [raises, leaves, never_ends, lambda: 2, lambda: -1, lambda: np.nan, lambda: "yes", lambda: None]
)
def test_a_part_that_fails_earns_nothing_and_leaves_the_others(test, monkeypatch):
    monkeypatch.setattr("course_utils.checking.points.TIME_LIMIT", 0.3)
    assert award((1, "first", lambda: True), (1, "this one", test), (1, "last", lambda: True)) == 2.0


@pytest.mark.parametrize("points", [0, -1, np.inf, np.nan])
def test_points_must_be_positive(points):
    with pytest.raises(ValueError, match=r"points of 'x' must be positive, got"):
        award((points, "x", lambda: True))
