"""Answers to lesson 08 that readers may well give, beside those that the exercises list."""

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.exercises import exercise
from course_utils.optimizers import theorem_settings, trust_region_step


def test_the_wait_is_that_of_the_theorem_before_rounding():
    def by_course(dim, smoothness, hessian_lipschitz, accuracy, gap):
        settings = theorem_settings(
            dim, smoothness=smoothness, hessian_lipschitz=hessian_lipschitz, accuracy=accuracy, gap=gap
        )
        return settings.chi * smoothness / settings.curvature

    assert exercise("08.3").check(by_course).outcome is Outcome.CORRECT


def test_variance_is_not_the_second_moment():
    def variance(gradients, direction):
        return np.var(gradients @ direction / np.linalg.norm(direction))

    assert exercise("08.4").check(variance).outcome is not Outcome.CORRECT


def test_either_side_of_the_hard_case_is_right():
    for side in (1.0, -1.0):

        def step(gradient, hessian, radius, side=side):
            s = trust_region_step(gradient, hessian, radius)[0]
            eigenvalues, V = np.linalg.eigh(hessian)
            if abs(V[:, 0] @ gradient) < 1e-12 and eigenvalues[0] < 0:
                s = s - (1 - side) * (V[:, 0] @ s) * V[:, 0]
            return s

        assert exercise("08.6").check(step).outcome is Outcome.CORRECT


def test_without_the_hard_case_the_check_names_the_place():
    def easy(gradient, hessian, radius):
        if abs(np.linalg.eigh(hessian)[1][:, 0] @ gradient) < 1e-12:
            return np.zeros_like(gradient)
        return trust_region_step(gradient, hessian, radius)[0]

    assert "exactly at a saddle" in exercise("08.6").check(easy).message


@pytest.mark.parametrize("answer", [1076, 1078, 1074.5])
def test_halvings_are_counted_to_the_step(answer):
    assert exercise("08.2").check(answer).outcome is not Outcome.CORRECT


@pytest.mark.parametrize("answer", [np.inf, 6000, "388 steps"])
def test_other_sums_of_waits_are_not_the_median(answer):
    assert exercise("08.8").check(answer).outcome is not Outcome.CORRECT
