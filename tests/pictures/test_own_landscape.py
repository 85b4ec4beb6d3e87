"""The landscape that the reader draws, driven from Python."""

import pickle

import numpy as np
import pytest

from course_utils.critical_points import planar_critical_points
from course_utils.landscapes import basin_map
from course_utils.objectives import GaussianLandscape
from course_utils.optimizers import Adam, GradientDescent, Newton, minimize
from course_utils.pictures import OwnLandscape, own_landscape
from course_utils.widgets import Landscape, Points, Raster
from tests.tools.scenes import exercise_every_control, lines


@pytest.fixture
def picture():
    picture = own_landscape()
    picture.set("marked", True)
    return picture


def drawn(picture):
    (ground,) = [layer for layer in picture.layers["ground"] if isinstance(layer, Landscape)]
    return ground.objective


def test_what_is_drawn_can_be_taken_along(picture):
    assert isinstance(picture, OwnLandscape)
    picture.move("place_1", (0.5, -0.25))
    picture.move("shape_1", (0.8, -2.5))
    taken = picture.objective
    assert isinstance(taken, GaussianLandscape)
    assert taken.centers[0] == pytest.approx([0.5, -0.25])
    assert (taken.widths[0], taken.heights[0]) == pytest.approx((0.8, -2.5))
    x = np.random.default_rng(0).uniform(-3, 3, (20, 2))
    before = taken.value(x)
    np.testing.assert_array_equal(drawn(picture).value(x), before)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(taken)).gradient(x), taken.gradient(x))
    picture.move("place_1", (-2.0, 2.0))
    np.testing.assert_array_equal(taken.value(x), before)
    assert not np.array_equal(picture.objective.value(x), before)


def test_one_more_and_one_less(picture):
    for count in (0, 1, 6, 2):
        picture.set("count", count)
        assert picture.error is None
        assert picture.objective.heights.size == count
    there = [name for name, handle in picture.handles.items() if handle.is_there(picture.state)]
    assert there == ["start", "place_1", "shape_1", "place_2", "shape_2"]


def test_runs_map_and_critical_points_are_those_of_the_landscape(picture):
    picture.move("place_2", (1.0, -0.4))
    picture.set("learning_rate", 0.05)
    picture.set("map_of", "Adam")
    f = picture.objective
    run = minimize(f, GradientDescent(0.05), picture.state.start, 60)
    path = next(line for line in lines(picture, "ground") if line.run == "GradientDescent")
    assert np.asarray(path.points) == pytest.approx(run.x)
    points = planar_critical_points(f)
    marked = [layer for layer in picture.layers["ground"] if isinstance(layer, Points)]
    shown = np.concatenate([np.asarray(layer.points) for layer in marked])
    assert len(shown) == len(points)
    for point in points:
        assert np.linalg.norm(shown - point.x, axis=-1).min() < 1e-8
    rows = [row for row in picture.readout.rows if row[1]]
    assert [int(row[1]) for row in rows] == [point.index for point in points]
    (raster,) = [layer for layer in picture.layers["map"] if isinstance(layer, Raster)]
    minima = [point.x for point in points if point.index == 0]
    found = basin_map(f, Adam(0.05), minima=minima, resolution=36, steps=60)
    np.testing.assert_array_equal(np.asarray(raster.cells), found.labels + 2)


def test_critical_points_are_not_told_before_the_reader_asks():
    picture = own_landscape()
    assert picture.message == ""
    assert not [layer for layer in picture.layers["ground"] if isinstance(layer, Points)]
    assert [row[0] for row in picture.readout.rows] == ["GradientDescent", "Momentum", "Adam"]


def test_morses_count_is_shown_and_what_it_misses_is_said(picture):
    assert picture.message == "minima − saddles + maxima = 2 − 2 + 1 = 1"
    picture.set("count", 1)
    picture.set("bowl", 0.05)
    picture.move("place_1", (2.9, 2.9))
    picture.move("shape_1", (1.5, 3.0))  # a broad hill in the corner, whose top lies outside
    assert picture.message.endswith("1 − 0 + 0 = 1")
    picture.move("place_1", (0.0, 0.0))  # in the middle its whole foot is one ring of lowest points
    assert picture.message.startswith("minima − saddles + maxima = 0 − 0 + 1 = 1; ")
    assert picture.message.endswith("are degenerate, so the sum need not be 1.")
    assert len(picture.readout.rows) == 12 + 1 + 3


def test_a_landscape_to_go_on_with_and_other_optimizers():
    given = GaussianLandscape([[1.0, 1.0]], [-2.0], [0.5], bowl=0.2)
    picture = own_landscape(given, [Newton(), GradientDescent(0.1)], start=(1.2, 1.1))
    x = np.random.default_rng(0).uniform(-3, 3, (20, 2))
    np.testing.assert_allclose(picture.objective.value(x), given.value(x), rtol=1e-13)
    ends = {row[0]: row[5] for row in picture.readout.rows}
    assert ends["Newton"] == ends["GradientDescent"] == "ends at A"


def test_every_control_can_be_moved(picture):
    assert exercise_every_control(picture) > 50


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            GaussianLandscape(np.zeros((7, 2)), np.ones(7), np.ones(7)),
            "at most 6 hills and hollows",
        ),
        (GaussianLandscape([[0.0, 0.0, 0.0]], [1.0], [1.0]), "two parameters"),
        (GaussianLandscape([[0.0, 0.0]], [9.0], [1.0]), "heights within ±3"),
    ],
)
def test_a_landscape_that_cannot_be_drawn_is_named(given, words):
    with pytest.raises(ValueError, match=words):
        own_landscape(given)


def test_two_optimizers_of_one_kind_are_refused():
    with pytest.raises(ValueError, match="optimizers must be of different kinds"):
        own_landscape(optimizers=[Adam(0.1), Adam(0.2)])


def test_while_the_start_is_moved_the_ground_and_its_map_stay():
    picture = own_landscape()
    ground, raster = picture.layers["ground"][0], picture.layers["map"][0]
    picture.move("start", (1.0, -2.0))
    assert picture.layers["ground"][0].objective is ground.objective
    assert picture.layers["map"][0] is raster
    picture.set("learning_rate", 0.1)
    assert picture.layers["ground"][0].objective is ground.objective
    assert picture.layers["map"][0] is not raster
    picture.move("place_1", (-1.0, 0.0))
    assert picture.layers["ground"][0].objective is not ground.objective
