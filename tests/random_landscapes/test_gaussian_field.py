"""The Gaussian random field: its derivatives, its statistics, and how many critical points are expected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.random_landscapes import (
    GaussianField,
    expected_critical_points,
    semicircle_below,
)
from tests.tools.derivatives import batches, check_derivatives, points_in_domain


@given(dim=st.integers(1, 14), batch=batches, seed=st.integers(0, 2**32 - 1))
def test_derivatives_agree_with_differences(dim, batch, seed):
    rng = np.random.default_rng(seed)
    field = GaussianField(dim, 60, rng=rng)
    check_derivatives(field, points_in_domain(field, batch, rng), rng)


def test_derivatives_agree_with_complex_steps():
    field = GaussianField(4, 50, rng=np.random.default_rng(1))
    x, d = np.random.default_rng(2).normal(size=(2, 4))
    h, K, amplitude = 1e-30, field.wave_vectors, np.sqrt(2 * 4 / 50)
    waves = K @ (x + 1j * h * d) + field.phases
    np.testing.assert_allclose(field.gradient(x) @ d, amplitude * np.cos(waves).sum().imag / h, rtol=1e-12)
    slope = -amplitude * np.sin(waves) @ K
    np.testing.assert_allclose(field.hessian(x) @ d, slope.imag / h, rtol=1e-11, atol=1e-13)
    bend = -amplitude * np.einsum("m,mi,mj->ij", np.cos(waves), K, K)
    np.testing.assert_allclose(field.third_derivatives(x) @ d, bend.imag / h, rtol=1e-11, atol=1e-13)


def test_many_points_are_taken_in_blocks_and_give_the_same():
    field = GaussianField(3, 3000, rng=np.random.default_rng(3))
    x = np.random.default_rng(4).normal(size=(2, 500, 3))
    for method in (field.value, field.gradient, field.hessian, field.third_derivatives):
        np.testing.assert_allclose(method(x)[1, 321], method(x[1, 321]), rtol=1e-11, atol=1e-11)


def test_covariance_and_variances_are_those_of_the_model():
    rng, dim = np.random.default_rng(5), 3
    x = np.array([[0.0, 0.0, 0.0], [1.0, -0.5, 1.5]])
    values, slopes, bends = [], [], []
    for _ in range(4000):
        field = GaussianField(dim, 40, rng=rng)
        values.append(field.value(x))
        slopes.append(field.gradient(x[0]))
        bends.append(field.hessian(x[0]))
    covariance = np.cov(np.array(values).T)
    apart = np.sum((x[0] - x[1]) ** 2)
    wanted = dim * np.exp(-np.array([[0, apart], [apart, 0]]) / (2 * dim))
    np.testing.assert_allclose(covariance, wanted, atol=0.25)
    np.testing.assert_allclose(np.cov(np.array(slopes).T), np.eye(3), atol=0.1)
    H = np.array(bends)
    assert np.mean(H[:, 0, 0] ** 2) == pytest.approx(3 / dim, rel=0.12)
    assert np.mean(H[:, 0, 1] ** 2) == pytest.approx(1 / dim, rel=0.12)
    assert np.mean(H[:, 0, 0] * H[:, 1, 1]) == pytest.approx(1 / dim, rel=0.25)


def test_no_fourth_derivative_exceeds_its_bound():
    field = GaussianField(2, 12, rng=np.random.default_rng(6))
    bounds = field.fourth_derivative_bounds()
    x = np.random.default_rng(7).uniform(-20, 20, (4000, 2))
    for k in range(2):
        d = 1e-4 * np.eye(2)[k]
        fourth = (field.third_derivatives(x + d) - field.third_derivatives(x - d)) / 2e-4
        assert np.all(np.abs(fourth) <= bounds[..., k] + 1e-6)
        assert np.abs(fourth).max() > 0.5 * bounds[0, 0, 0, k]


def test_the_hessian_slides_with_the_height():
    """Bray & Dean: given the height it is a semicircle around −ε, in every direction."""
    field = GaussianField(40, 3000, rng=np.random.default_rng(8))
    x = 6 * np.random.default_rng(9).normal(size=(60, 40))
    eigenvalues = np.linalg.eigvalsh(field.hessian(x))
    slope = np.polyfit(field.height(x), eigenvalues.mean(axis=-1), 1)[0]
    assert slope == pytest.approx(-1, abs=0.15)
    index = np.mean(eigenvalues < 0, axis=-1)
    assert np.sqrt(np.mean((index - semicircle_below(field.height(x))) ** 2)) < 0.04


@pytest.mark.parametrize(
    ("dim", "ratio", "of", "to"),
    [(1, 1.0, [1], [0]), (2, 2.0, [1], [0, 0]), (3, 3.0553, [1], [0])],
)
def test_expected_numbers_agree_with_closed_forms(dim, ratio, of, to):
    """N = 1: as many maxima as minima. N = 2: saddles as many as both. N = 3: Bardeen et al. (1986)."""
    density = expected_critical_points(dim, 40_000, rng=np.random.default_rng(dim))
    assert density[of].sum() / density[to[0]] == pytest.approx(ratio, rel=0.03)


def test_the_density_of_extrema_on_the_line_is_rices():
    """Zeros of φ′ in a unit of length: √(⟨φ″²⟩/⟨φ′²⟩)/π = √3/π."""
    density = expected_critical_points(1, 40_000, rng=np.random.default_rng(0))
    assert density.sum() == pytest.approx(np.sqrt(3) / np.pi, rel=0.01)


def test_minima_in_many_dimensions_are_not_lost_in_the_noise():
    """Two samples agree on them, although hardly any matrix without its shift is positive definite."""
    first, second = (expected_critical_points(8, 10_000, rng=np.random.default_rng(k))[0] for k in (1, 2))
    assert first == pytest.approx(second, rel=0.1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda rng: GaussianField(0, rng=rng), "dim must be a whole number of at least 1"),
        (lambda rng: GaussianField(2, 0, rng=rng), "waves must be a whole number of at least 1"),
        (lambda rng: expected_critical_points(2, 0, rng=rng), "count must be"),
        (lambda rng: expected_critical_points(0, 3, rng=rng), "dim must be"),
        (lambda rng: GaussianField(2, rng=rng).third_derivatives([1.0]), "x must have shape"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.random.default_rng(0))


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="rng must be a generator"):
        GaussianField(2, rng=0)
