"""The map of basins, alive."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.optimizers import Momentum
from course_utils.pictures import basin_explorer
from course_utils.widgets import Raster
from tests.tools.scenes import exercise_every_control


def the_map(scene):
    return next(layer for layer in scene.layers["map"] if isinstance(layer, Raster))


def test_basins_follow_the_settings_and_the_start_does_not_redraw_them():
    scene = basin_explorer(
        objectives.himmelblau(), Momentum(0.01, 0.0), ranges={"learning_rate": (0.002, 0.03)}
    )
    first = the_map(scene)
    scene.move("start", (3.0, 2.5))
    assert the_map(scene) is first
    arrived = [row[0] for row in scene.readout.rows if row[-1]]
    assert arrived == ["minimum C"]
    scene.set("learning_rate", 0.022)
    assert (the_map(scene).cells != first.cells).mean() > 0.05
    scene.set("learning_rate", 0.016)
    scene.move("start", (-4.0, -3.0))
    assert [row[0] for row in scene.readout.rows if row[-1]] == ["a settled cycle (yellow)"]
    scene.set("learning_rate", 0.01)
    assert the_map(scene) is first
    assert exercise_every_control(scene) > 10


def test_basins_of_a_function_that_takes_no_arrays():
    def bent(x):
        return min((x[0] + 1) ** 2 + x[1] ** 2, 3 * (x[0] - 1) ** 2 + x[1] ** 2 + 0.2)

    scene = basin_explorer(objectives.from_function(bent, 2, name="bent"), Momentum(0.1, 0.0))
    assert np.shape(the_map(scene).cells) == (24, 24)
    shares = {row[0]: float(row[2].rstrip("%")) for row in scene.readout.rows if row[2]}
    assert shares["minimum A"] + shares["minimum B"] == pytest.approx(100, abs=0.2)
    assert exercise_every_control(scene) > 5


def test_many_minima_are_marked_without_letters():
    scene = basin_explorer(objectives.Rastrigin(), Momentum(0.002, 0.0), resolution=20)
    assert scene.readout.rows[-4][0] == "13 others"
    assert exercise_every_control(scene) > 5


def test_a_landscape_without_a_minimum_is_refused():
    with pytest.raises(ValueError, match="found none of 'min-max saddle'"):
        basin_explorer(objectives.min_max_saddle())
