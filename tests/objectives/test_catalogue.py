"""Derivatives and critical points of all functions that have a name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.curvature import classify
from course_utils.objectives import catalogue
from tests.tools.derivatives import batches, check_derivatives, points_in_domain
from tests.tools.search import examples

CATALOGUE = catalogue()


@pytest.mark.parametrize("name", CATALOGUE)
@examples(15)
@given(batch=batches, seed=st.integers(0, 2**32 - 1))
def test_derivatives_of_the_catalogue(name, batch, seed):
    objective, rng = CATALOGUE[name], np.random.default_rng(seed)
    check_derivatives(objective, points_in_domain(objective, batch, rng), rng)


@pytest.mark.parametrize("name", CATALOGUE)
def test_known_critical_points_are_critical_and_of_their_kind(name):
    objective = CATALOGUE[name]
    for point in objective.critical_points:
        assert np.linalg.norm(objective.gradient(point.x)) <= 1e-12
        assert classify(np.linalg.eigvalsh(objective.hessian(point.x)), tolerance=1e-9).kind == point.kind


@pytest.mark.parametrize("name", CATALOGUE)
def test_what_is_beyond_float64_is_infinite_without_a_warning(name):
    objective = CATALOGUE[name]
    x = 1e200 * np.ones(objective.dim)
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        for derivative in (objective.value, objective.gradient, objective.hessian):
            derivative(x)
        objective.hvp(x, x)
