"""The random model of a network's Hessian: matrices against its formulas, formulas against limits."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from course_utils.random_landscapes import (
    critical_energy,
    left_edge,
    negative_share,
    network_density,
    sample_network_hessian,
    semicircle_below,
)

RATIOS = [1 / 16, 1 / 4, 1 / 2, 0.9]


@pytest.mark.parametrize("phi", RATIOS)
def test_at_the_critical_energy_the_spectrum_touches_zero(phi):
    """The closed form of ε_c against the edge of the cubic."""
    critical = critical_energy(phi)
    assert left_edge(phi, critical) == pytest.approx(0, abs=1e-12)
    assert left_edge(phi, 0.9 * critical) > 0 > left_edge(phi, 1.1 * critical)
    assert negative_share(phi, 0.9 * critical) == 0 < negative_share(phi, 1.1 * critical)


@pytest.mark.parametrize("phi", [1e-8, 1 / 16, 0.999, 1.0])
@pytest.mark.parametrize("energy", [1e-12, 1e-4, 0.3, 1e6])
def test_the_edge_is_where_the_resolvent_turns(phi, energy):
    def slope(G):
        return phi / (1 - phi * G) ** 2 + 2 * energy - 1 / G**2

    G = brentq(slope, -1 / np.sqrt(2 * energy), -1e-6, xtol=1e-300, rtol=1e-15)
    expected = 1 / (1 - phi * G) + 2 * energy * G + 1 / G
    assert left_edge(phi, energy) == pytest.approx(expected, rel=1e-9)


def test_the_edge_of_a_square_problem_at_a_tiny_energy():
    # φ = 1: v³ = ε, and the edge is −v² − 2ε/v = −3 ε^(2/3)
    for energy in (1e-30, 1e-100, 1e-300):
        assert left_edge(1, energy) == pytest.approx(-3 * energy ** (2 / 3), rel=1e-9)


def test_limits_of_the_critical_energy():
    assert critical_energy(1) == 0
    # φ → 0: H = I + √(2ε)W, whose smallest eigenvalue is 1 − 2√(2ε)
    assert critical_energy(1e-9) == pytest.approx(1 / 8, abs=1e-8)


@pytest.mark.parametrize("phi", RATIOS)
@pytest.mark.parametrize("energy", [0.02, 0.3, 3.0])
def test_the_density_is_one_and_has_the_moments_of_the_matrix(phi, energy):
    """tr H/n = 1 and tr H²/n = 1 + φ + 2ε for large n."""
    low = left_edge(phi, energy)
    high = (1 + np.sqrt(phi)) ** 2 + 2 * np.sqrt(2 * energy)  # above the sum of both largest eigenvalues
    x = low + (high - low) * np.sin(np.linspace(0, np.pi / 2, 20_001)) ** 2
    rho = network_density(x, phi, energy)
    moments = [np.trapezoid(rho * x**k, x) for k in range(3)]
    np.testing.assert_allclose(moments, [1, 1, 1 + phi + 2 * energy], rtol=2e-3)


@pytest.mark.parametrize("phi", [1 / 16, 1 / 2])
def test_sampled_matrices_follow_the_formulas(phi):
    rng = np.random.default_rng(0)
    for factor in (1.0, 2.0):
        energy = factor * critical_energy(phi)
        eigenvalues = np.linalg.eigvalsh(sample_network_hessian(rng, 500, phi, energy))
        # The edge of n = 500 moves by about n^(−2/3).
        assert eigenvalues[0] == pytest.approx(left_edge(phi, energy), abs=0.05)
        # Eigenvalues repel one another, so that their number below 0 hardly varies.
        assert np.mean(eigenvalues < 0) == pytest.approx(negative_share(phi, energy), abs=0.008)


def test_near_the_critical_energy_the_share_has_the_exponent_three_halves():
    for phi in RATIOS:
        excess = np.array([1e-3, 2e-3])
        shares = [negative_share(phi, critical_energy(phi) * (1 + e)) for e in excess]
        assert np.diff(np.log(shares))[0] / np.log(2) == pytest.approx(1.5, abs=0.01)


def test_with_many_equations_only_the_semicircle_is_left():
    for energy in (0.2, 1.0, 10.0):
        expected = semicircle_below(-1 / np.sqrt(2 * energy))
        assert negative_share(1e-7, energy) == pytest.approx(float(expected), rel=1e-3)


@pytest.mark.parametrize(("phi", "energy"), [(1 / 4, 0.1), (1.0, 1e-3)])
def test_the_share_is_the_integral_of_the_density(phi, energy):
    edge = left_edge(phi, energy)
    expected = quad(lambda x: float(network_density(x, phi, energy)), edge, 0, limit=200)[0]
    assert negative_share(phi, energy) == pytest.approx(expected, rel=1e-5)


def test_without_residuals_nothing_is_negative():
    assert left_edge(1 / 4, 0) == pytest.approx(1 / 4)
    assert negative_share(1 / 4, 0) == 0
    assert np.linalg.eigvalsh(sample_network_hessian(np.random.default_rng(0), 40, 0.5, 0.0))[0] > 0


@pytest.mark.parametrize("x", [0.3, np.zeros((2, 3)), np.zeros(0)])
def test_the_density_has_the_shape_of_its_argument(x):
    assert network_density(x, 0.5, 0.1).shape == np.shape(x)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: critical_energy(0), "parameters_per_equation must be a finite number > 0"),
        (lambda: critical_energy(1.5), "parameters_per_equation must be at most 1, got 1.5"),
        (lambda: negative_share(0.5, -1), "energy must be a finite number ≥ 0"),
        (lambda: network_density(0.0, 0.5, 0), "energy must be positive, got 0"),
        (lambda: sample_network_hessian(np.random.default_rng(), 0, 0.5, 1), "size must be a whole number"),
    ],
)
def test_bad_arguments_are_named(call, problem):
    with pytest.raises(ValueError, match=problem):
        call()
