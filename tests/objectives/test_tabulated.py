"""A table of values that stands in for its function."""

import numpy as np
import pytest
from scipy.interpolate import RectBivariateSpline

from course_utils import objectives
from course_utils.objectives import Tabulated
from tests.tools.derivatives import check_derivatives, points_in_domain


def test_a_table_stands_in_for_its_function():
    rng = np.random.default_rng(0)
    original = objectives.hills()
    table = Tabulated(original)
    x = points_in_domain(original, (200,), rng)
    np.testing.assert_allclose(table.value(x), original.value(x), atol=1e-4)
    np.testing.assert_allclose(table.gradient(x), original.gradient(x), atol=2e-3)
    check_derivatives(table, points_in_domain(original, (5,), rng), rng)


def test_a_table_needs_two_finite_parameters():
    with pytest.raises(ValueError, match="dim 2"):
        Tabulated(objectives.Rosenbrock(3))
    with pytest.raises(ValueError, match="resolution"):
        Tabulated(objectives.hills(), 3)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="finite"):
        Tabulated(objectives.from_function(lambda x: np.log(x[0]) + x[1], 2))


def test_a_table_is_the_spline_of_scipy():
    original, rng = objectives.hills(), np.random.default_rng(1)
    x, y = (np.linspace(low, high, 31) for low, high in original.domain)
    spline = RectBivariateSpline(x, y, original.value(np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)))
    table = Tabulated(original, 31)
    corners = np.stack(np.meshgrid(x[[0, 7, -1]], y[[0, 1, -2, -1]]), axis=-1).reshape(-1, 2)
    points = np.vstack([points_in_domain(original, (200,), rng), corners, 1.5 * corners])
    first, second = points.T
    for method, orders in (("value", [(0, 0)]), ("gradient", [(1, 0), (0, 1)])):
        expected = np.stack([spline.ev(first, second, *order) for order in orders], axis=-1).squeeze()
        np.testing.assert_allclose(getattr(table, method)(points), expected, rtol=0, atol=1e-11)
    expected = np.stack([spline.ev(first, second, *order) for order in ((2, 0), (1, 1), (1, 1), (0, 2))], -1)
    np.testing.assert_allclose(table.hessian(points).reshape(-1, 4), expected, rtol=0, atol=1e-10)
