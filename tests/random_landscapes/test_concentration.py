"""Volumes and distances in many dimensions against sampling and closed forms."""

import numpy as np
import pytest

from course_utils.random_landscapes import band_fraction, pair_distances, sample_ball, shell_fraction


def test_the_shell_of_the_source():
    """D = 100, ε = 0.05: 0.994, where the printed formula gives 0.118."""
    assert float(shell_fraction(100, 0.05)) == pytest.approx(1 - 0.95**100, rel=1e-12)
    np.testing.assert_allclose(shell_fraction(3, [0.0, 0.5, 1.0]), [0, 7 / 8, 1])
    assert float(shell_fraction(10**9, 1e-15)) == pytest.approx(1e-6, rel=1e-5)


def test_the_band_in_low_dimensions():
    np.testing.assert_allclose(band_fraction(1, [0.0, 0.3, 1.0]), [0, 0.3, 1], atol=1e-12)
    e = 0.4  # of a ball in 3-D: (3e − e³)/2; of a disc: (2/π)(asin e + e√(1−e²))
    assert float(band_fraction(3, e)) == pytest.approx((3 * e - e**3) / 2)
    assert float(band_fraction(2, e)) == pytest.approx(2 / np.pi * (np.arcsin(e) + e * np.sqrt(1 - e * e)))


@pytest.mark.parametrize("dim", [1, 2, 5, 40])
def test_points_of_the_ball_are_where_the_volumes_say(dim):
    x = sample_ball(dim, 20_000, rng=np.random.default_rng(dim))
    radius = np.linalg.norm(x, axis=-1)
    assert radius.max() <= 1
    for e in (0.05, 0.3):
        assert np.mean(radius > 1 - e) == pytest.approx(float(shell_fraction(dim, e)), abs=0.015)
        assert np.mean(np.abs(x[:, 0]) <= e) == pytest.approx(float(band_fraction(dim, e)), abs=0.015)
    assert float(band_fraction(dim, 0.3)) >= 1 - 2 * np.exp(-dim * 0.3**2 / 2)


def test_distances_of_all_pairs():
    x = np.random.default_rng(0).normal(size=(6, 50))
    apart = pair_distances(x)
    assert np.isinf(np.diag(apart)).all()
    assert apart[1, 4] == pytest.approx(np.sum((x[1] - x[4]) ** 2) / 50)
    np.testing.assert_array_equal(pair_distances([[1.0], [1.0]])[0, 1], 0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: shell_fraction(0, 0.1), "dim must be"),
        (lambda: shell_fraction(2, 1.1), "thickness must lie in"),
        (lambda: band_fraction(2, -0.1), "half_width must lie in"),
        (lambda: sample_ball(2, 0, rng=np.random.default_rng(0)), "count must be"),
        (lambda: pair_distances([1.0, 2.0]), "points must have shape"),
        (lambda: pair_distances([[1.0, 2.0]]), "points must have shape"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
