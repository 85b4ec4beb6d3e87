"""Slices whose directions turn, and slices of one function in two parametrisations."""

import numpy as np
import pytest

from course_utils.objectives import from_function, quadratic
from course_utils.pictures import rescaled_slices, slice_compass
from tests.tools.scenes import cells, exercise_every_control


def hidden_saddle(dim=40):
    """Return a quadratic with one direction down among many up, and its extreme eigenvectors."""
    eigenvalues = np.linspace(0.5, 3.0, dim)
    eigenvalues[0] = -2.0
    Q = np.linalg.qr(np.random.default_rng(0).standard_normal((dim, dim)))[0]
    return quadratic(Q @ np.diag(eigenvalues) @ Q.T), Q[:, [0, -1]].T


def test_turned_to_the_eigenvectors_the_picture_shows_their_eigenvalues():
    f, special = hidden_saddle()
    scene = slice_compass(f, np.zeros(40), np.random.default_rng(1).standard_normal((2, 40)), special)
    assert "minimum" in scene.message
    low, high = (float(cell) for cell in cells(scene, 0)[2:4])
    assert 0 < low < high < 3.0
    scene.move("first", (0.0, 2.3))  # straight up from its centre
    assert "saddle" in scene.message
    assert float(cells(scene, 0)[2]) == pytest.approx(-2.0)
    scene.move("second", (0.0, -0.3))
    assert [float(cell) for cell in cells(scene, 0)[2:4]] == pytest.approx([-2.0, 3.0])
    assert cells(scene, 0)[:2] == ["100%", "100%"]
    scene.move("first", (5.0, 1.3))
    scene.move("second", (5.0, -1.3))
    # Back at random, it is the plane through the directions as they were drawn.
    Q = np.linalg.qr(np.random.default_rng(1).standard_normal((2, 40)).T)[0]
    seen = np.linalg.eigvalsh(Q.T @ f.hessian(np.zeros(40)) @ Q)
    assert [float(cell) for cell in cells(scene, 0)[2:4]] == pytest.approx(seen, rel=1e-2)
    assert exercise_every_control(scene) > 5


def test_a_maximum_is_called_one():
    f = quadratic(-np.diag([1.0, 2.0, 3.0, 4.0]))
    scene = slice_compass(f, np.zeros(4), np.eye(4)[:2], np.eye(4)[2:])
    assert "maximum" in scene.message


def test_compass_says_what_does_not_fit():
    f, special = hidden_saddle()
    draw = np.random.default_rng(1).standard_normal((2, 40))
    with pytest.raises(ValueError, match="independent"):
        slice_compass(f, np.zeros(40), special, special)
    with pytest.raises(ValueError, match="must have shape"):
        slice_compass(f, np.zeros(40), draw[:1], special)
    with pytest.raises(ValueError, match="distance"):
        slice_compass(f, np.zeros(40), draw, special, distance=0.0)


@pytest.mark.parametrize(
    ("how", "which", "same"),
    [
        ("none", "all alike", False),
        ("by filter, biases moved", "all alike", False),
        ("by filter, biases left alone", "all alike", True),
        ("by filter, biases left alone", "unit by unit", False),
        ("by filter, biases moved", "unit by unit", False),
    ],
)
def test_which_normalisation_withstands_which_rescaling(networks, how, which, same):
    network, x = networks["relu"]
    scene = rescaled_slices(network, x, np.random.default_rng(0).standard_normal((2, network.dim)))
    scene.set("how", how)
    scene.set("which", which)
    assert "Both pictures are the same" in scene.message  # nothing is rescaled yet
    scene.set("beta", 3.0)
    assert ("Both pictures are the same" in scene.message) == same
    assert cells(scene, 0)[1] == cells(scene, 1)[1]  # the loss in the middle


def test_rescaled_slices_move_and_refuse(networks):
    network, x = networks["relu"]
    directions = np.random.default_rng(0).standard_normal((2, network.dim))
    assert exercise_every_control(rescaled_slices(network, x, directions)) > 5
    with pytest.raises(ValueError, match="directions"):
        rescaled_slices(network, x, directions[0])
    with pytest.raises(ValueError, match="rescale_units needs"):
        rescaled_slices(networks["tanh"][0], x, directions)


def test_any_objective_can_be_turned():
    f = from_function(lambda x: x[0] ** 2 - x[1] ** 2 + x[2] ** 2 + x[3] ** 4, 4)
    scene = slice_compass(f, np.zeros(4), np.eye(4)[[0, 2]], np.eye(4)[[1, 3]])
    assert scene.error is None


def test_a_landscape_with_a_hole_is_drawn_as_it_is():
    f = from_function(lambda x: x[0] ** 2 - np.log(0.9 - x[1]) + x[2] ** 2 + x[3] ** 2 - x[1] / 0.9, 4)
    scene = slice_compass(f, np.zeros(4), np.eye(4)[[0, 1]], np.eye(4)[[2, 3]])
    assert scene.error is None


def test_the_shaded_ground_is_the_loss(networks):
    network, x = networks["tanh"]
    draw = np.random.default_rng(0).standard_normal((4, network.dim))
    scene = slice_compass(network, x, draw[:2], draw[2:])
    shown = scene.layers["plane"][0].objective
    P = np.linalg.qr(draw[:2].T)
    rows = (P[0] * np.sign(np.diagonal(P[1]))).T
    z = np.random.default_rng(1).uniform(-1, 1, (50, 2))
    exact = network.value(x + z @ rows)
    assert np.abs(shown.value(z) - exact).max() < 1e-3 * np.ptp(exact)
