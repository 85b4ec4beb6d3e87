import numpy as np
import pytest

from course_utils.curvature import classify_point
from course_utils.objectives import two_wells
from tests.tools.derivatives import check_derivatives


@pytest.mark.parametrize("angle", [0.0, 0.7, -2.0])
def test_derivatives_and_critical_points(angle):
    f = two_wells(angle)
    rng = np.random.default_rng(0)
    check_derivatives(f, rng.uniform(-1.5, 1.5, size=(5, 2)), rng)
    for point in f.critical_points:
        assert classify_point(f, point.x).kind == point.kind
        assert f.value(point.x) == pytest.approx(0.0 if point.kind == "saddle" else -0.5, abs=1e-12)


def test_angle_must_be_finite():
    with pytest.raises(ValueError, match="angle must be a finite number"):
        two_wells(np.inf)
