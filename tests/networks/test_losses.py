"""Losses where exponentials and squares leave the range of a float64."""

import numpy as np
import pytest
from scipy.special import expit, log_softmax

from course_utils.networks.losses import half_squares, make_loss


def test_cross_entropy_of_a_sure_network_is_small_and_not_zero():
    targets, rng = np.array([0, 1, 2, 1]), np.random.default_rng(0)
    loss = make_loss("cross_entropy", targets, 4, 3)
    for gap in (0.0, 5.0, 14.0, 40.0, 300.0, 700.0):
        z = rng.normal(size=(2, 3, 4))
        z[:, targets, np.arange(4)] += gap
        others = np.where(np.arange(3)[:, None] == targets, -np.inf, z)
        odds = np.exp(others - z[:, targets, np.arange(4)][:, None]).sum(axis=1)
        expected = np.log1p(odds).mean(axis=-1)
        np.testing.assert_allclose(loss.value(z), expected, rtol=1e-11)
        value, response = loss.value_and_response(z)
        np.testing.assert_allclose(value, expected, rtol=1e-11)
        np.testing.assert_allclose(response, np.exp(log_softmax(z, axis=1)), rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("gap", [0.0, 14.0, 40.0, 300.0])
def test_cross_entropy_beside_the_real_line_is_its_continuation(gap):
    targets, rng = np.array([0, 1, 2, 0]), np.random.default_rng(0)
    loss = make_loss("cross_entropy", targets, 4, 3)
    z, v = rng.normal(size=(2, 3, 4))
    z[targets, np.arange(4)] += gap
    z[1, 3] += 2 * gap  # the last one is sure of the wrong class
    value, response = loss.value_and_response(z)
    slope = np.sum(loss.gradient(response) * v)
    stepped = loss.value(z + 1e-30j * v)
    np.testing.assert_allclose(stepped.real, value, rtol=1e-14)
    np.testing.assert_allclose(stepped.imag / 1e-30, slope, rtol=1e-12)


def test_cross_entropy_of_a_surely_wrong_network_is_large():
    loss = make_loss("cross_entropy", np.array([0]), 1, 2)
    assert loss.value(np.array([[-500.0], [500.0]])) == pytest.approx(1000.0)


def test_sigmoid_cross_entropy_keeps_its_digits_far_out():
    targets = np.array([[0.0, 0.25, 1.0]]).T
    loss = make_loss("sigmoid_cross_entropy", targets.T, 1, 3)
    for size in (0.0, 1.0, 30.0, 40.0, 800.0):
        z = size * np.array([[1.0, -1.0, 1.0]]).T
        expected = size + np.log1p(np.exp(-size))  # −log(1 − σ(z))
        expected += 0.25 * size + np.log1p(np.exp(-size))  # at −z: ¼z + log(1 + e^−z)
        expected += np.log1p(np.exp(-size))
        np.testing.assert_allclose(loss.value(z), expected, rtol=1e-14)
        value, response = loss.value_and_response(z)
        assert value == loss.value(z)
        np.testing.assert_allclose(response, expit(z), rtol=4e-16)
        np.testing.assert_allclose(loss.gradient(response), expit(z) - targets, atol=1e-16)


@pytest.mark.parametrize("size", [1e-6, 1.0, 9.0, 17.0, 40.0, 95.0])
def test_sigmoid_cross_entropy_in_single_precision_has_its_seven_digits(size):
    rng = np.random.default_rng(0)
    for z in (size * rng.normal(size=(1, 1, 200)), np.full((1, 1, 1), size), np.full((1, 1, 1), -size)):
        z = z.astype(np.float32)
        for n in range(z.shape[-1]):
            one = z[..., n : n + 1]
            right = np.array([[float(one.item() > 0)]])  # what is left of the loss is log(1 + e^−|z|)
            loss = make_loss("sigmoid_cross_entropy", right, 1, 1, np.dtype(np.float32))
            expected = np.log1p(np.exp(-np.abs(one.astype(np.float64)))).sum()
            np.testing.assert_allclose(loss.value(one), expected, rtol=6e-7, atol=1e-44)


def test_sigmoid_cross_entropy_in_single_precision_ends_in_infinity_only_where_it_is_wrong():
    z = np.array([[np.inf, -np.inf, -np.inf, np.nan]], dtype=np.float32)
    targets = np.array([[1.0, 0.0, 1.0, 0.5]])
    for n, expected in enumerate([0.0, 0.0, np.inf, np.inf]):
        loss = make_loss("sigmoid_cross_entropy", targets[:, [n]], 1, 1, np.dtype(np.float32))
        with np.errstate(invalid="ignore"):  # 0·∞
            assert loss.value(z[:, [n]]) == expected


@pytest.mark.parametrize("size", [1e-150, 1.0, 1e150, 2e153])
def test_squares_overflow_only_where_their_sum_does(size):
    v = size * np.array([3.0, 4.0])
    assert half_squares(2e-3, v) == pytest.approx(25e-3 * size**2 if size < 1e150 else 25e-3 * size * size)
    with np.errstate(over="ignore"):
        assert half_squares(1e-3, 1e155 * np.array([3.0, 4.0])) == pytest.approx(1.25e308)
        assert half_squares(1.0, np.array([1e300, 0.0])) == np.inf


@pytest.mark.parametrize("targets", [np.ones((2, 2)) * 1j, [["1", "2"], ["3", "4"]]], ids=["complex", "text"])
def test_targets_are_real(targets):
    with pytest.raises(ValueError, match="targets must hold real numbers"):
        make_loss("squared_error", targets, 2, 2)
