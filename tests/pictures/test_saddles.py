"""The pictures of saddles: shapes, escape and steps in the eigenbasis."""

import numpy as np
import pytest

from course_utils.pictures import eigenbasis_steps, ridge_escape, saddle_shapes
from course_utils.widgets import Arrow
from tests.tools.scenes import cells, exercise_every_control


@pytest.mark.parametrize("make", [saddle_shapes, ridge_escape, eigenbasis_steps])
def test_every_control_can_be_moved_to_both_ends(make):
    assert exercise_every_control(make()) > 2


def test_shapes_are_named_along_every_direction():
    scene = saddle_shapes()
    assert cells(scene, 0)[1] == "falls on both sides"
    scene.move("direction", (1.0, 0.0))
    assert cells(scene, 0)[1] == "rises on both sides"
    assert cells(scene, 3)[1] == "saddle"
    named = {
        "monkey": ((1.0, 0.0), "falls on one side and rises on the other", "degenerate"),
        "degenerate saddle": ((0.0, 1.0), "falls on both sides", "degenerate"),
        "valley": ((0.0, 1.0), "is flat", "degenerate"),
        "plateau": ((0.0, 1.0), "falls on one side and rises on the other", "not critical: ‖g‖ = 0.02"),
    }
    for word, (direction, along, kind) in named.items():
        (shape,) = [shape for shape in scene.controls["shape"].ends if word in shape]
        scene.set("shape", shape)
        scene.move("direction", direction)
        assert (cells(scene, 0)[1], cells(scene, 3)[1]) == (along, kind)


def test_the_escape_follows_the_logarithmic_law():
    scene = ridge_escape()
    for offset, rate, curvature in ((1e-3, 0.1, 2.0), (1e-12, 0.3, 0.7), (1e-16, 0.4, 2.0)):
        scene.set("offset", offset)
        scene.set("learning_rate", rate)
        scene.set("curvature", curvature)
        predicted = np.log(1 / offset) / np.log(1 + rate * curvature)
        assert f"at step {int(np.ceil(predicted - 1e-9))};" in scene.message
    scene.set("offset", 0.0)
    assert "for ever" in scene.message
    x2 = [row[2] for row in scene.readout.rows]
    assert x2 == ["0"] * len(x2)


def test_a_slow_escape_says_so():
    scene = ridge_escape(offset=1e-16)
    scene.set("learning_rate", 0.02)
    scene.set("curvature", 0.2)
    assert "after all 400 steps" in scene.message


def test_newton_arrives_whatever_the_signs_and_damping_holds_it_back():
    scene = eigenbasis_steps()
    for first, second in ((1.5, -0.5), (-1.0, -2.0), (2.0, 0.3)):
        scene.set("first", first)
        scene.set("second", second)
        (descent, newton) = [layer for layer in scene.layers["plane"] if isinstance(layer, Arrow)]
        np.testing.assert_allclose(newton.end, [0, 0], atol=1e-12)
        before, after = np.linalg.norm(descent.start), np.linalg.norm(descent.end)
        assert (after > before) == (first < 0)
    scene.set("first", -0.5)
    scene.set("damping", 1.0)
    assert "away" in cells(scene, 0)[4]
    scene.set("first", 0.0)
    scene.set("damping", 0.0)
    assert cells(scene, 0)[4] == "∞"
