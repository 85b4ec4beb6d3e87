"""Exercises of lesson 01 against the course's own curvature."""

import pytest

from course_utils import curvature
from course_utils.checking import Outcome
from course_utils.exercises import exercise


def test_kinds_agree_with_classify():
    one = exercise("01.4")
    assert (
        one.check(**{name: curvature.classify(x).kind for name, x in one.data.items()}).outcome
        is Outcome.CORRECT
    )


def test_curvature_agrees_with_directional_curvature():
    assert exercise("01.2").check(curvature.directional_curvature).outcome is Outcome.CORRECT


@pytest.mark.parametrize(
    ("landscape", "name"),
    [
        (lambda x: -(x[0] ** 2) - x[1] ** 2, "bowl for a saddle"),
        (lambda x: x[0] ** 3 - 3 * x[0] * x[1] ** 2, "no curvature where one is needed"),
        (lambda x: 0.0, "no curvature where one is needed"),
        (lambda x: 3 * x[0], "slope left at the origin"),
        (lambda x: (x[0] - 1) ** 2 - x[1] ** 2, "slope left at the origin"),
        (lambda x: abs(x[0]) ** 1.5 - x[1] ** 2, "kink for curvature"),
        (lambda x: float(x[0] > 0) - x[1] ** 2, "kink for curvature"),
    ],
)
def test_landscapes_without_a_saddle_are_recognised(landscape, name):
    assert exercise("01.6").check(landscape).misconception == name


@pytest.mark.parametrize("scale", [1e-2, 1.0, 1e4])
def test_saddles_of_any_height_count(scale):
    assert (
        exercise("01.6").check(lambda x: scale * (x[0] ** 2 + 3 * x[0] * x[1]) + 5).outcome is Outcome.CORRECT
    )


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (1e-7, None),
        (1e-4, None),
        (1.0, "difference step too large"),
        (1e-2, "difference step too large"),
        (1e-11, "difference step too small"),
        (1e-14, "difference step too small"),
    ],
)
def test_difference_steps_are_judged_by_their_error(step, name):
    feedback = exercise("01.5").check(
        lambda gradient, x, v: (gradient(x + step * v) - gradient(x - step * v)) / (2 * step)
    )
    assert (feedback.misconception or None) == name, repr(feedback)


@pytest.mark.parametrize(("step", "name"), [(1e-7, None), (1e-3, "one-sided difference"), (0.1, "too large")])
def test_one_sided_differences_are_judged_by_their_error(step, name):
    feedback = exercise("01.5").check(lambda gradient, x, v: (gradient(x + step * v) - gradient(x)) / step)
    assert (name or "") in feedback.misconception, repr(feedback)
    assert (feedback.outcome is Outcome.CORRECT) is (name is None)
