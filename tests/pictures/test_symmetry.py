"""The picture of the symmetries of units."""

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.networks import MLP
from course_utils.pictures import unit_symmetries
from tests.tools.scenes import exercise_every_control


@pytest.mark.parametrize(
    ("network", "control", "value", "same"),
    [
        ("tanh", "order", 3, True),
        ("relu", "order", 3, True),
        ("tanh", "flips", 2, True),
        ("relu", "flips", 2, False),
        ("tanh", "scale", 2.0, False),
        ("relu", "scale", 2.0, True),
    ],
)
def test_each_activation_has_its_symmetries(networks, network, control, value, same):
    scene = unit_symmetries(networks, (10, 10), load().test_inputs[0])
    assert scene.message == "Nothing is changed yet."
    scene.set("network", network)
    scene.set(control, value)
    assert ("same function" in scene.message) == same
    assert (f"the {network} network does not have" in scene.message) != same
    losses = [row[1] for row in scene.readout.rows]
    assert (losses[0] == losses[1]) == same


def test_symmetries_bear_every_move(networks):
    scene = unit_symmetries(networks, (10, 10), load().test_inputs[0])
    assert exercise_every_control(scene) > 8


@pytest.mark.parametrize(
    ("sizes", "problem"),
    [([], "at least one"), ([(100, 5, 5, 10)], "one hidden layer"), ([(100, 1, 10)], "2 hidden")],
)
def test_networks_that_cannot_be_shown_are_refused(sizes, problem):
    made = {str(size): MLP(size, np.zeros((2, 100)), [0, 1]) for size in sizes}
    with pytest.raises(ValueError, match=problem):
        unit_symmetries({name: (n, np.zeros(n.dim)) for name, n in made.items()}, (10, 10), np.zeros(100))
