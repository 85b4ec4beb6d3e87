"""Exercises of lesson 01 against the course's own curvature."""

import numpy as np
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
        (lambda x: x[0] ** 2 - x[1] ** 2, "saddle of the textbooks"),
        (lambda x: x[0] * x[1] + 7, "saddle of the textbooks"),
        (lambda x: 3 * x[0] ** 2 + 5 * x[0] * x[1] - x[1] ** 2, "saddle of the textbooks"),
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
        exercise("01.6").check(lambda x: scale * (x[0] ** 2 + 3 * x[0] * x[1] + x[0] ** 3 / 5) + 5).outcome
        is Outcome.CORRECT
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


def test_a_landscape_may_end_somewhere():
    with np.errstate(all="ignore"):
        feedback = exercise("01.6").check(lambda x: np.log(1 + x[0]) - x[0] + x[1] ** 2)
    assert feedback.outcome is Outcome.CORRECT


def test_no_quantity_that_is_one_hides_a_power():
    data = exercise("01.1").data
    g, H, rate = data["gradient"], data["hessian"], data["learning_rate"]
    first, second = rate * g @ g, rate**2 * g @ H @ g / 2
    for wrong in (
        first**2 - second,
        1 - second,
        first - second / first,
        first - second**2,
        1 / first - second,
    ):
        assert exercise("01.1").check(wrong).outcome is not Outcome.CORRECT


def test_rows_are_no_eigenvectors_whatever_their_signs():
    vectors = np.linalg.eigh(exercise("01.3").data["hessian"])[1]
    for i in range(8):
        signs = 1 - 2 * np.array([i & 1, (i >> 1) & 1, (i >> 2) & 1])
        assert exercise("01.3").check((vectors * signs)[0]).outcome is not Outcome.CORRECT
        assert exercise("01.3").check((vectors * signs)[:, 0]).outcome is Outcome.CORRECT
    assert exercise("01.3").check(vectors[0]).misconception == "row read for an eigenvector"
