"""The reader's own rule as an optimizer."""

import dataclasses
import functools

import numpy as np
import pytest

from course_utils.objectives import himmelblau
from course_utils.optimizers import GradientDescent, Momentum, from_step, minimize


def test_the_readers_rule_drives_everything():
    def downhill(objective, x, learning_rate=0.01):
        return x - learning_rate * objective.gradient(x)

    def heavy(objective, x, v, learning_rate=0.01, momentum=0.8):
        v = (0.0 if v is None else momentum * v) - learning_rate * objective.gradient(x)
        return x + v, v

    start = np.random.default_rng(0).uniform(-3, 3, size=(4, 2))
    for rule, ours in ((downhill, GradientDescent(0.01)), (heavy, Momentum(0.01, 0.8))):
        mine = from_step(rule)
        np.testing.assert_allclose(
            minimize(himmelblau(), mine, start, 9).x, minimize(himmelblau(), ours, start, 9).x
        )
        assert mine.label.startswith(rule.__name__)
    faster = dataclasses.replace(from_step(downhill), learning_rate=0.02)
    np.testing.assert_allclose(
        minimize(himmelblau(), faster, start, 3).x, minimize(himmelblau(), GradientDescent(0.02), start, 3).x
    )
    (field,) = dataclasses.fields(faster)
    assert field.metadata["range"] == pytest.approx((1e-4, 0.1))
    assert field.metadata["log"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: minimize(himmelblau(), from_step(lambda f, x: x[..., 0]), [0.0, 0.0], 1),
            "must return points of shape",
        ),
        (lambda: minimize(himmelblau(), from_step(lambda f, x, s: x), [0.0, 0.0], 1), "must return the pair"),
        (lambda: from_step(3), "function must be callable"),
        (lambda: from_step(lambda x: x), "function must take"),
        (lambda: from_step(lambda f, x, rate="fast": x), "the default of rate must be a finite number"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def rule(objective, x, learning_rate=0.01):
    return x - learning_rate * objective.gradient(x)


class Callable:
    def __call__(self, objective, x):
        return x

    def method(self, objective, x, rate=0.5):
        return x


def test_functions_of_every_kind_are_rules():
    partly = from_step(functools.partial(rule, learning_rate=0.02))
    assert partly.label == "rule(learning_rate=0.02)"
    run = minimize(himmelblau(), partly, [1.0, 1.0], 3)
    np.testing.assert_array_equal(run.x, minimize(himmelblau(), GradientDescent(0.02), [1.0, 1.0], 3).x)
    assert from_step(functools.partial(functools.partial(rule))).label == "rule(learning_rate=0.01)"
    assert from_step(Callable()).label == "Callable()"
    assert from_step(Callable().method).label == "method(rate=0.5)"
    whole, half = np.int64(3), np.float32(0.5)
    assert from_step(lambda o, x, k=whole, h=half: x, name="mine").label == "mine(k=3, h=0.5)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: from_step(max), "function must"),
        (lambda: from_step(rule, name=3), "name must be a text"),
        (lambda: from_step(lambda o, x, step=0.1: x), "step must have another name"),
        (lambda: from_step(lambda o, x, label=0.1: x), "label must have another name"),
        (lambda: from_step(lambda o, x, function=0.1: x), "function must have another name"),
        (lambda: from_step(lambda o, x, rate=np.nan: x), "the default of rate must be a finite number"),
        (lambda: from_step(lambda o, x, rate=None: x), "the default of rate must be a finite number"),
        (lambda: from_step(lambda o, x, rate=True: x), "the default of rate must be a finite number"),
        (lambda: dataclasses.replace(from_step(rule), learning_rate="0.1"), "learning_rate must be"),
    ],
)
def test_rules_that_cannot_be_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
