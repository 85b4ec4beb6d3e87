"""Steps that see some of the examples: the numbers are those of the examples drawn, and are charged so."""

import pickle
from typing import ClassVar

import numpy as np
import pytest

from course_utils import optimizers
from course_utils.networks import MLP, RNN, InBatches, ggn_operator
from course_utils.objectives import quadratic
from course_utils.optimizers import (
    KFAC,
    DampingByLoss,
    Epochs,
    GradientDescent,
    HessianFree,
    KrylovNewton,
    KrylovSaddleFreeNewton,
    Momentum,
    Muon,
    OnBatches,
    OnSubsample,
    Optimizer,
    Shampoo,
    SubsampledCurvature,
    from_step,
    minimize,
)
from course_utils.optimizers.metered import Metered
from tests.optimizers.test_optimizers import EVERY

RNG = np.random.default_rng(5)
INPUTS, TARGETS = RNG.normal(size=(30, 4)), RNG.uniform(size=(30, 3))
NETWORK = MLP([4, 5, 3], INPUTS, TARGETS, loss="sigmoid_cross_entropy", weight_decay=0.01)
X = NETWORK.initial(RNG)


@from_step
def sign_descent(objective, x, learning_rate=0.01):
    return x - learning_rate * np.sign(objective.gradient(x))


ALL = [
    *EVERY,
    KFAC(0.1),
    KrylovNewton(4),
    KrylovSaddleFreeNewton(4),
    DampingByLoss(),
    Epochs(Momentum(0.1), batches=3),
    OnBatches(Momentum(0.1), 10),
    OnSubsample(KrylovSaddleFreeNewton(4), 10),
    sign_descent,
]


def test_no_optimizer_of_the_package_is_left_out_below():
    exported = [getattr(optimizers, name) for name in optimizers.__all__]
    rules = {one for one in exported if isinstance(one, type) and issubclass(one, Optimizer)} - {Optimizer}
    assert rules <= {type(one) for one in ALL}


class Part(MLP):
    """A network that says of which examples it was asked for something."""

    asked: ClassVar[list[int]] = []

    def _hvp(self, x, v):
        self.asked.append(self.examples)
        return super()._hvp(x, v)

    def _hessian(self, x):
        self.asked.append(self.examples)
        return super()._hessian(x)

    def kronecker_factors(self, x, rng):
        self.asked.append(self.examples)
        return super().kronecker_factors(x, rng)


@pytest.mark.parametrize("method", ALL, ids=lambda o: o.label)
@pytest.mark.parametrize(
    "around",
    [lambda m: OnSubsample(m, 6), lambda m: OnSubsample(m, 6, ggn_operator), lambda m: OnBatches(m, 6)],
)
def test_every_optimizer_works_on_some_examples(method, around):
    network, rng = Part([4, 5, 3], INPUTS, TARGETS, loss="sigmoid_cross_entropy"), np.random.default_rng(1)
    Part.asked.clear()
    wrapped = around(method)
    run = minimize(network, wrapped, X, 2, rng=rng)
    assert run.status == "max_steps"
    assert np.isfinite(run.x).all()
    assert (run.x[-1] != X).any()
    assert wrapped.step_flops(network) == method.step_flops(network)
    assert wrapped.linear_algebra_flops(9) == method.linear_algebra_flops(9)
    # Whatever is curvature was that of a few examples (of a part of them where a batch is drawn from it).
    assert set(Part.asked) <= {6, 2}
    again = minimize(network, around(method), X, 2, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(again.x, run.x)


@pytest.mark.parametrize(
    "method", [o for o in ALL if type(o) not in (OnBatches, OnSubsample, Epochs)], ids=lambda o: o.label
)
@pytest.mark.parametrize("around", [OnSubsample, OnBatches])
def test_of_all_examples_in_their_order_every_optimizer_is_itself(method, around):
    class InOrder(np.random.Generator):
        def choice(self, every, count, replace):
            return np.arange(every)

    sampled = around(method, 30)
    plain, plain_state = X, method.init(NETWORK, X)
    some, some_state = X, sampled.init(NETWORK, X)
    rngs = [InOrder(np.random.PCG64(3)) for _ in range(2)]
    for _ in range(2):
        plain, plain_state = method.step(NETWORK, plain, plain_state, rngs[0])
        some, some_state = sampled.step(NETWORK, some, some_state, rngs[1])
    np.testing.assert_allclose(some, plain, rtol=1e-7, atol=1e-9)


def test_methods_that_know_of_layers_see_those_of_the_network():
    part = NETWORK.batch(np.arange(6))
    f, rng = SubsampledCurvature(NETWORK, part), np.random.default_rng
    for method in (Muon(), Shampoo()):
        after, _ = method.step(f, X, method.init(f, X), rng(0))
        expected, _ = method.step(NETWORK, X, method.init(NETWORK, X), rng(0))
        np.testing.assert_array_equal(after, expected)
    for ours, theirs in zip(f.kronecker_factors(X, rng(1)), part.kronecker_factors(X, rng(1)), strict=True):
        for factor, expected in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(factor, expected)
    np.testing.assert_array_equal(f.hessian(X), part.hessian(X))
    np.testing.assert_array_equal(f.hessian_operator(X).matrix(), part.hessian(X))
    assert (f.layers, f.filters, f.examples) == (NETWORK.layers, NETWORK.filters, 30)
    np.testing.assert_array_equal(f.predict(X), NETWORK.predict(X))
    some = f.batch([1, 4, 5])
    np.testing.assert_array_equal(some.gradient(X), NETWORK.batch([1, 4, 5]).gradient(X))
    np.testing.assert_array_equal(some.hvp(X, X), part.hvp(X, X))
    assert some.examples == 3
    assert not hasattr(f, "something_else")
    copied = pickle.loads(pickle.dumps(f))
    np.testing.assert_array_equal(copied.hvp(X, X), part.hvp(X, X))


def test_a_hessian_of_a_fifth_of_the_examples_costs_a_fifth():
    meter = Metered(NETWORK)
    f = SubsampledCurvature(meter, meter.batch(np.arange(6)))
    f.hessian(X)
    assert meter.spent == pytest.approx(f.hessian_cost)
    assert f.hessian_cost == pytest.approx(NETWORK.batch(np.arange(6)).hessian_cost / 5)
    with_operator = SubsampledCurvature(meter, meter.batch(np.arange(6)), ggn_operator)
    before = meter.spent
    np.testing.assert_allclose(
        with_operator.hessian(X), ggn_operator(NETWORK.batch(np.arange(6)), X).matrix(), atol=1e-13
    )
    assert meter.spent - before == pytest.approx(2 * NETWORK.dim / 5) == with_operator.hessian_cost


def other(size):
    return MLP([4, size, 3], INPUTS, TARGETS, loss="sigmoid_cross_entropy")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: OnBatches("SGD"), ValueError, "method must be an Optimizer such as .*, got 'SGD'"),
        (lambda: OnBatches(Momentum), ValueError, "method must be an Optimizer"),
        (lambda: OnSubsample(None), ValueError, "method must be an Optimizer such as .*, got None"),
        (lambda: OnBatches(Momentum(), 0), ValueError, "batch_size must be a whole number ≥ 1, got 0"),
        (lambda: OnBatches(Momentum(), 2.5), ValueError, "batch_size must be a whole number ≥ 1, got 2.5"),
        (lambda: OnSubsample(Momentum(), True), ValueError, "examples must be a whole number ≥ 1, got True"),
        (
            lambda: OnSubsample(Momentum(), 5, "ggn"),
            TypeError,
            "operator must be a function .* or None, got 'ggn'",
        ),
        (lambda: SubsampledCurvature(NETWORK, NETWORK, 3), TypeError, "operator must be a function"),
        (lambda: SubsampledCurvature(NETWORK, "part"), ValueError, "part must be an Objective, got 'part'"),
        (lambda: SubsampledCurvature(NETWORK, other(4)), ValueError, "part must have the 43 parameters"),
        (
            lambda: SubsampledCurvature(NETWORK, NETWORK, lambda part, x: np.eye(2)).hvp(X, X),
            ValueError,
            r"operator must return a linear operator of shape \(43, 43\)",
        ),
        (
            lambda: SubsampledCurvature(NETWORK, NETWORK, lambda part, x: None).hvp(X, X),
            ValueError,
            "operator must return a linear operator .*, got None",
        ),
    ],
)
def test_what_does_not_fit_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("around", [OnBatches(), OnSubsample(Momentum()), Epochs(batches=1)])
def test_objectives_without_examples_and_seeds_are_refused(around):
    f, x = quadratic([1.0, 2.0]), np.ones(2)
    with pytest.raises(
        ValueError, match="objective must have a method batch and at least 1 example, got quad"
    ):
        minimize(f, around, x, 1)
    with pytest.raises(ValueError, match="objective must have a method batch"):
        around.step(f, x, None, np.random.default_rng(0))
    for rng in (0, None, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="rng must be a generator"):
            around.step(NETWORK, X, around.init(NETWORK, X), rng)


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

        class Same(np.random.Generator):
            """Draws the examples in their order, and everything else as usual."""

            def choice(self, every, count, replace):
                return np.arange(every)

        x, state, rng = X, sampled.init(NETWORK, X), Same(np.random.PCG64(3))
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
