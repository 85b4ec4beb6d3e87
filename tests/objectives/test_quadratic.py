"""Quadratics of any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.curvature import classify
from course_utils.objectives import quadratic, rotated_quadratic
from tests.tools.derivatives import batches, check_derivatives, points_in_domain
from tests.tools.search import examples


@examples(40)
@given(n=st.integers(1, 12), diagonal=st.booleans(), batch=batches, seed=st.integers(0, 2**32 - 1))
def test_derivatives_of_any_quadratic(n, diagonal, batch, seed):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, n))
    objective = quadratic(rng.standard_normal(n) if diagonal else A + A.T, center=rng.standard_normal(n))
    check_derivatives(objective, points_in_domain(objective, batch, rng), rng)
    (known,) = objective.critical_points
    assert np.linalg.norm(objective.gradient(known.x)) == 0
    assert classify(np.linalg.eigvalsh(objective.hessian(known.x))).kind == known.kind


def test_a_diagonal_quadratic_in_a_hundred_thousand_dimensions():
    big = quadratic(np.linspace(1.0, 1000.0, 100_000))
    x = np.ones((2, 100_000))
    np.testing.assert_allclose(big.value(x), 0.5 * np.linspace(1.0, 1000.0, 100_000).sum(), rtol=1e-12)
    np.testing.assert_array_equal(big.hvp(x, x), big.gradient(x))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: quadratic([[1.0, 2.0], [0.0, 1.0]]), "hessian must be symmetric"),
        (lambda: quadratic([[1.0, 2.0, 3.0]]), "hessian must have shape"),
        (lambda: quadratic([1.0, np.inf]), "hessian must be finite"),
        (lambda: quadratic([1.0, 2.0], center=[1.0]), "center must have shape"),
        (lambda: quadratic([1.0, 2.0], domain=((1.0, 0.0), (0.0, 1.0))), "domain must be"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_turned_valley_can_have_a_window_of_its_own():
    window = ((-2.0, 2.0), (-1.6, 1.0))
    assert rotated_quadratic((30.0, 1.0), 0.6, domain=window).domain == window
