import numpy as np
import pytest
from scipy.integrate import quad

from course_utils.random_landscapes import (
    EXACT_ALL_POSITIVE,
    REPULSION,
    estimate_all_positive,
    sample_goe,
    semicircle_below,
    semicircle_density,
)


def test_goe_matrices_have_the_stated_variances():
    matrices = sample_goe(3, 40_000, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(matrices, np.swapaxes(matrices, 1, 2))
    np.testing.assert_allclose(matrices.mean(axis=0), 0, atol=0.02)
    variance = np.where(np.eye(3) > 0, 2 / 3, 1 / 3)
    np.testing.assert_allclose(matrices.var(axis=0), variance, rtol=0.05)


def test_large_matrices_fill_the_semicircle():
    eigenvalues = np.linalg.eigvalsh(sample_goe(300, 4, rng=np.random.default_rng(1)))
    for x in (-1.5, -0.5, 0.0, 1.0):
        assert np.mean(eigenvalues < x) == pytest.approx(float(semicircle_below(x)), abs=0.01)


def test_the_semicircle_and_its_integral_agree():
    for x in (-3.0, -2.0, -1.2, 0.0, 0.7, 2.0, 5.0):
        inside = min(max(x, -2.0), 2.0)
        assert float(semicircle_below(x)) == pytest.approx(quad(semicircle_density, -2, inside)[0], abs=1e-7)


@pytest.mark.parametrize("size", [2, 3])
def test_rejection_agrees_with_the_exact_probability(size):
    eigenvalues = np.linalg.eigvalsh(sample_goe(size, 200_000, rng=np.random.default_rng(size)))
    p = EXACT_ALL_POSITIVE[size]
    assert np.mean(eigenvalues[:, 0] > 0) == pytest.approx(p, abs=4 * np.sqrt(p / 200_000))


def test_sequential_monte_carlo_agrees_with_exact_values_and_with_rejection():
    estimate = estimate_all_positive(10, 50_000, rng=np.random.default_rng(0))
    for size, p in EXACT_ALL_POSITIVE.items():
        assert estimate[size - 1] == pytest.approx(p, rel=0.02)
    count = 200_000
    positive = np.linalg.eigvalsh(sample_goe(4, count, rng=np.random.default_rng(5)))[:, 0] > 0
    assert estimate[3] == pytest.approx(positive.mean(), rel=4 / np.sqrt(positive.sum()))
    # The rate at which ln P falls faster and faster tends to 2θ.
    second_differences = np.diff(np.log(estimate), 2)
    np.testing.assert_allclose(second_differences[3:], -2 * REPULSION, rtol=0.2)


def test_one_size_is_half():
    np.testing.assert_array_equal(estimate_all_positive(1, 10, rng=np.random.default_rng(0)), [0.5])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda rng: sample_goe(0, 1, rng=rng), "size must be a whole number of at least 1, got 0"),
        (lambda rng: sample_goe(2, 1.5, rng=rng), "count must be a whole number of at least 1, got 1.5"),
        (lambda rng: estimate_all_positive(0, 5, rng=rng), "largest_size must be"),
        (lambda rng: estimate_all_positive(2, 0, rng=rng), "particles must be"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.random.default_rng(0))


def test_a_seed_is_no_generator_and_complex_numbers_are_refused():
    for call in (lambda: sample_goe(2, 1, rng=0), lambda: estimate_all_positive(2, 5, rng=None)):
        with pytest.raises(TypeError, match="rng must be a generator"):
            call()
    for density in (semicircle_density, semicircle_below):
        with pytest.raises(ValueError, match="x must hold real numbers"):
            density(np.array([1j]))
