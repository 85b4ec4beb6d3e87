"""Gradient descent, momentum and Adam against closed forms."""

import math

import numpy as np
import pytest

from course_utils import optimizers
from course_utils.objectives import Planar, min_max_saddle, quadratic
from course_utils.optimizers import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    clip_by_norm,
    clip_by_value,
    minimize,
)

SPECTRUM = np.array([0.5, 1.0, 3.0])


def test_gradient_descent_on_a_quadratic_is_a_geometric_sequence():
    start = np.array([1.0, -2.0, 3.0])
    x = minimize(quadratic(SPECTRUM), GradientDescent(0.2), start, 30).x
    expected = start * (1 - 0.2 * SPECTRUM) ** np.arange(31)[:, None]
    np.testing.assert_allclose(x, expected, rtol=1e-12)


def heavy_ball_matrix(eigenvalue: float, rate: float, momentum: float, lookahead: bool) -> np.ndarray:
    """One step of (x, v) on ½λx², as a matrix."""
    seen = 1 + 0 * momentum
    v_from_v = momentum - rate * eigenvalue * (momentum if lookahead else 0.0)
    v_from_x = -rate * eigenvalue * seen
    return np.array([[1 + v_from_x, v_from_v], [v_from_x, v_from_v]])


@pytest.mark.parametrize(
    ("optimizer", "lookahead"), [(Momentum(0.2, 0.7), False), (Nesterov(0.2, 0.7), True)]
)
def test_momentum_on_a_quadratic_is_a_power_of_a_matrix(optimizer, lookahead):
    x = minimize(quadratic(SPECTRUM), optimizer, [1.0, 1.0, 1.0], 25).x
    for i, eigenvalue in enumerate(SPECTRUM):
        M = heavy_ball_matrix(eigenvalue, 0.2, 0.7, lookahead)
        expected = [(np.linalg.matrix_power(M, t) @ [1.0, 0.0])[0] for t in range(26)]
        np.testing.assert_allclose(x[:, i], expected, rtol=1e-10, atol=1e-13)


def test_the_best_fixed_rate_contracts_by_kappa_minus_one_over_kappa_plus_one():
    low, high = 1.0, 25.0
    kappa = high / low
    run = minimize(quadratic([low, high]), GradientDescent(2 / (low + high)), [1.0, 1.0], 50)
    contraction = np.linalg.norm(run.x[1:], axis=-1) / np.linalg.norm(run.x[:-1], axis=-1)
    np.testing.assert_allclose(contraction, (kappa - 1) / (kappa + 1), rtol=1e-9)


def test_heavy_ball_at_its_best_contracts_like_the_square_root_of_kappa():
    low, high = 1.0, 100.0
    root = math.sqrt(high / low)
    rate = 4 / (math.sqrt(low) + math.sqrt(high)) ** 2
    momentum = ((root - 1) / (root + 1)) ** 2
    for eigenvalue in (low, 10.0, high):
        M = heavy_ball_matrix(eigenvalue, rate, momentum, lookahead=False)
        assert np.abs(np.linalg.eigvals(M)).max() == pytest.approx((root - 1) / (root + 1), rel=1e-6)
    run = minimize(quadratic([low, high]), Momentum(rate, momentum), [1.0, 1.0], 200)
    measured = (np.linalg.norm(run.x[-1]) / np.linalg.norm(run.x[100])) ** (1 / 100)
    assert measured == pytest.approx((root - 1) / (root + 1), rel=0.02)


@pytest.mark.parametrize(("factor", "shrinks"), [(0.99, True), (1.01, False)])
def test_gradient_descent_is_stable_up_to_two_over_the_largest_eigenvalue(factor, shrinks):
    run = minimize(quadratic(SPECTRUM), GradientDescent(factor * 2 / SPECTRUM.max()), np.ones(3), 400)
    assert (run.value[-1] < run.value[0]) == shrinks


def test_adam_begins_with_a_step_of_the_learning_rate_against_the_sign():
    x = minimize(quadratic(SPECTRUM), Adam(0.1, epsilon=1e-12), [1.0, -1.0, 2.0], 1).x
    np.testing.assert_allclose(x[1] - x[0], [-0.1, 0.1, -0.1], rtol=1e-9)


def test_escape_time_follows_the_logarithm_of_the_offset():
    rate, eigenvalue = 0.1, 2.0  # f = x₁² − x₂²
    offsets = 10.0 ** -np.arange(1, 13)
    run = minimize(min_max_saddle(), GradientDescent(rate), np.stack([0 * offsets, offsets], -1), 200)
    measured = np.argmax(np.abs(run.x[:, :, 1]) >= 1, axis=0)
    np.testing.assert_array_equal(
        measured, np.ceil(np.log(1 / offsets) / math.log(1 + rate * eigenvalue) - 1e-9)
    )


def test_clipping_shortens_the_step_and_keeps_its_direction():
    f, start = quadratic([100.0, 1.0]), [[1.0, 1.0], [1e-3, 1e-3]]
    plain, clipped = (minimize(f, GradientDescent(0.1, clip_norm=h), start, 1).x for h in (None, 2.0))
    steps, short = plain[1] - plain[0], clipped[1] - clipped[0]
    assert np.linalg.norm(short[0]) == pytest.approx(0.1 * 2.0)
    assert short[0] @ steps[0] == pytest.approx(np.linalg.norm(short[0]) * np.linalg.norm(steps[0]))
    np.testing.assert_array_equal(short[1], steps[1])


def test_perturbations_fill_the_ball_evenly():
    points = optimizers.first_order.uniform_in_ball((200_000, 3), 2.0, np.random.default_rng(0))
    radius = np.linalg.norm(points, axis=-1)
    assert radius.max() <= 2.0
    # In a ball of radius 2 half of the volume lies within 2·2^(−1/3): 5σ of the sampled share.
    assert abs(np.mean(radius < 2 * 0.5 ** (1 / 3)) - 0.5) < 5 * 0.5 / math.sqrt(200_000)


def test_clipping_by_value_keeps_signs_and_bounds_components():
    g = np.random.default_rng(2).standard_normal((50, 7)) * 3
    cut = clip_by_value(g, 0.5)
    assert np.abs(cut).max() == 0.5
    assert (np.sign(cut) == np.sign(g)).all()
    assert (np.sum(cut * g, axis=-1) > 0).all()
    np.testing.assert_array_equal(clip_by_value(g, 100.0), g)


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-3, 1.0, 1e155, 1e200, 1e308])
def test_clipping_keeps_the_direction_of_gradients_of_any_size(size):
    g = size * np.array([[0.6, 0.8], [-0.8, 0.6], [0.0, 1.0]])
    for h in (0.5 * size, 1.0, 1e-3):
        if 0 < h < size:
            expected = h * np.array([[0.6, 0.8], [-0.8, 0.6], [0.0, 1.0]])
            np.testing.assert_allclose(clip_by_norm(g, h), expected, rtol=1e-15 if size > 1e-300 else 1e-3)
    np.testing.assert_array_equal(clip_by_norm(g, 2 * size), g)
    np.testing.assert_array_equal(clip_by_norm(g, np.inf), g)


def test_clipping_takes_lists_and_the_largest_numbers():
    np.testing.assert_allclose(clip_by_norm([1e200, 1e200], 1), [0.5**0.5] * 2, rtol=1e-15)
    np.testing.assert_allclose(clip_by_norm([1.7e308, 1.7e308], 2.0), [2**0.5] * 2, rtol=1e-15)
    np.testing.assert_array_equal(clip_by_norm([3, 4], 5), [3.0, 4.0])
    np.testing.assert_array_equal(clip_by_norm([0.0, 0.0], 1.0), [0.0, 0.0])
    np.testing.assert_array_equal(clip_by_value([3, -4], 2), [2.0, -2.0])
    assert clip_by_norm(np.zeros((0, 2)), 1.0).shape == (0, 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_without_direction_is_nan_throughout(bad):
    clipped = clip_by_norm([[3.0, bad], [3.0, 4.0]], 1.0)
    assert np.isnan(clipped[0]).all()
    np.testing.assert_allclose(clipped[1], [0.6, 0.8])


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("threshold", [-1.0, 0.0, np.nan, "1", None, True, 1j, [1.0, 2.0]], ids=str)
def test_thresholds_are_positive_numbers(clip, threshold):
    with pytest.raises(ValueError, match="threshold must be a number > 0, got"):
        clip([3.0, 4.0], threshold)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("gradient", [3.0, [1j, 2.0], "34", None, ["3", "4"]], ids=str)
def test_gradients_are_real_vectors(clip, gradient):
    with pytest.raises(ValueError, match="gradient must"):
        clip(gradient, 1.0)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e160, 1e300])
def test_the_first_steps_of_adam_are_as_long_whatever_the_size_of_the_gradient(size):
    slope = Planar(
        "slope", lambda a, b: 0 * a, lambda a, b: (size + 0 * a, -size + 0 * b), lambda a, b: (0 * a, 0, 0)
    )
    run = minimize(slope, Adam(0.1), [0.0, 0.0], 3)
    np.testing.assert_allclose(run.x[:, 0], [0.0, -0.1, -0.2, -0.3], rtol=1e-4)
    np.testing.assert_allclose(run.x[:, 1], -run.x[:, 0])
