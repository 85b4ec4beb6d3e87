"""Gaps and edges of random spectra against exact laws."""

import numpy as np
import pytest
from scipy.integrate import quad

from course_utils.random_landscapes import (
    neighbour_gaps,
    sample_goe,
    sample_largest_eigenvalues,
    tracy_widom,
    tracy_widom_moments,
    wigner_surmise,
)


def test_wigners_surmise_is_exact_for_two():
    eigenvalues = np.linalg.eigvalsh(sample_goe(2, 40_000, rng=np.random.default_rng(0)))
    gaps = np.diff(eigenvalues)[:, 0]
    gaps /= gaps.mean()
    for s in (0.3, 1.0, 2.0):
        exact = quad(wigner_surmise, 0, s)[0]
        assert exact == pytest.approx(1 - np.exp(-np.pi * s**2 / 4))
        assert np.mean(gaps < s) == pytest.approx(exact, abs=0.01)
    assert float(wigner_surmise(-1.0)) == 0


def test_gaps_of_large_matrices_repel():
    gaps = neighbour_gaps(np.linalg.eigvalsh(sample_goe(80, 100, rng=np.random.default_rng(1))))
    assert gaps.mean() == pytest.approx(1, abs=0.02)
    assert np.mean(gaps < 0.1) < 0.02  # independent numbers: 0.095
    assert gaps.shape == (100 * 41,)


def test_all_gaps_of_a_spectrum_are_used_if_asked():
    assert neighbour_gaps([-0.5, 0.0, 0.5], middle=1.0).shape == (2,)
    np.testing.assert_allclose(neighbour_gaps([[-2.0, 2.0]], middle=1.0), [2.0])


@pytest.mark.parametrize("size", [1, 2, 8])
def test_tridiagonal_matrices_have_the_largest_eigenvalues_of_dense_ones(size):
    rng = np.random.default_rng(2)
    dense = np.linalg.eigvalsh(sample_goe(size, 20_000, rng=rng))[:, -1]
    fast = sample_largest_eigenvalues(size, 4000, rng=rng)
    assert fast.mean() == pytest.approx(dense.mean(), abs=0.06)
    assert fast.std() == pytest.approx(dense.std(), rel=0.06)


def test_tracy_widom_against_the_tables():
    """Prähofer & Spohn's tables: mean, variance, and F₁ at a few places."""
    mean, deviation = tracy_widom_moments()
    assert mean == pytest.approx(-1.2065335745820, abs=1e-6)
    assert deviation**2 == pytest.approx(1.607781034581, abs=1e-6)
    np.testing.assert_allclose(tracy_widom(0.0), 0.8319080662, atol=1e-9)
    assert (np.diff(tracy_widom(np.linspace(-9, 7, 50))) > 0).all()
    np.testing.assert_allclose(tracy_widom([-40.0, 30.0]), [0, 1], atol=1e-7)


def test_edges_tend_to_tracy_widom():
    size = 400
    scaled = size ** (2 / 3) * (sample_largest_eigenvalues(size, 800, rng=np.random.default_rng(3)) - 2)
    for s in (-2.5, -1.2, 0.0):
        assert np.mean(scaled <= s) == pytest.approx(float(tracy_widom(s)), abs=0.08)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: neighbour_gaps([1.0]), "eigenvalues must have shape"),
        (lambda: neighbour_gaps([1.0, 2.0], middle=0), "middle must be"),
        (lambda: sample_largest_eigenvalues(0, 1, rng=np.random.default_rng(0)), "size must be"),
        (lambda: sample_largest_eigenvalues(2, 0, rng=np.random.default_rng(0)), "count must be"),
        (lambda: tracy_widom([1j]), "s must hold real numbers"),
        (lambda: wigner_surmise("x"), "gap must hold real numbers"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_laws_of_gap_and_edge_keep_nan_and_end_at_their_limits():
    s = np.array([np.nan, -np.inf, np.inf, -1e200, 1e200])
    np.testing.assert_array_equal(wigner_surmise(s), [np.nan, 0, 0, 0, 0])
    np.testing.assert_allclose(tracy_widom(s), [np.nan, 0, 1, 0, 1], atol=1e-9)
