"""A table of values that stands in for its function."""

import numpy as np
import pytest

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
