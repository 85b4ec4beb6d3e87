"""Du et al.'s octopus: the paper's formula in its tentacles, smooth everywhere, and the times it takes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import Octopus
from course_utils.optimizers import GradientDescent, PerturbedGradientDescent, minimize
from tests.tools.derivatives import check_derivatives
from tests.tools.search import examples

SETTINGS = [(1.0, 1.0, math.e), (2.0, 1.0, math.e), (3.0, 0.5, 1.0)]


def in_a_tentacle(L, c, t, x):
    """Du et al. (2017), with i the first coordinate within 2τ and all behind it within τ."""
    nu = 13 * c * t**2 / 6 + 37 * L * t**2 / 6
    i = next((k for k, z in enumerate(x) if abs(z) <= 2 * t), len(x))
    total = sum(L * (abs(z) - 4 * t) ** 2 for z in x[:i]) - i * nu
    if i == len(x):
        return total
    z = abs(x[i])
    if z <= t:
        return total - c * z**2 + L * sum(y**2 for y in x[i + 1 :])
    total += -c * z**2 + (-14 * L + 10 * c) / (3 * t) * (z - t) ** 3
    total += (5 * L - 3 * c) / (2 * t**2) * (z - t) ** 4
    v = z - 2 * t
    g2 = -c - 10 * (L + c) * v**3 / t**3 - 15 * (L + c) * v**4 / t**4 - 6 * (L + c) * v**5 / t**5
    return total + (g2 * x[i + 1] ** 2 if i + 1 < len(x) else 0) + L * sum(y**2 for y in x[i + 2 :])


@pytest.mark.parametrize(("L", "c", "t"), SETTINGS)
def test_in_the_tentacles_it_is_the_formula_of_the_paper(L, c, t):
    f, rng = Octopus(4, smoothness=L, descent=c, length=t), np.random.default_rng(0)
    for passed in range(5):
        x = rng.uniform(-t, t, (200, 4))
        x[:, :passed] = rng.choice([-1, 1], (200, passed)) * rng.uniform(2.001 * t, 6 * t, (200, passed))
        if passed < 4:
            x[:, passed] = rng.uniform(-2 * t, 2 * t, 200)
        np.testing.assert_allclose(f.value(x), [in_a_tentacle(L, c, t, p) for p in x], rtol=1e-12, atol=1e-11)
        np.testing.assert_array_equal(f.passed(x), passed)


@pytest.mark.parametrize(("L", "c", "t"), SETTINGS)
@examples(25)
@given(seed=st.integers(0, 2**32 - 1))
def test_value_gradient_and_hessian_are_continuous_at_every_seam(L, c, t, seed):
    rng = np.random.default_rng(seed)
    f = Octopus(5, smoothness=L, descent=c, length=t)
    x = rng.uniform(-5 * t, 5 * t, 5)
    m, seam = rng.integers(5), rng.choice([-2, -1, 0, 1, 2]) * t
    left, right = x.copy(), x.copy()
    left[m], right[m] = seam - 1e-9, seam + 1e-9
    size = float(np.abs(f.hessian(left)).max()) * max(t, 1 / t)
    assert abs(f.value(left) - f.value(right)) <= 1e-8 * (1 + np.abs(f.gradient(left)).max())
    assert np.abs(f.gradient(left) - f.gradient(right)).max() <= 1e-8 * (1 + size)
    # Third derivatives jump, the Hessian does not: its change is at most their bound times the distance.
    third = 100 * (L * float(x @ x) + 5 * f.drop) / min(t, 1.0) ** 3
    assert np.abs(f.hessian(left) - f.hessian(right)).max() <= 2e-9 * third


@pytest.mark.parametrize(("L", "c", "t"), SETTINGS)
@examples(15)
@given(seed=st.integers(0, 2**32 - 1))
def test_derivatives(L, c, t, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3 * t, 3 * t, (6, 5))
    check_derivatives(Octopus(5, smoothness=L, descent=c, length=t), x, rng)


@pytest.mark.parametrize(("L", "c", "t"), SETTINGS)
def test_far_away_it_is_a_bowl_and_no_difference_of_infinities(L, c, t):
    f = Octopus(3, smoothness=L, descent=c, length=t)
    for size in (1e100, 1e150):
        x = size * np.array([[1.0, -2.0, 0.5], [-1.0, 1e-3, 1.0]])
        np.testing.assert_allclose(f.value(x), L * np.sum(x**2, axis=-1), rtol=1e-12)
    x = np.array([1e200, -1e200, 1e200])
    np.testing.assert_allclose(f.gradient(x), 2 * L * x, rtol=1e-12)
    np.testing.assert_array_equal(f.hessian(x), 2 * L * np.eye(3))
    assert f.value(x) == np.inf  # L·1e400


def test_every_saddle_has_one_way_down_and_the_minimum_none():
    f = Octopus(4, smoothness=3.0, descent=0.5)
    for k, point in enumerate(f.critical_points[:-1]):
        np.testing.assert_allclose(np.linalg.eigvalsh(f.hessian(point.x)), [-1, 6, 6, 6], atol=1e-12)
        assert f.value(point.x) == pytest.approx(-k * f.drop)
    end = f.critical_points[-1].x
    np.testing.assert_allclose(np.linalg.eigvalsh(f.hessian(end)), 6.0, atol=1e-12)
    assert f.value(end) == pytest.approx(-4 * f.drop)


def exits(f, run):
    """Return after how many steps each saddle was passed, (..., n); −1 for never."""
    passed = f.passed(run.x)
    return np.stack(
        [np.where((passed > k).any(0), np.argmax(passed > k, axis=0), -1) for k in range(f.dim)], -1
    )


@pytest.mark.parametrize("L", [1.0, 2.0])
def test_exit_times_of_gradient_descent_grow_by_the_factor_of_halving_against_growth(L):
    f = Octopus(5, smoothness=L)
    times = exits(f, minimize(f, GradientDescent(1 / (4 * L)), np.full(5, 0.35), 4500))
    assert abs(times[0] - {1.0: 7, 2.0: 12}[L]) <= 1
    assert times[4] == pytest.approx({1.0: 538, 2.0: 4333}[L], rel=0.05)
    ratio = 1 + math.log(2) / math.log(1 + f.descent / (2 * L))
    np.testing.assert_allclose(times[2:] / times[1:-1], ratio, rtol=0.08)


def test_perturbed_descent_passes_saddle_after_saddle_in_the_same_time():
    f = Octopus(5)
    method = PerturbedGradientDescent(0.25, noise_radius=0.1, gradient_threshold=0.1, waiting=20)
    run = minimize(f, method, np.full((60, 5), 0.35), 400, rng=np.random.default_rng(0))
    dwell = np.diff(np.median(exits(f, run), axis=0))
    assert dwell.max() < 1.5 * dwell.min()
    assert np.median(exits(f, run)[:, -1]) == pytest.approx(95, rel=0.15)


def test_a_waiting_coordinate_ends_at_the_smallest_number_and_waits_for_ever():
    """At 2⁻¹⁰⁷⁴ half of it is rounded to 0, and so is each of its steps, also those away from the saddle."""
    f = Octopus(2, descent=0.01)  # a first saddle that takes longer than float64 can halve
    run = minimize(f, GradientDescent(0.25), [1e-3, 1.0], 3500)
    smallest = int(np.argmax(run.x[:, 1] == 2.0**-1074))
    assert smallest == 1074
    assert f.passed(run.x[2500]) == 1
    np.testing.assert_array_equal(run.x[smallest:, 1], 2.0**-1074)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dim": 0}, "dim must be a whole number of at least 1, got 0"),
        ({"smoothness": 0.0}, "smoothness must be a finite number > 0, got 0.0"),
        ({"descent": 2.0}, "descent must be at most the smoothness 1.0, got 2.0"),
        ({"length": np.inf}, "length must be a finite number > 0, got inf"),
    ],
)
def test_bad_settings_are_named(settings, words):
    with pytest.raises(ValueError, match=words):
        Octopus(**settings)
