"""The reader's own rule as an optimizer."""

import dataclasses

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
        (lambda: from_step(lambda f, x, rate="fast": x), "the default of rate must be a number"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
