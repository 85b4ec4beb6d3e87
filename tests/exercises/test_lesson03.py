"""Answers to lesson 03 that readers may well give, beside those that the exercises list."""

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.exercises import exercise
from course_utils.landscapes import LineLoss
from course_utils.networks import MLP, permute_units, rescale_units


@pytest.mark.parametrize(
    ("landscape", "name"),
    [
        (lambda x: 3.0 * x[0] ** 2 + abs(x[1]), "one valley cannot deceive"),
        (lambda x: np.sin(3 * x[0]) + np.sin(3 * x[1]), "two minima of equal height"),
        (lambda x: (x[0] ** 2 - 1) ** 2 - 0.2 * x[0] + x[1] ** 2, "deep means many starts"),
        (lambda x: x[0] + x[1], "valleys that leave the window"),
        (lambda x: -x @ x, "valleys that leave the window"),
    ],
)
def test_landscapes_that_deceive_nobody_are_recognised(landscape, name):
    assert exercise("03.1").check(landscape).misconception == name


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e4])
def test_deceptive_landscapes_of_any_height_count(scale):
    def landscape(x):
        hole = np.exp(-((x[0] - 1) ** 2 + (x[1] + 0.5) ** 2) / 0.1)
        return scale * (x[0] ** 2 + x[1] ** 2 - 3 * hole) + 7

    assert exercise("03.1").check(landscape).outcome is Outcome.CORRECT


def test_a_landscape_of_one_height_is_told_so():
    assert "same height everywhere" in exercise("03.1").check(lambda x: 1.0).message


def test_the_course_agrees_with_its_own_exercises():
    rng = np.random.default_rng(0)
    network = MLP([3, 4, 2], np.zeros((1, 3)), np.zeros((1, 2)), activation="relu", loss="squared_error")

    def swap(W, b, V, i, j):
        x = np.zeros(MLP([W.shape[1], len(b), len(V)], np.zeros((1, W.shape[1])), [0]).dim)
        whole = MLP([W.shape[1], len(b), len(V)], np.zeros((1, W.shape[1])), [0])
        whole.layers[0].weights(x)[...], whole.layers[0].bias(x)[...] = W, b
        whole.layers[1].weights(x)[...] = V
        order = list(range(len(b)))
        order[i], order[j] = j, i
        x = permute_units(whole, x, 0, order)
        return whole.layers[0].weights(x), whole.layers[0].bias(x), whole.layers[1].weights(x)

    assert exercise("03.3").check(swap).outcome is Outcome.CORRECT
    assert exercise("03.6").check(lambda y: LineLoss(np.linspace(0, 1, len(y)), y).barrier).outcome is (
        Outcome.CORRECT
    )
    x = rng.normal(size=network.dim)
    step = (
        rescale_units(network, x, 0, [1 + 1e-6, 1, 1, 1]) - rescale_units(network, x, 0, [1 - 1e-6, 1, 1, 1])
    ) / 2e-6
    unit = network.unit(0, 0)
    tangent = np.concatenate([x[unit.incoming], x[unit.bias], -x[unit.outgoing]])
    np.testing.assert_allclose(
        step[np.concatenate([unit.incoming, unit.bias, unit.outgoing])], tangent, rtol=1e-6
    )


@pytest.mark.parametrize(
    "answer", [lambda sizes, odd: 10**40, lambda sizes, odd: float("inf"), lambda sizes, odd: "6"]
)
def test_wrong_counts_are_not_yet(answer):
    assert exercise("03.2").check(answer).outcome is Outcome.NOT_YET


def test_a_barrier_above_the_higher_end_is_one_too():
    one = exercise("03.6")
    assert one.check(lambda y: max(y) - max(y[0], y[-1])).outcome is Outcome.CORRECT
    assert (
        one.check(lambda y: max(y) - (y[0] + y[-1]) / 2).misconception == "height above the mean of the ends"
    )
    assert one.check(lambda y: max(y) - min(y[0], y[-1])).outcome is not Outcome.CORRECT


def test_wrong_counts_show_the_network():
    message = exercise("03.2").check(lambda hidden_sizes, odd: 7).message
    assert message.startswith("With hidden_sizes = [3], odd = True it returned 7; expected 48.")


def test_a_direction_is_asked_for_with_all_digits():
    feedback = exercise("03.4").check(lambda w, b, v: np.round(np.hstack([w, b, -v]), 2))
    assert feedback.outcome is Outcome.NOT_YET


def test_the_array_that_is_wrong_is_named_with_what_is_wrong_with_it():
    def swap(W, b, V, i, j):
        order = np.arange(len(b))
        order[[i, j]] = j, i
        return W[order], -b[order], V[:, order]

    assert exercise("03.3").check(swap).message.endswith("`b`: Every value has the wrong sign.")
    message = exercise("03.3").check(lambda W, b, V, i, j: (W, b)).message
    assert message.endswith("expected 3 arrays, `W, b, V`, got a tuple of length 2.")
