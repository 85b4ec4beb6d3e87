"""Wells: critical points and derivatives."""

import numpy as np
import pytest

from course_utils.objectives import Wells
from tests.tools.derivatives import check_derivatives


def test_wells_know_their_critical_points():
    f = Wells([-1.0, 2.0, -0.25])
    assert len(f.critical_points) == 9
    for point in f.critical_points:
        np.testing.assert_allclose(f.gradient(point.x), 0.0, atol=1e-15)
        eigenvalues = np.linalg.eigvalsh(f.hessian(point.x))
        negative = int(np.sum(eigenvalues < 0))
        assert point.kind == ("minimum" if negative == 0 else "saddle")
    kinds = [point.kind for point in Wells([-1.0, -2.0]).critical_points]
    assert (kinds.count("minimum"), kinds.count("saddle"), kinds.count("maximum")) == (4, 4, 1)
    with pytest.raises(ValueError, match="curvatures must be finite numbers other than zero"):
        Wells([1.0, 0.0])


def test_wells_have_exact_derivatives():
    rng = np.random.default_rng(0)
    check_derivatives(Wells([-1.0, 2.0, -0.25]), rng.normal(size=(4, 3)), rng)
