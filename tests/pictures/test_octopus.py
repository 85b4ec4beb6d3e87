"""The picture of the octopus: paths, times, and the law that they follow."""

import numpy as np
import pytest

from course_utils.objectives import Octopus
from course_utils.optimizers import GradientDescent, minimize
from course_utils.pictures import octopus_tentacles
from course_utils.pictures.octopus import MOST_STEPS, both_times, exit_times
from tests.tools.scenes import cells, exercise_every_control


def test_every_control_can_be_moved_to_both_ends():
    assert exercise_every_control(octopus_tentacles()) > 4


def test_the_table_says_when_each_saddle_was_passed():
    scene = octopus_tentacles()
    assert len(scene.readout.rows) == 2  # later ones are for the reader to predict
    scene.set("dim", 5)
    f = Octopus(5)
    times = exit_times(f, minimize(f, GradientDescent(0.25), np.full(5, 0.35), 1000).x)
    for k in range(5):
        assert cells(scene, k)[:2] == [f"saddle {k + 1}", f"step {int(times[k])}"]
    scene.set("dim", 7)
    assert cells(scene, 6)[1] == "—"
    assert f"not within {MOST_STEPS:,} steps" in scene.message


def test_perturbed_descent_gains_more_with_every_saddle():
    slow, quick = (np.array(times) for times in both_times(6, 1.0, 0.1))
    gain = slow[2:] / quick[2:]
    assert np.all(np.diff(gain) > 0)
    assert gain[-1] > 10


def test_a_start_on_the_ridge_passes_no_saddle_unless_shaken():
    scene = octopus_tentacles()
    scene.move("start", (0.0, 1.0))
    assert "gradient descent has passed 0 of 2 saddles" in scene.message
    assert "perturbed descent 0" not in scene.message


def test_times_of_a_batch():
    f = Octopus(2)
    x = np.zeros((4, 3, 2))
    x[2:, 0, 0] = 6.0  # 2τ is 5.44
    x[3, 0, 1] = -6.0
    x[1:, 1, 1] = 6.0  # the second coordinate alone counts for nothing
    assert exit_times(f, x).tolist() == [[2, 3], [np.inf, np.inf], [np.inf, np.inf]]


@pytest.mark.parametrize("L", [1.5, 2.0])
def test_the_dotted_line_is_the_law(L):
    scene = octopus_tentacles()
    scene.set("dim", 5)
    scene.set("smoothness", next(end for end in scene.controls["smoothness"].ends if float(end) == L))
    line = next(layer for layer in scene.layers["times"] if layer.label == "growth by halving")
    points = np.asarray(line.points)
    growth = 1 + np.log(2) / np.log(1 + 1 / (2 * L))
    np.testing.assert_allclose(points[1:, 1] / points[:-1, 1], growth, rtol=1e-12)
