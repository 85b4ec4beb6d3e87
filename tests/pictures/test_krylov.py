"""The pictures of Krylov subspaces and of damping."""

import numpy as np
import pytest

from course_utils.objectives import Wells
from course_utils.pictures import damping_view, krylov_view
from tests.tools.scenes import exercise_every_control, read
from tests.tools.spectra import BLIND_SPOT, gradient_with_overlap


def test_a_blind_subspace_says_so_and_a_random_vector_cures_it():
    scene = krylov_view(BLIND_SPOT, gradient_with_overlap(0.0), most=30, subspace=20)
    assert "bowl" in scene.message
    assert read(scene.readout.rows[0][1]) == pytest.approx(0.1, abs=0.01)
    scene.set("overlap", 1e-6)
    assert read(scene.readout.rows[0][1]) == pytest.approx(-0.97, abs=0.01)
    scene.set("overlap", 0.0)
    scene.set("mix", 0.1)
    assert read(scene.readout.rows[0][1]) == pytest.approx(-1.0, abs=0.01)
    exercise_every_control(scene)


def test_damping_changes_the_loss_as_a_step_does():
    f = Wells([-1.0, 2.0, 0.5])
    points = {"a": [0.3, 0.7, 0.1], "b": [0.1, -0.2, 0.4]}
    scene = damping_view(f, points)
    curve = np.asarray(scene.layers["losses"][0].points)
    k = 40
    x = np.array(points["a"])
    step = f.gradient(x) / (np.abs(np.diag(f.hessian(x))) + curve[k, 0])
    assert curve[k, 1] == pytest.approx(float(f.value(x - step)))
    exercise_every_control(scene)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: krylov_view([1.0, 2.0], [1.0, 1.0]), "a negative one"),
        (lambda: damping_view(Wells([-1.0, 1.0]), {"a": [0, 0]}), "points must hold at least two"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
