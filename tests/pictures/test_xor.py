"""Two units that try to learn the exclusive or."""

import numpy as np
import pytest

from course_utils.networks import MLP
from course_utils.pictures import xor_units
from tests.tools.scenes import cells, exercise_every_control, read

CORNERS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
NETWORK = MLP([2, 2, 1], CORNERS, np.array([[0.0], [1.0], [1.0], [0.0]]), loss="squared_error")


def test_loss_and_slope_are_those_of_the_network_with_the_best_output_weights():
    scene = xor_units([[0.7, -0.4], [0.3, 1.1]], [0.5, -0.8])
    W, b = np.array([[0.7, -0.4], [0.3, 1.1]]), np.array([0.5, -0.8])
    features = np.column_stack([np.tanh(CORNERS @ W.T + b), np.ones(4)])
    best = np.linalg.lstsq(features, NETWORK.targets[:, 0], rcond=None)[0]
    x = np.zeros(NETWORK.dim)
    for layer, weights, biases in zip(NETWORK.layers, (W, best[None, :2]), (b, best[2:]), strict=True):
        layer.weights(x)[...], layer.bias(x)[...] = weights, biases
    loss, _, exact, rounded = cells(scene, 0)
    assert read(loss) == pytest.approx(float(NETWORK.value(x)), rel=1e-3)
    assert read(exact) == pytest.approx(np.linalg.norm(NETWORK.gradient(x)), rel=2e-2)
    assert read(rounded) == read(exact)


@pytest.mark.parametrize(
    ("weights", "biases", "level"),
    [
        ([[1, 1], [1, 1]], [1, -1], 0),  # both diagonal corners cut off
        ([[1, 1], [1, -1]], [1, 1], 1 / 16),  # two neighbours cut off
        ([[1, 1], [1, 1.01]], [1, 1], 1 / 12),  # one corner cut off, twice
        ([[1, 0.01], [1, 0.01]], [0, 0], 1 / 8),  # one side
    ],
)
def test_steep_units_come_near_to_the_levels_and_rounding_makes_them_look_critical(weights, biases, level):
    scene = xor_units(weights, biases)
    scene.set("steepness", 40.0)
    loss, _, exact, rounded = cells(scene, 0)
    assert read(loss) == pytest.approx(level, abs=2e-3)
    if level in (1 / 16, 1 / 12):
        assert read(rounded) == 0
        assert 0 < read(exact) < 1e-12


def test_everything_can_be_moved():
    assert exercise_every_control(xor_units()) > 15
    assert exercise_every_control(xor_units(np.zeros((2, 2)), np.zeros(2))) > 15


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"weights must have shape \(2, 2\)"):
        xor_units(np.ones((3, 2)), np.zeros(2))
