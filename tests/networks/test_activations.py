"""Activations where they saturate."""

import numpy as np
import pytest
from scipy.special import expit

from course_utils.networks.activations import activation_named


def test_the_sigmoid_keeps_its_digits_far_out():
    z = np.r_[-745.0, -710.0, -300.0, -40.0, np.linspace(-20, 20, 401), 40.0, 800.0]
    a = z.copy()
    activation_named("sigmoid").apply(a)
    np.testing.assert_allclose(a, expit(z), rtol=4e-16, atol=1e-308)
    assert a[3] == pytest.approx(4.248354255291589e-18)
    assert activation_named("sigmoid").slope(a)[3] == pytest.approx(4.248354255291589e-18)


@pytest.mark.parametrize("name", ["gelu", 3, None, ["tanh"]], ids=str)
def test_unknown_names_are_named(name):
    with pytest.raises(ValueError, match="activation must be one of tanh, relu, sigmoid, identity, got "):
        activation_named(name)
