"""Activations where they saturate."""

import numpy as np
import pytest
from scipy.special import expit

from course_utils.networks.activations import activations_named


def test_the_sigmoid_keeps_its_digits_far_out():
    z = np.r_[-745.0, -710.0, -300.0, -40.0, np.linspace(-20, 20, 401), 40.0, 800.0]
    a = z.copy()
    (sigmoid,) = activations_named("sigmoid", 1)
    sigmoid.apply(a)
    np.testing.assert_allclose(a, expit(z), rtol=4e-16, atol=1e-308)
    assert a[3] == pytest.approx(4.248354255291589e-18)
    assert sigmoid.slope(a)[3] == pytest.approx(4.248354255291589e-18)


def test_one_name_is_for_every_layer_and_several_for_one_each():
    names = ["tanh", "identity", "relu"]
    assert [phi.name for phi in activations_named(names, 3)] == names
    assert [phi.name for phi in activations_named("relu", 2)] == ["relu", "relu"]
    assert activations_named("relu", 0) == activations_named((), 0) == ()
    for count in (0, 2, 4):
        with pytest.raises(ValueError, match=f"one for each of the hidden layers, here {count}, got"):
            activations_named(names, count)


@pytest.mark.parametrize("name", ["gelu", 3, None, ["tanh", "gelu"], [["tanh"]]], ids=str)
def test_unknown_names_are_named(name):
    with pytest.raises(ValueError, match="activation must be one of tanh, relu, sigmoid, identity, got "):
        activations_named(name, 2)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "identity"])
def test_slope_and_bend_are_the_derivatives_by_complex_steps(name):
    (phi,) = activations_named(name, 1)
    z = np.linspace(-3.1, 3.2, 50)
    a, stepped = z.copy(), z + 1e-30j
    phi.apply(a)
    kept = a.copy()
    if name == "relu":
        slope = (z > 0).astype(float)
    else:
        phi.apply(stepped)
        slope = stepped.imag / 1e-30
    np.testing.assert_allclose(phi.slope(a), slope, rtol=1e-12, atol=1e-15)
    if phi.bend is None:
        assert name in ("relu", "identity")
    else:
        curvature = phi.slope(stepped).imag / 1e-30
        np.testing.assert_allclose(phi.bend(a) * slope, curvature, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(a, kept)
