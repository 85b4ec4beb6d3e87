"""The picture of gradient-flat points."""

import numpy as np
import pytest

from course_utils.pictures import gradient_flat_point
from course_utils.pictures.flat_points import VANISHING, search_path, tilted_wells
from tests.tools.derivatives import check_derivatives, points_in_domain
from tests.tools.scenes import cells, exercise_every_control


def test_every_control_can_be_moved_to_both_ends():
    assert exercise_every_control(gradient_flat_point()) > 2


def test_derivatives_of_the_tilted_wells():
    rng = np.random.default_rng(0)
    for tilt in (0.0, 0.3, 1.0):
        f = tilted_wells(tilt)
        check_derivatives(f, points_in_domain(f, (5,), rng), rng)


def test_two_critical_points_meet_where_the_curvature_vanishes():
    at = np.array([1 / np.sqrt(3), 0.0])
    f = tilted_wells(VANISHING)
    assert np.linalg.norm(f.gradient(at)) < 1e-15
    assert abs(np.linalg.eigvalsh(f.hessian(at))[0]) < 1e-15


@pytest.mark.parametrize("tilt", [0.45, 0.6, 0.9])
def test_beyond_the_tilt_a_search_from_the_right_stops_where_the_slope_is_smallest(tilt):
    path = search_path(tilted_wells(tilt), np.array([1.6, 1.2]))
    assert path[-1] == pytest.approx([1 / np.sqrt(3), 0.0], abs=0.05)
    slopes = np.linalg.norm(tilted_wells(tilt).gradient(path), axis=-1)
    assert (np.diff(slopes) < 0).all()
    assert slopes[-1] == pytest.approx(tilt - VANISHING, abs=1e-3)


def test_the_readout_tells_a_critical_point_from_a_flat_one():
    scene = gradient_flat_point()
    assert cells(scene, 3)[1] == "certified minimum"
    scene.set("tilt", 0.5)
    assert cells(scene, 3)[1] == "not a critical point"
    assert cells(scene, 2)[1] == "100%"
    assert "gradient-flat" in scene.message
    scene.set("tilt", 0.2)
    scene.move("start", (0.3, 0.5))
    assert cells(scene, 3)[1] == "certified saddle"
    assert scene.message == ""
