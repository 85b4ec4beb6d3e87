"""The complexity of spin glasses, against the landmarks of Auffinger, Ben Arous & Černý."""

import numpy as np
import pytest
from scipy.integrate import quad

from course_utils.random_landscapes import (
    complexity,
    ground_state_energy,
    predicted_index,
    threshold_energy,
)


def test_landmarks_for_three_spins():
    assert threshold_energy(3) == pytest.approx(-1.63299, abs=1e-5)
    assert ground_state_energy(3) == pytest.approx(-1.65700, abs=1e-4)


def test_two_spins_have_no_complexity_and_one_edge():
    """N eigenvectors: fewer than any exponential; the ground state is the edge of the semicircle."""
    np.testing.assert_allclose(complexity([-1.414, -1.0, 0.0, 1.0], 2), 0, atol=1e-12)
    assert ground_state_energy(2) == pytest.approx(-np.sqrt(2))
    assert ground_state_energy(2, 4) == pytest.approx(-np.sqrt(2))


@pytest.mark.parametrize("p", [3, 4, 9])
def test_the_price_of_an_eigenvalue_is_the_integral_of_the_paper(p):
    edge = -threshold_energy(p)
    for u in (-edge - 0.02, -edge - 0.3):
        price = 2 / edge**2 * quad(lambda z: np.sqrt(z**2 - edge**2), edge, -u)[0]
        base = np.log(p - 1) / 2 - (p - 2) / (4 * (p - 1)) * u**2
        for k in (0, 1, 5):
            assert float(complexity(u, p, k)) == pytest.approx(base - (k + 1) * price, abs=1e-9)
        assert float(complexity(u, p)) == pytest.approx(base - price, abs=1e-9)


@pytest.mark.parametrize("p", [3, 5])
def test_curves_meet_at_the_threshold_and_go_on_level(p):
    at = threshold_energy(p)
    level = np.log(p - 1) / 2 - (p - 2) / p
    for k in (0, 3):
        assert float(complexity(at, p, k)) == pytest.approx(level)
        assert float(complexity(0.5, p, k)) == pytest.approx(level)
    assert float(complexity(2.0, p)) == pytest.approx(np.log(p - 1) / 2)
    energies = np.linspace(-2.5, 0.5, 200)
    assert (np.diff(complexity(energies, p)) >= -1e-12).all()


def test_ground_states_of_higher_index_come_nearer_to_the_threshold():
    ends = [ground_state_energy(3, k) for k in (0, 1, 2, 50)]
    assert ends == sorted(ends)
    assert ends[-1] < threshold_energy(3)
    for k, u in zip((0, 1, 2, 50), ends, strict=True):
        assert float(complexity(u, 3, k)) == pytest.approx(0, abs=1e-9)


def test_the_index_is_none_below_the_threshold_and_half_at_zero():
    np.testing.assert_allclose(predicted_index([threshold_energy(4) - 0.01, 0.0, 3.0], 4), [0, 0.5, 1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: complexity(0.0, 1), "order must be"),
        (lambda: complexity(0.0, 3, -1), "index must be"),
        (lambda: threshold_energy(2.5), "order must be"),
        (lambda: ground_state_energy(3, -1), "index must be"),
        (lambda: predicted_index([1j], 3), "energy must hold real numbers"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
