"""The pictures of random Hessians."""

import numpy as np
import pytest

from course_utils.pictures import height_and_index, random_hessians
from course_utils.random_landscapes import semicircle_below
from tests.tools.scenes import cells, exercise_every_control


@pytest.mark.parametrize("make", [random_hessians, height_and_index])
def test_every_control_can_be_moved_to_both_ends(make):
    assert exercise_every_control(make()) > 2


def test_random_hessians_report_probabilities():
    scene = random_hessians()
    scene.set("dimension", 2)
    assert float(cells(scene, 0)[1]) == pytest.approx(0.25)
    assert float(cells(scene, 0)[2]) == pytest.approx((2 - np.sqrt(2)) / 4, rel=0.05)
    scene.set("dimension", 20)
    assert "about" in cells(scene, 0)[2]
    coins, matrices = (float(cell) for cell in cells(scene, 1)[1:])
    assert matrices < coins / 2


def test_the_index_follows_the_height():
    scene = height_and_index()
    for height in (-1.5, 0.0, 1.0):
        scene.set("height", height)
        fraction = float(cells(scene, 0)[1].rstrip("%")) / 100
        assert fraction == pytest.approx(float(semicircle_below(height)), abs=0.01)
        assert scene.message == ""
    scene.set("height", -2.6)
    assert "minima" in scene.message
