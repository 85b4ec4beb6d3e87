"""The stored measurement of a PyTorch network, made again by our own with the same parameters."""

from dataclasses import fields

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.experiments import own_network
from course_utils.networks import MLP

STORED = own_network.shipped()


@pytest.fixture(scope="module")
def network():
    digits = load("mnist-10x10").subset(500).standardize()
    return MLP([100, 16, 10], digits.inputs, digits.targets)


def ours(network, theirs):
    """Return PyTorch's parameters (weights, then biases of a layer) in our order, unit by unit."""
    x, at = np.empty(network.dim), 0
    for layer in network.layers:
        size = layer.outputs * layer.inputs
        layer.weights(x)[...] = theirs[at : at + size].reshape(layer.outputs, layer.inputs)
        layer.bias(x)[...] = theirs[at + size : at + size + layer.outputs]
        at += layer.size
    return x


def test_our_network_measures_the_same(network):
    again = own_network.measure(network, ours(network, STORED.start))
    for name in ("loss", "sharpness", "descended"):
        np.testing.assert_allclose(getattr(again, name), getattr(STORED, name), rtol=1e-6)
    np.testing.assert_allclose(again.ends, STORED.ends, rtol=1e-3)
    np.testing.assert_array_equal(again.moments, STORED.moments)
    # The probes are other vectors in the order of our parameters.
    assert again.negative == pytest.approx(STORED.negative, abs=0.05)
    # Along the lowest eigenvector: either sign, and known to the tolerance of the search for it.
    np.testing.assert_allclose(again.along.min(), STORED.along.min(), rtol=0.02)


def test_what_the_lesson_says_of_it():
    assert STORED.ends[0] < 0 < STORED.ends[1]
    assert STORED.loss[-1] < STORED.loss[0]
    assert "PyTorch is not installed here" in STORED.about


def test_the_stored_one_stands_in_where_torch_is_missing_and_nothing_else_is_hidden():
    def without():
        raise ModuleNotFoundError("no torch", name="torch")

    def mistaken():
        raise ModuleNotFoundError("no tourch", name="tourch")

    found = own_network.measured(without)
    for field in fields(found):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(STORED, field.name))
    with pytest.raises(ModuleNotFoundError, match="tourch"):
        own_network.measured(mistaken)


def test_a_network_that_is_there_is_measured(network):
    small = network.batch(np.arange(60))

    small.start = small.initial(np.random.default_rng(0))
    found = own_network.measured(lambda: small)
    assert found.about.endswith("computed here")
    assert found.loss[0] == pytest.approx(float(small.value(small.start)))


def test_a_trained_network_is_measured_as_it_is(network):
    x = ours(network, STORED.start)
    found = own_network.measure(network, x, steps=0)
    assert found.loss == [network.value(x)]
    exact = np.linalg.eigvalsh(network.hessian(x))
    np.testing.assert_allclose(found.ends, exact[[0, -1]], rtol=1e-3, atol=1e-4)
    assert found.moments.tolist() == [0]


def test_a_rate_that_is_too_large_is_named(network):
    with pytest.raises(ValueError, match=r"rate must be small enough.*went from 2.* steps=0"):
        own_network.measure(network, ours(network, STORED.start), rate=500.0, steps=30)
