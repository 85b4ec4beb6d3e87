"""Derivatives and critical points of all functions that have a name."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.curvature import classify
from course_utils.objectives import SlopedParabola, Wells, catalogue, hills_detour, quadratic, two_wells
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
    check_critical_points(CATALOGUE[name])


def check_critical_points(objective):
    """Assert that the known critical points of ``objective`` are critical and of their kind."""
    for point in objective.critical_points:
        assert np.linalg.norm(objective.gradient(point.x)) <= 1e-12
        assert classify(np.linalg.eigvalsh(objective.hessian(point.x)), tolerance=1e-9).kind == point.kind


def far_away(dim):
    """Return directions (m, dim): along every axis, at 45 degrees to them, and others."""
    axes = np.eye(dim)
    signs = np.array(list(product((-1.0, 1.0), repeat=dim))) if dim < 6 else np.ones((1, dim))
    others = np.random.default_rng(0).standard_normal((40, dim))
    return np.concatenate([axes, -axes, signs, others, others * np.geomspace(1, 1e-150, dim)])


CLOSED_FORMS = [*CATALOGUE.values(), two_wells(0.3), Wells([-1.0, 2.0, -3.0]), hills_detour()]
CLOSED_FORMS += [quadratic([1.0, -1.0], name="a saddle"), SlopedParabola(-1.0, bend=1.0)]


@pytest.mark.parametrize("objective", CLOSED_FORMS, ids=lambda f: f.name)
def test_what_is_beyond_float64_is_infinite_with_its_sign_and_without_a_warning(objective):
    check_far_out(objective)


def check_far_out(objective):
    """Assert that values of ``objective`` beyond float64 are infinite with their sign."""
    u = far_away(objective.dim)
    near, far = objective.value(1e30 * u), objective.value(1e200 * u)
    # Far out the highest powers alone decide, and 1e30 is far enough for those directions that are not tiny.
    plain = np.abs(u).min(axis=-1, where=u != 0, initial=1.0) > 1e-3
    assert np.isfinite(near[plain]).all()
    assert not np.isnan(far).any()
    np.testing.assert_array_equal(np.sign(far[plain]), np.sign(near[plain]))
    np.testing.assert_array_equal(objective.value_and_gradient(1e200 * u)[0], far)
    np.testing.assert_array_equal([objective.value(1e200 * row) for row in u[:5]], far[:5])
    objective.hessian(1e200 * u)
    objective.hvp(1e200 * u, u)
