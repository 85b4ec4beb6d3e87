"""Small networks on digits, for the tests of pictures that show them."""

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.networks import MLP


@pytest.fixture(scope="module")
def networks():
    digits = load("mnist-10x10").subset(50)
    made = {}
    for activation in ("tanh", "relu"):
        network = MLP([100, 5, 10], digits.inputs, digits.targets, activation=activation)
        made[activation] = (network, network.initial(np.random.default_rng(0), scale=2.0))
    return made
