"""A path bent by hand."""

import numpy as np
import pytest

from course_utils.objectives import from_function
from course_utils.pictures import bend_by_hand
from tests.tools.scenes import cells, exercise_every_control, read

# f = (x₂ − x₁²)² + x₃²: its floor between (−1, 1, 0) and (1, 1, 0) is the Bézier curve bent by (0, −1, 0).
VALLEY = from_function(lambda x: (x[..., 1] - x[..., 0] ** 2) ** 2 + x[..., 2] ** 2, 3)
START, END, MIDDLE = [-1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, -1.0, 0.0]


def test_dragged_onto_the_trained_middle_the_barrier_is_gone():
    scene = bend_by_hand(VALLEY, START, END, MIDDLE)
    assert float(cells(scene, 0)[1]) == pytest.approx(1.0)
    assert 0 < float(cells(scene, 1)[1]) < 1
    scene.move("middle", (1.0, 2.0))  # halfway along, and the trained middle's distance from the line
    assert read(scene.readout.rows[1][1]) < 1e-9
    assert read(scene.readout.rows[2][1]) < 1e-9
    scene.set("shape", "polygon")
    assert float(cells(scene, 1)[1]) > 0.1  # two straight pieces leave the curved floor
    scene.move("middle", (1.0, 0.0))
    assert float(cells(scene, 1)[1]) == pytest.approx(1.0)
    assert exercise_every_control(scene) > 6


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="must not lie on the line"):
        bend_by_hand(VALLEY, START, END, [0.5, 1.0, 0.0])
    with pytest.raises(ValueError, match="start and end differ"):
        bend_by_hand(VALLEY, START, START, MIDDLE)
    with pytest.raises(ValueError, match="must have shape"):
        bend_by_hand(VALLEY, START, END, np.zeros((2, 3)))
