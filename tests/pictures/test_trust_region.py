"""The trust region of a step, and the destinations of methods."""

import time

import numpy as np
import pytest

from course_utils.objectives import Wells, himmelblau, quadratic
from course_utils.optimizers import GradientDescent, Newton, SaddleFreeNewton
from course_utils.pictures import destinations, trust_region
from course_utils.pictures.trust_region import destination_map, destination_shares
from tests.tools.scenes import exercise_every_control


def test_the_best_point_of_the_region_is_lower_than_every_other():
    f = Wells([-1.0, 2.0])
    scene = trust_region(f, [0.3, 0.7], radius=0.2)
    x = np.array([0.3, 0.7])
    layers = {layer.label: layer for layer in scene.layers["plane"] if getattr(layer, "label", "")}
    H, g = f.hessian(x), f.gradient(x)
    size = np.diag(np.abs(np.diag(H)))
    inner = np.asarray(layers["Δᵀ|H|Δ = r"].points) - x
    np.testing.assert_allclose(np.einsum("ij,jk,ik->i", inner, size, inner), 0.2)
    outer = np.asarray(layers["|½ΔᵀHΔ| = r"].points) - x
    outer = outer[np.isfinite(outer).all(axis=1)]
    np.testing.assert_allclose(np.abs(0.5 * np.einsum("ij,jk,ik->i", outer, H, outer)), 0.2, rtol=1e-9)
    best = np.asarray(layers["lowest gᵀΔ in the region"].points).ravel() - x
    assert best @ size @ best == pytest.approx(0.2)
    assert best @ g <= (inner @ g).min() + 1e-12
    exercise_every_control(scene)


def test_destinations_tell_newton_from_saddle_free_newton():
    f = himmelblau()
    shares = {
        type(o).__name__: destination_shares(f, destination_map(f, o, resolution=30, steps=60))
        for o in (Newton(), SaddleFreeNewton())
    }
    assert shares["Newton"]["saddle"] > 0.2
    assert shares["Newton"]["maximum"] > 0.05
    assert shares["SaddleFreeNewton"]["minimum"] > 0.9
    scene = destinations(
        f,
        {"Newton": (Newton(), 30), "descent": (GradientDescent(0.01), 100)},
        start=(0.0, 1.0),
        resolution=20,
    )
    assert [row[0] for row in scene.readout.rows] == ["Newton", "one run"]  # the other is not given away
    exercise_every_control(scene)
    scene.set("method", "descent")
    assert [row[0] for row in scene.readout.rows] == ["descent", "one run"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: trust_region(quadratic([1.0])), "two parameters"),
        (lambda: trust_region(Wells([-1.0, 1.0]), radius=0), "radius must be positive"),
        (lambda: destinations(Wells([-1.0, 1.0]), {}, start=(0, 0)), "methods must hold"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_drag_is_answered_at_once():
    scene = trust_region(Wells([-1.0, 2.0]), [0.3, 0.7])
    spent = []
    for t in np.linspace(0, 1, 12):
        before = time.process_time()
        scene.move("point", (t, 0.5))
        spent.append(time.process_time() - before)
    assert np.median(spent) < 0.04
