"""Hills and hollows in a bowl: exact derivatives, coercive, and carried to other processes."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import GaussianLandscape
from tests.tools.derivatives import batches, check_derivatives, points_in_domain


def made(k: int, n: int, seed: int = 0) -> GaussianLandscape:
    rng = np.random.default_rng(seed)
    centers, heights = rng.uniform(-2, 2, (k, n)), rng.uniform(-3, 3, k)
    return GaussianLandscape(centers, heights, rng.uniform(0.2, 1.2, k), bowl=0.4)


@given(st.integers(0, 5), st.integers(1, 4), batches, st.integers(0, 2**32 - 1))
def test_derivatives_are_exact(k, n, batch, seed):
    rng = np.random.default_rng(seed)
    f = made(k, n, seed)
    check_derivatives(f, points_in_domain(f, batch, rng), rng)


def test_a_hill_has_its_height_and_its_steepest_ring_at_its_width():
    f = GaussianLandscape([[1.0, -0.5]], [2.0], [0.7], bowl=1e-9)
    assert f.value([1.0, -0.5]) == pytest.approx(2.0)
    around = [[1.0 + r, -0.5] for r in np.linspace(0.01, 2, 400)]
    slope = np.linalg.norm(f.gradient(around), axis=-1)
    assert np.linspace(0.01, 2, 400)[slope.argmax()] == pytest.approx(0.7, abs=0.01)


def test_derivatives_against_complex_steps():
    f, x, v = made(3, 2), np.array([0.3, -0.8]), np.array([0.6, 0.8])

    def value(t):  # the formula once more, at a complex place
        away = x + t * v - f.centers
        bumps = f.heights * np.exp(-0.5 * (away**2).sum(-1) / f.widths**2)
        return 0.5 * f.bowl * ((x + t * v) ** 2).sum() + bumps.sum()

    assert f.gradient(x) @ v == pytest.approx(value(1e-30j).imag / 1e-30, rel=1e-13)


def test_it_rises_in_every_direction():
    f = made(5, 2)
    turn = np.linspace(0, 2 * np.pi, 50)
    for far in (20.0, 200.0):
        ring = far * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
        assert (f.value(ring) > 0.49 * f.bowl * far**2).all()
        assert (np.sum(f.gradient(ring) * ring, axis=-1) > 0).all()


def test_it_travels_and_does_not_change_with_what_it_was_made_of():
    centers = np.array([[0.5, 0.5]])
    f = GaussianLandscape(centers, [1.0], [0.5])
    x = np.random.default_rng(0).normal(size=(5, 2))
    before = f.value(x)
    centers[:] = 9.0
    again = pickle.loads(pickle.dumps(f))
    np.testing.assert_array_equal(f.value(x), before)
    np.testing.assert_array_equal(again.value(x), before)
    np.testing.assert_array_equal(again.hessian(x), f.hessian(x))


def test_without_bumps_it_is_the_bowl():
    f = GaussianLandscape(np.empty((0, 2)), [], [], bowl=2.0)
    assert f.value([3.0, 4.0]) == pytest.approx(25.0)
    assert f.gradient([3.0, 4.0]) == pytest.approx([6.0, 8.0])
    assert f.hessian([3.0, 4.0]) == pytest.approx(2 * np.eye(2))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (([1.0, 2.0], [1.0], [1.0]), r"centers must have shape \(k, n\), got \(2,\)"),
        (([[1.0, np.nan]], [1.0], [1.0]), "centers must be finite"),
        (([[1.0, 2.0]], [1.0, 2.0], [1.0]), "heights must be 1 finite numbers"),
        (([[1.0, 2.0]], [np.inf], [1.0]), "heights must be 1 finite numbers"),
        (([[1.0, 2.0]], [1.0], [0.0]), "widths must be positive, got 0"),
    ],
)
def test_bad_settings_are_named(settings, words):
    with pytest.raises(ValueError, match=words):
        GaussianLandscape(*settings)
    with pytest.raises(ValueError, match="bowl must be"):
        GaussianLandscape([[0.0, 0.0]], [1.0], [1.0], bowl=0.0)
