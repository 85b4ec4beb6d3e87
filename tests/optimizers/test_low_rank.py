"""Saddle-free Newton with the few curvatures of largest size."""

import numpy as np
import pytest

from course_utils.objectives import quadratic
from course_utils.optimizers import LowRankSaddleFreeNewton, SaddleFreeNewton, minimize
from course_utils.optimizers.low_rank import large_curvatures


def turned(eigenvalues, seed=0):
    Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(eigenvalues),) * 2))[0]
    H = Q @ np.diag(eigenvalues) @ Q.T
    return quadratic((H + H.T) / 2), Q


def test_of_full_rank_it_is_exact_saddle_free_newton(network, start):
    exact = minimize(network, SaddleFreeNewton(0.1), start, 3)
    whole = minimize(network, LowRankSaddleFreeNewton(rank=network.dim, damping=0.1), start, 3)
    np.testing.assert_allclose(whole.x, exact.x, atol=1e-8)


def test_a_hessian_of_low_rank_is_found_exactly_with_spare_vectors_or_without():
    f, Q = turned([5.0, -3.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0])
    x, rng = np.zeros(8), np.random.default_rng(1)
    for rank in (3, 5, 8):
        values, vectors = large_curvatures(f, x, rank, rng)
        sizes = np.sort(np.abs(values))[::-1]
        np.testing.assert_allclose(sizes[:3], [5, 3, 0.5], rtol=1e-9)
        np.testing.assert_allclose(sizes[3:], 0.0, atol=1e-9)
        np.testing.assert_allclose(vectors @ vectors.T, np.eye(rank), atol=1e-12)
    low = vectors[np.argmin(values)]
    assert abs(low @ Q[:, 1]) == pytest.approx(1.0, abs=1e-9)


def test_the_step_is_that_of_the_matrix_written_out():
    f, Q = turned([50.0, -40.0, 0.3, -0.2, 0.1])
    x = Q @ np.ones(5)
    run = minimize(f, LowRankSaddleFreeNewton(0.7, rank=2, damping=2.0), x, 1, rng=np.random.default_rng(4))
    values, U = large_curvatures(f, x, 2, np.random.default_rng(4))
    whole = U.T @ np.diag(np.abs(values)) @ U + 2.0 * np.eye(5)
    np.testing.assert_allclose(run.x[1], x - 0.7 * np.linalg.solve(whole, f.gradient(x)), atol=1e-12)
    assert values[0] < -30
    assert values[1] > 40


@pytest.mark.parametrize("size", [1e-160, 1e-3, 1e6, 1e12, 1e160])
def test_far_above_and_below_the_damping_the_step_keeps_its_digits(size):
    eigenvalues = np.array([2.0, -1.0, 0.5, 0.25, -0.125])
    f, Q = turned(size * eigenvalues)
    x, rng = Q @ np.arange(1.0, 6.0), np.random.default_rng(3)
    # Of full rank: xᵢ − λᵢxᵢ/(|λᵢ| + γ) in the eigenbasis.
    after, _ = LowRankSaddleFreeNewton(rank=5, damping=1.0).step(f, x, None, rng)
    expected = np.arange(1.0, 6.0) * (1 - size * eigenvalues / (size * np.abs(eigenvalues) + 1))
    np.testing.assert_allclose(Q.T @ after, expected, atol=1e-9)
    # Of rank 2, where H has no more, and a gradient that lies in its image: nothing is left for 1/γ.
    f, Q = turned(size * np.array([2.0, -1.0, 0.0, 0.0, 0.0]))
    f = quadratic(size * (2 * np.outer(Q[:, 0], Q[:, 0]) - np.outer(Q[:, 1], Q[:, 1])))
    after, _ = LowRankSaddleFreeNewton(rank=2, damping=size).step(f, x, None, rng)
    along = Q.T @ x
    np.testing.assert_allclose(Q.T @ after - along, [-2 / 3 * along[0], along[1] / 2, 0, 0, 0], atol=1e-9)


def test_a_batch_looks_at_each_point():
    f = quadratic(np.diag([3.0, -1.0]))
    points = np.array([[1.0, 1.0], [-2.0, 0.5], [0.0, 0.0]])
    values, vectors = large_curvatures(f, points, 2, np.random.default_rng(0))
    np.testing.assert_allclose(values, [[-1, 3]] * 3, rtol=1e-12)
    assert vectors.shape == (3, 2, 2)


def test_products_are_charged(network, start):
    run = minimize(network, LowRankSaddleFreeNewton(rank=4), start, 1)
    algebra = 6 * 16 * network.dim / network.gradient_flops
    assert run.cost[-1] == pytest.approx(1 + 2 * 2 * 4 + algebra)
