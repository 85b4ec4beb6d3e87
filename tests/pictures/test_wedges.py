"""Wedges in space."""

import numpy as np
import pytest

from course_utils.pictures import wedges_in_space
from course_utils.widgets import Points
from tests.tools.scenes import cells, exercise_every_control, lines


@pytest.mark.parametrize(("n", "d", "meets"), [(1, 1, False), (1, 2, True), (2, 1, True), (2, 2, True)])
def test_the_dimensions_decide_whether_it_meets(n, d, meets):
    scene = wedges_in_space()
    scene.set("n", n)
    scene.set("d", d)
    for seed in range(5):
        scene.set("seed", seed)
        assert scene.message.endswith("meets the wedges." if meets else "misses the wedges.")
        assert (float(cells(scene, 0)[1]) == 0) == meets
    assert exercise_every_control(scene) > 15


def test_what_is_marked_in_space_is_what_the_line_sees():
    scene = wedges_in_space()
    seen = np.asarray(lines(scene, "seen")[0].points)
    stars = [layer for layer in scene.layers["space"] if isinstance(layer, Points)]
    near = seen[1:-1, 1] < np.minimum(seen[:-2, 1], seen[2:, 1])
    zeros = (near & (seen[1:-1, 1] < 0.02)).sum()
    assert 1 <= zeros <= len(stars) <= 3


def test_through_the_origin_everything_meets():
    scene = wedges_in_space()
    scene.set("n", 1)
    scene.move("foot", (0.0, 0.0))
    assert scene.error is None
    assert "meets" in scene.message
