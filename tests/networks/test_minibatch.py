"""Sums over mini-batches against the operators of all examples at once."""

import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest

from course_utils.networks import MLP, RNN, Autoencoder, InBatches, ggn_operator, minibatch_operator
from course_utils.objectives import quadratic
from course_utils.optimizers import KFAC, Muon, Optimizer, Shampoo, minimize
from tests.tools.derivatives import check_derivatives


def cases():
    rng = np.random.default_rng(0)
    yield MLP([4, 5, 3], rng.normal(size=(23, 4)), rng.integers(0, 3, 23), weight_decay=0.1)
    yield MLP([4, 3, 2, 2], rng.normal(size=(23, 4)), rng.normal(size=(23, 2)), loss="squared_error")
    yield RNN(3, 4, rng.integers(0, 4, (7, 6)), initial_state=rng.uniform(-1, 1, (7, 3)), weight_decay=0.1)


@pytest.mark.parametrize("network", list(cases()), ids=["softmax", "squared error", "recurrent"])
@pytest.mark.parametrize("batch_size", [1, 5, 7, 22, 23, 1000])
def test_the_sum_is_the_operator_of_all_examples(network, batch_size):
    rng = np.random.default_rng(1)
    x, v = network.initial(rng), rng.normal(size=(4, network.dim))
    for make, H in (
        (None, network.hessian(x)),
        (ggn_operator, ggn_operator(network, x).matrix()),
    ):
        operator = minibatch_operator(network, x, batch_size, operator=make)
        np.testing.assert_allclose(operator.matrix(), H, atol=1e-13)
        np.testing.assert_allclose(operator @ v.T, H @ v.T, atol=1e-12)
        np.testing.assert_allclose(operator @ v[0], H @ v[0], atol=1e-12)
        np.testing.assert_allclose(operator @ v[:1].T, H @ v[:1].T, atol=1e-12)


@pytest.mark.parametrize("method", [Muon(), Shampoo()], ids=["Muon", "Shampoo"])
def test_methods_that_know_of_layers_see_those_of_the_network(method):
    for network in cases():
        parts, x = InBatches(network, 5), network.initial(np.random.default_rng(1))
        assert (parts.layers, parts.filters) == (network.layers, network.filters)
        together, run = minimize(network, method, x, 2), minimize(parts, method, x, 2)
        np.testing.assert_allclose(run.x, together.x, atol=1e-9)


@pytest.mark.parametrize("batch_size", [5, 23, 100])
def test_kronecker_factors_are_means_over_the_batches(batch_size):
    for network in list(cases())[:2]:
        x, parts = network.initial(np.random.default_rng(1)), InBatches(network, batch_size)
        found = parts.kronecker_factors(x, np.random.default_rng(2))
        rng = np.random.default_rng(2)
        chosen = [range(first, min(first + batch_size, 23)) for first in range(0, 23, batch_size)]
        seen = [network.batch(part).kronecker_factors(x, rng) for part in chosen]
        weights = [len(part) / 23 for part in chosen]
        whole = network.kronecker_factors(x, np.random.default_rng(2))
        for layer, (A, S) in enumerate(found):
            np.testing.assert_allclose(A, whole[layer][0], rtol=1e-12, atol=1e-14)
            expected = sum(w * factors[layer][1] for w, factors in zip(weights, seen, strict=True))
            np.testing.assert_allclose(S, expected, rtol=1e-12, atol=1e-14)


def test_kfac_in_batches_goes_down_and_refuses_what_has_no_factors():
    network, _, recurrent = cases()
    x = network.initial(np.random.default_rng(1))
    one = minimize(network, KFAC(), x, 3, rng=np.random.default_rng(3))
    whole = minimize(InBatches(network, 23), KFAC(), x, 3, rng=np.random.default_rng(3))
    np.testing.assert_allclose(whole.x, one.x, atol=1e-10)
    run = minimize(InBatches(network, 5), KFAC(0.1, damping=0.1), x, 20)
    assert run.value[-1] < 0.7 * run.value[0]
    np.testing.assert_allclose(np.diff(run.cost), np.diff(run.cost)[0])
    with pytest.raises(ValueError, match="must be a network with kronecker_factors, such as an MLP, got"):
        minimize(InBatches(recurrent, 5), KFAC(), recurrent.initial(np.random.default_rng(1)), 1)


def test_no_pass_sees_more_than_a_batch():
    class Watched(MLP):
        def _linearize(self, x):
            seen.append(self.examples)
            return super()._linearize(x)

    seen, rng = [], np.random.default_rng(2)
    network = Watched([3, 4, 2], rng.normal(size=(25, 3)), rng.integers(0, 2, 25))
    operator = minibatch_operator(network, network.initial(rng), 10)
    operator @ np.ones((network.dim, 6))
    assert seen == [10, 10, 5]


@pytest.mark.parametrize("network", list(cases()), ids=["softmax", "squared error", "recurrent"])
@pytest.mark.parametrize("batch_size", [1, 5, 23, 1000])
def test_a_loss_in_batches_is_the_loss(network, batch_size):
    rng = np.random.default_rng(1)
    parts = InBatches(network, batch_size)
    for shape in ((), (3,), (0,)):
        x = network.initial(rng, shape=shape) + 0.1 * rng.normal(size=network.dim)
        check_derivatives(parts, x, rng)
        np.testing.assert_allclose(parts.value(x), network.value(x), rtol=1e-13)
        np.testing.assert_allclose(parts.gradient(x), network.gradient(x), atol=1e-13)
        np.testing.assert_allclose(parts.hessian(x), network.hessian(x), atol=1e-13)
    assert parts.gradient_flops == network.gradient_flops
    assert parts.hessian_cost == network.hessian_cost
    x = network.initial(rng)
    np.testing.assert_array_equal(parts.batch([2, 0]).gradient(x), network.batch([2, 0]).gradient(x))
    assert minimize(parts, Sgd(), x, 3).cost[-1] == pytest.approx(3 * 2 / parts.examples)


@dataclass(frozen=True)
class Sgd(Optimizer):
    """Two examples a step: a rule that asks for mini-batches."""

    def step(self, objective, x, state, rng):
        return x - 0.1 * objective.batch([0, 1]).gradient(x), None


def test_memory_is_that_of_a_batch_and_not_of_all_examples():
    rng = np.random.default_rng(3)
    network = Autoencoder((60, 10), rng.uniform(size=(4000, 50)), dtype="float32")
    x, v = network.initial(rng), rng.normal(size=(1, network.dim))
    parts = InBatches(network, 100)
    widths = sum(network.layer_sizes) + len(network.layer_sizes)
    for use in (lambda: parts.value_and_gradient(x), lambda: parts.hvp(x, v)):
        tracemalloc.start()
        use()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        # Some dozen arrays of a batch's activations and of the parameters, in single and double.
        assert peak < 12 * (4 * 100 * widths + 8 * network.dim)
        assert peak < 4 * 4000 * widths  # the activations of all examples, once


def test_bad_settings_are_named():
    network = next(cases())
    x = np.zeros(network.dim)
    for size in (0, 2.5, None, "10"):
        with pytest.raises(ValueError, match="batch_size must be a whole number of at least 1"):
            minibatch_operator(network, x, size)
        with pytest.raises(ValueError, match="batch_size must be a whole number of at least 1"):
            InBatches(network, size)
    with pytest.raises(TypeError, match="network must be an MLP or an RNN, got Quadratic"):
        InBatches(quadratic([1.0]), 5)
    with pytest.raises(ValueError, match="x must be one point"):
        minibatch_operator(network, np.zeros((2, network.dim)), 5)
    with pytest.raises(TypeError, match="network must be an MLP or an RNN, got Quadratic"):
        minibatch_operator(quadratic([1.0]), [0.0], 5)


def test_what_is_no_operator_is_named():
    network = next(cases())
    with pytest.raises(TypeError, match="operator must be a function"):
        minibatch_operator(network, np.zeros(network.dim), 5, operator=5)
