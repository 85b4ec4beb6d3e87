"""Sharpness along a path, against full Hessians."""

import numpy as np
import pytest

from course_utils.curvature.sharpness import sharpness
from course_utils.networks import MLP
from course_utils.objectives import Rastrigin, quadratic
from course_utils.optimizers import GradientDescent, minimize


def small_network():
    rng = np.random.default_rng(3)
    return MLP([6, 4, 3], rng.normal(size=(30, 6)), rng.integers(0, 3, 30))


def test_agrees_with_the_full_spectrum_along_a_run():
    network = small_network()
    run = minimize(network, GradientDescent(0.5), network.initial(np.random.default_rng(0)), 60)
    points = run.x[::6]
    found = sharpness(network, points, tol=1e-10)
    for k, x in enumerate(points):
        values, vectors = np.linalg.eigh(network.hessian(x))
        assert found.eigenvalues[k] == pytest.approx(values[-1], rel=1e-8)
        assert abs(found.eigenvectors[k] @ vectors[:, -1]) == pytest.approx(1, abs=1e-6)
        g = network.gradient(x)
        assert found.gradient_share[k] == pytest.approx((g @ vectors[:, -1]) ** 2 / (g @ g), abs=1e-6)


def test_sees_an_eigenvalue_that_overtakes():
    # Along this path the top direction jumps from one axis to another, orthogonal to it.
    objective = Rastrigin(6)
    points = np.zeros((12, 6))
    points[:6, 1:], points[6:, :5] = 0.3, 0.3
    found = sharpness(objective, points)
    assert np.argmax(np.abs(found.eigenvectors), axis=1).tolist() == [0] * 6 + [5] * 6
    top = [np.linalg.eigvalsh(objective.hessian(x))[-1] for x in points]
    assert found.eigenvalues == pytest.approx(top)


def test_share_of_the_gradient():
    bowl = quadratic([1.0, 2.0, 3.0, 10.0])
    found = sharpness(
        bowl, [[0.0, 0.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.0], [10.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]
    )
    assert found.gradient_share[:3] == pytest.approx([1.0, 0.0, 0.5], abs=1e-6)
    assert np.isnan(found.gradient_share[3])


@pytest.mark.parametrize("formed", [3000, 0])
def test_a_largest_eigenvalue_of_zero_or_with_copies(formed):
    for diagonal, top in (
        (np.r_[-np.arange(1.0, 40.0), 0.0], 0.0),
        (np.zeros(40), 0.0),
        (np.r_[np.full(20, -1.0), np.full(20, 3.0)], 3.0),
        (np.r_[np.full(39, 1e-200), 2e-200], 2e-200),
        ([1.0, 2.0], 2.0),
        ([-3.0], -3.0),
    ):
        found = sharpness(quadratic(diagonal), np.zeros((3, len(diagonal))), largest_formed=formed)
        size = max(np.abs(diagonal).max(), 1e-300)
        np.testing.assert_allclose(found.eigenvalues / size, top / size, atol=1e-6)
        assert (found.residuals <= 1.1e-6 * size).all()
        assert found.complete.all()


def test_products_alone_agree_with_the_full_hessians():
    network = small_network()
    run = minimize(network, GradientDescent(0.5), network.initial(np.random.default_rng(0)), 60)
    exact, found = (sharpness(network, run.x[::12], tol=1e-10, largest_formed=f) for f in (3000, 0))
    np.testing.assert_allclose(found.eigenvalues, exact.eigenvalues, atol=1e-9)
    np.testing.assert_allclose(found.gradient_share, exact.gradient_share, atol=1e-6)


def test_the_share_of_a_tiny_gradient():
    found = sharpness(quadratic([1.0, 2.0]), [[0.0, 1e-300], [3e-200, 4e-200]])
    np.testing.assert_allclose(found.gradient_share, [1.0, 64 / 73], atol=1e-12)


def test_bad_input_is_named():
    bowl = quadratic([1.0, 2.0, 3.0])
    for points in (np.zeros(3), np.zeros((0, 3)), np.zeros((2, 4))):
        with pytest.raises(ValueError, match="points must"):
            sharpness(bowl, points)
    with pytest.raises(ValueError, match="largest_formed must"):
        sharpness(bowl, np.ones((1, 3)), largest_formed=None)
    with pytest.raises(ValueError, match="tol must be"):
        sharpness(bowl, np.ones((1, 3)), tol=-1.0)
