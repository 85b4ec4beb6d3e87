"""Answers to lesson 05 that readers may well give, beside those that the exercises list."""

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.exercises import exercise


def test_the_steepest_slope_at_every_state_is_named():
    feedback = exercise("05.1").check(lambda weight, bias, steps: (weight / 4) ** steps)
    assert feedback.misconception == "steepest slope at every state"


def test_a_lost_sign_shows():
    def slope(weight, bias, steps):
        s, slope = 0.5, 1.0
        for _ in range(steps):
            s = 1 / (1 + np.exp(-(weight * s + bias)))
            slope = abs(slope) * weight * s * (1 - s)
        return slope

    assert exercise("05.1").check(slope).outcome is not Outcome.CORRECT


def test_the_step_is_not_the_position():
    assert exercise("05.2").check([-0.12, 0.16]).misconception == "step for a position"


@pytest.mark.parametrize(
    ("clip", "name"),
    [
        (
            lambda gradient, threshold: gradient / np.linalg.norm(gradient),
            "unit vector for a clipped gradient",
        ),
        (
            lambda gradient, threshold: gradient / (np.linalg.norm(gradient) + 1e-12),
            "unit vector for a clipped gradient",
        ),
        (
            lambda gradient, threshold: threshold * gradient / np.linalg.norm(gradient),
            "short gradients stretched",
        ),
    ],
)
def test_always_normalising_is_named_whatever_becomes_of_zero(clip, name):
    assert exercise("05.3").check(clip).misconception == name


def by_components(objective, x):
    return x - 0.5 * np.clip(objective.gradient(x), -1, 1)


def by_norm(objective, x):
    g = objective.gradient(x)
    return x - 0.5 * g / max(1.0, np.linalg.norm(g) / 2)


@pytest.mark.parametrize("rule", [by_components, by_norm])
def test_a_clip_that_is_too_long_is_not_called_unclipped(rule):
    feedback = exercise("05.5").check(rule)
    assert feedback.misconception == "leash longer than allowed"


@pytest.mark.parametrize("rate", [0.5, 0.05])
def test_an_unclipped_rule_is_called_that_at_any_rate(rate):
    feedback = exercise("05.5").check(lambda objective, x: x - rate * objective.gradient(x))
    assert feedback.misconception == "rule without a leash"


@pytest.mark.parametrize("i", range(3))
def test_a_right_clip_of_any_kind_is_described_truly(i):
    one = exercise("05.5")
    message = one.check(one.right_answers[i]).message
    assert "Short gradients pass, long ones are bounded." in message
    assert not message.startswith("A smooth clip")


def by_norm(objective, x, rate=0.5, threshold=1.0):
    g = objective.gradient(x)
    return x - rate * g * min(1.0, threshold / max(float(np.linalg.norm(g)), 1e-300))


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (lambda objective, x: by_norm(objective, x) - x, "clipped step for the next point"),
        (lambda objective, x: -0.5 * objective.gradient(x), "clipped step for the next point"),
        (lambda objective, x: by_norm(objective, x, 0.05), "another step for short gradients"),
        (lambda objective, x: by_norm(objective, x, 1.0, 0.5), "another step for short gradients"),
        (lambda objective, x: x - 0.35 * np.sign(objective.gradient(x)), "every step of one length"),
    ],
)
def test_a_clipping_rule_is_told_what_it_does_where_gradients_are_short(rule, name):
    assert exercise("05.5").check(rule).misconception == name
