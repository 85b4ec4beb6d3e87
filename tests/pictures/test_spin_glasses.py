"""The pictures of spin glasses."""

import numpy as np
import pytest

from course_utils.pictures import complexity_curves, glass_descent
from course_utils.random_landscapes import complexity
from tests.tools.scenes import cells, exercise_every_control, lines


@pytest.mark.parametrize("make", [glass_descent, complexity_curves])
def test_every_control_can_be_moved_to_both_ends(make):
    assert exercise_every_control(make()) > 8


def test_descent_ends_with_no_negative_eigenvalue():
    scene = glass_descent()
    scene.set("steps", 200)
    assert cells(scene, 1)[2] == "0 of 19"
    assert float(cells(scene, 1)[1]) < -1
    assert cells(scene, 1)[4] == "1.000"
    way = np.asarray(lines(scene, "sheet")[0].points)
    np.testing.assert_allclose(way[0], scene.state.start, atol=1e-9)


def test_the_readers_rule_drives_the_run():
    def stay(x, g, learning_rate):
        return x

    scene = glass_descent(stay)
    assert cells(scene, 0)[1] == cells(scene, 1)[1]

    def fall(x, g, learning_rate):
        return x - learning_rate * g  # never brought back to the sphere

    assert float(cells(glass_descent(fall), 1)[4]) > 1.05


def test_a_rule_that_breaks_is_shown_as_an_error():
    scene = glass_descent(lambda x, g, learning_rate: x * np.nan)
    assert "finite" in scene.error


def test_the_curves_are_those_of_the_theory():
    scene = complexity_curves()
    scene.set("order", 4)
    scene.set("energy", -1.75)
    for row, k in enumerate((None, 0, 1, 2, 5)):
        assert float(cells(scene, row)[1]) == pytest.approx(float(complexity(-1.75, 4, k)), rel=0.01)
    assert "−1.732" in scene.message
