"""A small network on digits, for the tests of what second-order optimizers do."""

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.networks import MLP


@pytest.fixture(scope="module")
def network():
    digits = load("mnist-10x10").subset(100)
    return MLP([100, 2, 10], digits.inputs, digits.targets, weight_decay=1e-2)


@pytest.fixture(scope="module")
def start(network):
    return network.initial(np.random.default_rng(0))
