"""The walk in a landscape of noise."""

import numpy as np
import pytest

from course_utils.pictures import field_walk
from course_utils.widgets import Raster
from tests.tools.scenes import cells, exercise_every_control, lines


def test_every_control_can_be_moved_to_both_ends():
    assert exercise_every_control(field_walk()) > 8


def test_in_two_dimensions_the_run_ends_in_a_minimum_of_the_map():
    scene = field_walk()
    scene.set("steps", 200)
    assert cells(scene, 1)[2] == "0 of 2"
    assert float(cells(scene, 1)[1]) < float(cells(scene, 0)[1])
    assert "whole landscape" in scene.message


def test_the_map_shows_the_index_at_the_start():
    scene = field_walk()
    raster = next(layer for layer in scene.layers["slice"] if isinstance(layer, Raster))
    side = len(raster.cells)
    for z in ((0.55, 0.95), (-1.0, 0.2), (0.3, -1.4)):
        scene.move("start", z)
        row, column = (int((value + 1.6) / 3.2 * side) for value in (z[1], z[0]))
        near = raster.cells[row - 1 : row + 2, column - 1 : column + 2]
        assert int(cells(scene, 0)[2].split()[0]) in near


def test_in_many_dimensions_the_run_leaves_the_slice_and_loses_negative_eigenvalues():
    scene = field_walk(dimension=40)
    assert "whole landscape" not in scene.message
    before, after = (int(cells(scene, row)[2].split()[0]) for row in (0, 1))
    assert after < before
    assert float(cells(scene, 1)[4]) > 0.1
    run = lines(scene, "plane")[-1]
    assert (np.diff(np.asarray(run.points)[:, 0]) <= 1e-9).all()  # heights never rise


def test_a_dimension_that_is_not_offered_is_refused():
    with pytest.raises(ValueError, match="dimension N must be one of"):
        field_walk(dimension=3)
