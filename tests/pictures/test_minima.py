"""The live pictures of basins, the way round, unit symmetries and the line between two networks."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.datasets import load
from course_utils.landscapes import straight_line
from course_utils.networks import MLP
from course_utils.optimizers import Momentum
from course_utils.pictures import basin_explorer, line_between, unit_symmetries, way_round
from course_utils.widgets import Raster
from tests.tools.scenes import exercise_every_control


@pytest.fixture(scope="module")
def networks():
    digits = load("mnist-10x10").subset(50)
    made = {}
    for activation in ("tanh", "relu"):
        network = MLP([100, 5, 10], digits.inputs, digits.targets, activation=activation)
        made[activation] = (network, network.initial(np.random.default_rng(0), scale=2.0))
    return made


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
    scene.set("learning_rate", 0.01)
    assert the_map(scene) is first
    assert exercise_every_control(scene) > 10


def test_basins_of_a_function_that_takes_no_arrays():
    def bent(x):
        return min((x[0] + 1) ** 2 + x[1] ** 2, 3 * (x[0] - 1) ** 2 + x[1] ** 2 + 0.2)

    scene = basin_explorer(objectives.from_function(bent, 2, name="bent"), Momentum(0.1, 0.0))
    assert np.shape(the_map(scene).cells) == (24, 24)
    shares = {row[0]: float(row[2].rstrip("%")) for row in scene.readout.rows}
    assert shares["minimum A"] + shares["minimum B"] == pytest.approx(100, abs=0.2)
    assert exercise_every_control(scene) > 5


def test_many_minima_are_marked_without_letters():
    scene = basin_explorer(objectives.Rastrigin(), Momentum(0.002, 0.0), resolution=20)
    assert scene.readout.rows[-2][0] == "13 others"
    assert exercise_every_control(scene) > 5


def test_a_landscape_without_a_minimum_is_refused():
    with pytest.raises(ValueError, match="found none of 'min-max saddle'"):
        basin_explorer(objectives.min_max_saddle())


def test_the_way_round_opens_only_off_the_plane():
    scene = way_round()
    rows = {row[0]: row for row in scene.readout.rows}
    assert rows["in the plane, z = 0"][2] == "never"
    steps = int(rows["with the third coordinate"][2])
    scene.set("offset", 1e-8)
    assert int(scene.readout.rows[1][2]) > steps + 30
    scene.set("offset", 0.0)
    assert scene.readout.rows[1][2] == "never"
    assert "never leaves" in scene.message
    scene.set("offset", 1e-4)
    scene.set("stiffness", 0.6)
    assert "trap in three dimensions" in scene.message
    scene.set("stiffness", 0.2)
    scene.move("start", (3.0, 0.0))
    assert "itself leads to the goal" in scene.message
    assert exercise_every_control(scene) > 5


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
    scene.set("network", network)
    scene.set("order", 0)
    assert scene.message == "Nothing is changed yet."
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


def test_matching_units_lowers_the_line_between_two_copies(networks):
    network, x = networks["tanh"]
    other = np.random.default_rng(1).permutation(5)
    from course_utils.networks import permute_units

    copy = permute_units(network, x, 0, other)
    digits = load()
    scene = line_between({"copies": (network, x, copy)}, digits.test_inputs[:100], digits.test_targets[:100])
    as_trained, matched = scene.readout.rows
    assert float(as_trained[-1]) == pytest.approx(straight_line(network, x, copy).barrier, rel=1e-2)
    assert abs(float(matched[-1].replace("−", "-").split("·")[0])) < 1e-9 or "10⁻" in matched[-1]
    assert exercise_every_control(scene) > 2
    with pytest.raises(ValueError, match="at least one"):
        line_between({}, digits.test_inputs, digits.test_targets)
