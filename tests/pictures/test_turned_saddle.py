"""The picture of methods that look at each parameter alone, on a turned saddle."""

import numpy as np
import pytest

from course_utils.objectives import two_wells
from course_utils.optimizers import GradientDescent, Jacobi, from_step, minimize
from course_utils.pictures import turned_saddle
from tests.tools.scenes import cells, exercise_every_control, lines


def path(scene, name):
    return np.asarray(next(line.points for line in lines(scene, "plane") if line.run == name))


def test_turning_the_parameters_changes_only_what_looks_at_them():
    scene = turned_saddle(start=(0.7, 0.01))
    before = {name: path(scene, name) for name in ("gradient descent", "saddle-free Newton", "Jacobi")}
    scene.set("angle", 45.0)
    for name in ("gradient descent", "saddle-free Newton"):
        np.testing.assert_allclose(path(scene, name), before[name], atol=1e-8)
    assert np.abs(path(scene, "Jacobi") - before["Jacobi"]).max() > 0.1
    assert "±0.00" in scene.message
    assert "length 2.00" in scene.message


def test_the_paths_are_runs_on_the_turned_landscape():
    scene = turned_saddle({"Jacobi": Jacobi(0.1)}, angle=30.0, start=(0.5, 0.2))
    turn = np.deg2rad(30)
    c, s = np.cos(turn), np.sin(turn)
    start = np.array([c * 0.5 - s * 0.2, s * 0.5 + c * 0.2])  # u = c x₁ + s x₂, v = c x₂ − s x₁
    run = minimize(two_wells(turn), Jacobi(0.1), start, 32)
    drawn = np.stack([c * run.x[:, 0] + s * run.x[:, 1], c * run.x[:, 1] - s * run.x[:, 0]], axis=-1)
    np.testing.assert_allclose(path(scene, "Jacobi"), drawn, atol=1e-9)


def test_the_table_tells_when_half_the_way_is_made():
    scene = turned_saddle({"descent": GradientDescent(0.1)}, start=(0.0, 0.1))
    values = minimize(two_wells(), GradientDescent(0.1), [0.0, 0.1], 32).value
    assert cells(scene, 0)[1] == f"step {np.argmax(values < -0.25)}"
    scene.move("start", (0.5, 0.0))
    assert cells(scene, 0)[1] == "not in 32"


def test_every_control_moves_and_a_readers_mistake_shows():
    assert exercise_every_control(turned_saddle()) > 6

    def mine(objective, x):
        raise RuntimeError("not yet")

    scene = turned_saddle({"descent": GradientDescent(0.1), "mine": from_step(mine)})
    assert "not yet" in scene.error
    assert len(scene.readout.rows) == 1


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="methods must hold at least one"):
        turned_saddle({})
    with pytest.raises(ValueError, match="start must have shape"):
        turned_saddle(start=[[0.0, 1.0]])
