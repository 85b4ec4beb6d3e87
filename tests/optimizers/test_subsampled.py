"""Steps that see some of the examples: the numbers are those of the examples drawn, and are charged so."""

import numpy as np
import pytest

from course_utils.networks import MLP, RNN, InBatches, ggn_operator
from course_utils.optimizers import (
    GradientDescent,
    HessianFree,
    KrylovSaddleFreeNewton,
    Momentum,
    OnBatches,
    OnSubsample,
    SubsampledCurvature,
    minimize,
)
from course_utils.optimizers.metered import Metered

RNG = np.random.default_rng(5)
INPUTS, TARGETS = RNG.normal(size=(30, 4)), RNG.uniform(size=(30, 3))
NETWORK = MLP([4, 5, 3], INPUTS, TARGETS, loss="sigmoid_cross_entropy", weight_decay=0.01)
X = NETWORK.initial(RNG)


def test_a_step_on_a_batch_is_a_step_on_the_examples_drawn():
    x, _ = OnBatches(GradientDescent(0.3), 7).step(NETWORK, X, None, np.random.default_rng(1))
    drawn = np.random.default_rng(1).choice(30, 7, replace=False)
    np.testing.assert_array_equal(x, X - 0.3 * NETWORK.batch(drawn).gradient(X))
    assert OnBatches(Momentum(0.1), 7).label == "Momentum(η=0.1, μ=0.9) on batches of 7"


def test_more_examples_than_there_are_are_all():
    run = minimize(NETWORK, OnBatches(GradientDescent(0.3), 1000), X, 3)
    plain = minimize(NETWORK, GradientDescent(0.3), X, 3)
    np.testing.assert_allclose(run.x, plain.x, rtol=1e-12)
    np.testing.assert_allclose(run.cost, plain.cost)


@pytest.mark.parametrize("operator", [None, ggn_operator])
def test_curvature_is_that_of_the_part_and_the_rest_that_of_the_whole(operator):
    part = NETWORK.batch(np.arange(6))
    f = SubsampledCurvature(NETWORK, part, operator)
    v = RNG.normal(size=(3, NETWORK.dim))
    assert float(f.value(X)) == float(NETWORK.value(X))
    np.testing.assert_array_equal(f.gradient(X), NETWORK.gradient(X))
    wanted = part.hessian(X) if operator is None else operator(part, X).matrix()
    np.testing.assert_allclose(f.hvp(X, v), v @ wanted, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(f.hvp(X, v[0]), wanted @ v[0], rtol=1e-10, atol=1e-13)
    other = X + 0.1  # the operator of another point is made anew
    wanted = part.hessian(other) if operator is None else operator(part, other).matrix()
    np.testing.assert_allclose(f.hvp(other, v[0]), wanted @ v[0], rtol=1e-10, atol=1e-13)
    if operator is not None:
        with pytest.raises(ValueError, match="x must be one point"):
            f.hvp(np.stack([X, X]), v[:2])


@pytest.mark.parametrize("operator", [None, ggn_operator])
def test_a_product_with_a_fifth_of_the_examples_costs_a_fifth(operator):
    meter = Metered(NETWORK)
    f = SubsampledCurvature(meter, meter.batch(np.arange(6)), operator)
    f.hvp(X, X)
    assert meter.spent == pytest.approx(2 / 5)
    f.value_and_gradient(X)
    assert meter.spent == pytest.approx(2 / 5 + 1)
    f.value(X)
    assert meter.spent == pytest.approx(2 / 5 + 4 / 3)


def test_with_all_examples_a_subsample_is_the_method_itself():
    for method in (HessianFree(), KrylovSaddleFreeNewton(5)):
        whole = minimize(NETWORK, method, X, 2, rng=np.random.default_rng(3))
        sampled = OnSubsample(method, 30)

        class Same:
            """Draws the examples in their order, and nothing else of the generator."""

            def __init__(self):
                self.rng = np.random.default_rng(3)

            def choice(self, every, count, replace):
                return np.arange(every)

            def standard_normal(self, shape):
                return self.rng.standard_normal(shape)

        x, state, rng = X, sampled.init(NETWORK, X), Same()
        for _ in range(2):
            x, state = sampled.step(NETWORK, x, state, rng)
        np.testing.assert_allclose(x, whole.x[-1], rtol=1e-7, atol=1e-9)
        assert sampled.step_flops(NETWORK) == method.step_flops(NETWORK)
        assert sampled.label.endswith(", curvature of 30")


@pytest.mark.parametrize("operator", [None, ggn_operator])
def test_single_precision_gives_the_same_step(operator):
    single = MLP([4, 5, 3], INPUTS, TARGETS, loss="sigmoid_cross_entropy", dtype="float32")
    double = MLP([4, 5, 3], INPUTS, TARGETS, loss="sigmoid_cross_entropy")
    method = (
        OnSubsample(KrylovSaddleFreeNewton(4, damping=0.1), 10)
        if operator is None
        else OnSubsample(HessianFree(0.1, inner_iterations=6), 10, operator)
    )
    steps = [
        method.step(net, X, method.init(net, X), np.random.default_rng(2))[0] - X for net in (single, double)
    ]
    assert np.linalg.norm(steps[1]) > 0.1
    np.testing.assert_allclose(steps[0], steps[1], atol=2e-4 * np.linalg.norm(steps[1]))


def test_a_recurrent_network_descends_with_curvature_of_some_sequences():
    sequences = np.random.default_rng(0).integers(0, 4, size=(12, 9))
    net = RNN(4, 6, sequences)
    start = net.initial(np.random.default_rng(1))
    for method in (HessianFree(), KrylovSaddleFreeNewton(6)):
        operator = ggn_operator if isinstance(method, HessianFree) else None
        run = minimize(
            InBatches(net, 12), OnSubsample(method, 6, operator), start, 3, rng=np.random.default_rng(2)
        )
        assert run.value[-1] < run.value[0]
