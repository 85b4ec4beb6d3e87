"""The stored measurement of a PyTorch network, made again by our own with the same parameters."""

from dataclasses import fields

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.experiments import own_network
from course_utils.networks import MLP
from course_utils.objectives import Objective, Planar
from course_utils.optimizers import Adam, minimize

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
    assert again.counted
    assert STORED.counted
    assert again.negative == pytest.approx(STORED.negative, abs=2 / network.dim)
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


@pytest.mark.parametrize("returned", [None, (1, 2), MLP])
def test_what_is_no_objective_is_named(returned):
    with pytest.raises(ValueError, match="build must return an objective, such as from_torch"):
        own_network.measured(lambda: returned)


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


def test_a_comparison_that_climbs_is_refused_with_the_rates_that_can_work():
    digits = load("mnist-10x10").subset(100).standardize()
    regression = MLP([100, 12, 1], digits.inputs, digits.targets[:, None] * 1.0, loss="squared_error")
    start = regression.initial(np.random.default_rng(0))
    x = minimize(regression, Adam(0.02), start, 100, record="ends").x[-1]
    limit = 2 / np.linalg.eigvalsh(regression.hessian(x))[-1]
    with pytest.raises(ValueError, match=r"rate must be small enough .* none above 2/λ_max = ") as told:
        own_network.measure(regression, x, rate=6 * limit, steps=0)
    assert f"with {6 * limit:g} it went" in str(told.value)
    assert f"= {limit:.3g} can work" in str(told.value)
    found = own_network.measure(regression, x, rate=0.4 * limit, steps=0)
    assert found.descended < found.loss[-1]


class Bowl(Objective):
    """c‖x‖²/2: the curvature c in every direction; with c = 0 a plane that rises by 1 along each."""

    def __init__(self, dim, c):
        super().__init__(f"curvature {c}", dim)
        self.c, self.slope = c, float(c == 0)

    def _value(self, x):
        return self.c * (x**2).sum(axis=-1) / 2 + self.slope * x.sum(axis=-1)

    def _gradient(self, x):
        return self.c * x + self.slope

    def _hvp(self, x, v):
        return self.c * v


@pytest.mark.parametrize(("curvature", "share"), [(2.0, 0.0), (-2.0, 1.0), (0.0, 0.0)])
@pytest.mark.parametrize("dim", [1, 2, 101, 3500])  # the last is too large to count
def test_one_curvature_alone_in_one_dimension_or_many(dim, curvature, share):
    found = own_network.measure(Bowl(dim, curvature), np.full(dim, 0.7), rate=0.1, steps=2)
    np.testing.assert_allclose(found.ends, [curvature, curvature], rtol=1e-6)
    assert found.negative == pytest.approx(share)
    assert found.counted == (dim < 3000)


def test_where_the_curvature_grows_on_the_way_up_no_limit_is_told_for_a_ridge():
    ridge = Planar(
        "a ridge between walls",
        lambda a, b: -(a**2) / 2 - b**2 / 2 + a**4 + b**4,
        lambda a, b: (-a + 4 * a**3, -b + 4 * b**3),
        lambda a, b: (-1 + 12 * a**2, 0 * a, -1 + 12 * b**2),
    )
    with pytest.raises(ValueError, match="rate must be small enough") as told:
        own_network.measure(ridge, np.array([0.1, 0.1]), rate=20.0, steps=0)
    assert "λ_max" not in str(told.value)
