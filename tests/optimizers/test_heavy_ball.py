"""Heavy ball solved: its roots against NumPy's, its components against runs and against the recurrence."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import quadratic
from course_utils.optimizers import Momentum, minimize
from course_utils.optimizers.heavy_ball import heavy_ball_components, heavy_ball_factor, heavy_ball_roots
from course_utils.optimizers.rates import best_momentum
from tests.tools.search import examples

RATES = st.floats(1e-3, 4.0)
MOMENTA = st.floats(0.0, 0.99)


def exact(eta: float, mu: float, lam: float, steps: int) -> list[float]:
    """The recurrence in whole fractions: no rounding at all, until the end."""
    rate, kept, curved = (Fraction(number) for number in (eta, mu, lam))
    x, before, path = Fraction(1), Fraction(1), [1.0]
    for _ in range(steps):
        x, before = (1 + kept - rate * curved) * x - kept * before, x
        path.append(float(x))
    return path


@examples(100)
@given(RATES, MOMENTA, st.sampled_from([1e-3, 0.1, 1.0]))
def test_the_roots_are_those_of_the_polynomial(eta, mu, lam):
    first, second = heavy_ball_roots(eta, mu, lam)
    total = 1 + mu - eta * lam
    assert first + second == pytest.approx(total, rel=1e-12, abs=1e-14)
    assert first * second == pytest.approx(mu, rel=1e-12, abs=1e-15)
    assert abs(first) >= abs(second) * (1 - 1e-12)
    assert heavy_ball_factor(eta, mu, lam) == pytest.approx(abs(first), rel=1e-12)
    # A double root loses half of the digits in anybody's hands.
    assert np.sort(np.abs(np.roots([1, -total, mu]))) == pytest.approx(
        np.sort(np.abs([first, second])), abs=3e-7
    )


@examples(60)
@given(RATES, MOMENTA, st.sampled_from([0.0, 1e-3, 0.1, 1.0]))
def test_components_are_the_exact_recurrence(eta, mu, lam):
    given = heavy_ball_components(eta, mu, [lam], 40)[:, 0]
    path = np.array(exact(eta, mu, lam, 40))
    assert np.abs(given - path).max() <= 1e-10 * max(1.0, np.abs(path).max())


@pytest.mark.parametrize("mu", [0.0, 0.25, 0.5, 0.81])
@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("nudge", [0.0, 1e-15, -1e-15, 1e-9, -1e-9])
def test_double_roots_and_their_neighbours(mu, side, nudge):
    eta = (1 + side * np.sqrt(mu)) ** 2 * (1 + nudge)
    given = heavy_ball_components(eta, mu, [1.0], 60)[:, 0]
    path = np.array(exact(eta, mu, 1.0, 60))
    assert given == pytest.approx(path, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("learning_rate", [0.05, 1.0, 2.5, 3.9])
def test_components_are_those_of_a_run(learning_rate, momentum):
    eigenvalues = np.array([-0.2, 0.0, 0.01, 0.1, 0.35, 1.0])
    run = minimize(quadratic(eigenvalues), Momentum(learning_rate, momentum), np.ones(6), 50)
    solved = heavy_ball_components(learning_rate, momentum, eigenvalues, 50)
    assert solved[: len(run.x)] == pytest.approx(run.x, rel=1e-9, abs=1e-11)


def test_what_is_left_in_the_long_run_shrinks_by_the_factor():
    eigenvalues = np.array([0.01, 0.3, 1.0])
    for eta, mu in ((0.5, 0.5), (1.5, 0.1), (3.0, 0.9)):
        left = np.abs(heavy_ball_components(eta, mu, eigenvalues, 600))
        highest = [left[first : first + 50].max() for first in (300, 550)]  # of a whole swing
        measured = (highest[1] / highest[0]) ** (1 / 250)
        assert measured == pytest.approx(float(heavy_ball_factor(eta, mu, eigenvalues).max()), rel=0.01)


def test_at_the_best_settings_the_roots_of_both_ends_coincide():
    best = best_momentum(0.01, 1.0)
    roots = heavy_ball_roots(best.learning_rate, best.momentum, [0.01, 1.0])
    assert np.abs(roots) == pytest.approx(np.sqrt(best.momentum), abs=1e-7)
    assert roots[0].real == pytest.approx(np.sqrt(best.momentum), abs=1e-7)
    assert roots[1].real == pytest.approx(-np.sqrt(best.momentum), abs=1e-7)


def test_arguments_broadcast_and_bad_ones_are_named():
    assert heavy_ball_roots(np.ones((3, 1)), 0.5, [0.1, 1.0]).shape == (3, 2, 2)
    assert heavy_ball_factor(0.0, 0.9, 1.0) == pytest.approx(1.0)
    with pytest.raises(ValueError, match=r"momentum must not be negative, got -0\.1"):
        heavy_ball_roots(0.1, -0.1, 1.0)
    with pytest.raises(ValueError, match="learning_rate must be finite"):
        heavy_ball_factor(np.inf, 0.1, 1.0)
    with pytest.raises(ValueError, match=r"together, got learning_rate \(2,\) and momentum \(\) and eigenv"):
        heavy_ball_factor(np.ones(2), 0.1, np.ones(3))
    with pytest.raises(ValueError, match="steps must be ≥ 0 and eigenvalues of shape"):
        heavy_ball_components(0.1, 0.9, [[1.0]], 5)
