"""The pictures of volumes and distances in many dimensions."""

import numpy as np
import pytest

from course_utils.pictures import distance_spread, volume_shell
from course_utils.random_landscapes import band_fraction
from tests.tools.scenes import cells, exercise_every_control


@pytest.mark.parametrize("make", [volume_shell, distance_spread])
def test_every_control_can_be_moved_to_both_ends(make):
    assert exercise_every_control(make()) > 2


def test_the_shell_and_what_is_printed_for_it():
    scene = volume_shell()
    scene.set("dimension", 100)
    scene.set("thickness", 0.05)
    shown = [float(cells(scene, row)[1]) for row in range(3)]
    assert shown == pytest.approx(
        [1 - 0.95**100, 1 - np.exp(-0.125), float(band_fraction(100, 0.05))], abs=1e-4
    )


def test_the_layers_of_the_ball_add_up_to_it():
    scene = volume_shell()
    for dimension in (1, 30, 1000):
        scene.set("dimension", dimension)
        inner, shell, by_height = scene.layers["where"]
        assert np.sum(inner.heights) + np.sum(shell.heights) == pytest.approx(1)
        assert np.asarray(by_height.points)[:, 1].sum() == pytest.approx(1)


def test_distances_agree_in_high_dimension():
    scene = distance_spread()
    scene.set("dimension", 1000)
    spread, nearest = (float(cells(scene, row)[1].rstrip("%")) for row in (0, 1))
    assert spread == pytest.approx(100 * np.sqrt(2 / 1000), rel=0.15)
    assert nearest > 85
    scene.set("dimension", 2)
    assert float(cells(scene, 1)[1].rstrip("%")) < 15


@pytest.mark.parametrize(("make", "panel"), [(volume_shell, "share"), (distance_spread, "trend")])
def test_nothing_beyond_the_slider_is_shown(make, panel):
    scene = make()
    scene.set("dimension", 20)
    for layer in scene.layers[panel]:
        assert np.asarray(layer.points)[:, 0].max() == 20
