"""The spherical spin glass as an objective, against its definition and closed forms."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.random_landscapes import SphericalSpinGlass
from tests.tools.derivatives import batches, check_derivatives


@given(
    shape=st.sampled_from([(2, 2), (3, 2), (2, 3), (7, 3), (4, 4), (3, 5)]),
    batch=batches,
    seed=st.integers(0, 2**32 - 1),
)
def test_derivatives_agree_with_differences(shape, batch, seed):
    rng = np.random.default_rng(seed)
    glass = SphericalSpinGlass(*shape, rng=rng)
    # Not too near to the centre, where there is no value.
    x = rng.normal(size=(*batch, shape[0]))
    x *= (1 + rng.random(batch))[..., None] / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-9)
    check_derivatives(glass, x, rng)


def couplings(seed, n, p):
    return np.random.default_rng(seed).standard_normal((n,) * p)


@pytest.mark.parametrize(("n", "p"), [(3, 2), (4, 3), (3, 4)])
def test_the_value_is_the_sum_over_all_couplings(n, p):
    glass, J = SphericalSpinGlass(n, p, rng=np.random.default_rng(1)), couplings(1, n, p)
    x = glass.sample(1, rng=np.random.default_rng(2))[0]
    total = sum(J[indices] * np.prod(x[list(indices)]) for indices in product(range(n), repeat=p))
    assert float(glass.value(x)) == pytest.approx(total / n ** ((p - 1) / 2), rel=1e-12)
    assert float(glass.energy(x)) == pytest.approx(float(glass.value(x)) / n)


def test_two_spins_are_a_quadratic_form_whose_eigenvectors_are_critical():
    n = 6
    glass, J = SphericalSpinGlass(n, 2, rng=np.random.default_rng(3)), couplings(3, n, 2)
    eigenvalues, V = np.linalg.eigh((J + J.T) / 2)
    x = np.sqrt(n) * V.T
    np.testing.assert_allclose(glass.gradient(x), 0, atol=1e-12)
    np.testing.assert_allclose(glass.energy(x), eigenvalues / np.sqrt(n), rtol=1e-12)
    for k in range(n):
        curvatures = np.linalg.eigvalsh(glass.hessian(x[k]))
        wanted = np.sort(np.append(2 * np.delete(eigenvalues - eigenvalues[k], k) / np.sqrt(n), 0.0))
        np.testing.assert_allclose(curvatures, wanted, atol=1e-12)


def test_value_gradient_and_hessian_do_not_see_the_length_of_x():
    glass = SphericalSpinGlass(5, rng=np.random.default_rng(4))
    x = np.random.default_rng(5).normal(size=(3, 5))
    np.testing.assert_allclose(glass.value(4 * x), glass.value(x), rtol=1e-12)
    np.testing.assert_allclose(4 * glass.gradient(4 * x), glass.gradient(x), rtol=1e-11)
    np.testing.assert_allclose(16 * glass.hessian(4 * x), glass.hessian(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(np.sum(x * glass.gradient(x), axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(glass.hvp(x, x), -glass.gradient(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(glass.project(x), axis=-1), np.sqrt(5), rtol=1e-12)


def test_the_covariance_is_that_of_the_model():
    rng, n = np.random.default_rng(6), 4
    x = np.sqrt(n) * np.array([[1.0, 0, 0, 0], [0.6, 0.8, 0, 0]])
    values = np.array([SphericalSpinGlass(n, 3, rng=rng).value(x) for _ in range(4000)])
    np.testing.assert_allclose(np.cov(values.T), n * np.array([[1, 0.6**3], [0.6**3, 1]]), atol=0.45)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda rng: SphericalSpinGlass(1, rng=rng), "dim must be a whole number of at least 2"),
        (lambda rng: SphericalSpinGlass(3, 1, rng=rng), "order must be a whole number of at least 2"),
        (lambda rng: SphericalSpinGlass(1000, 3, rng=rng), "dim\\*\\*order must be at most"),
        (lambda rng: SphericalSpinGlass(3, rng=rng).value(np.zeros(3)), "x must not be 0"),
        (lambda rng: SphericalSpinGlass(3, rng=rng).sample(0, rng=rng), "count must be"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.random.default_rng(0))
