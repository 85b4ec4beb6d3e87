"""K-FAC, against the Gauss–Newton matrix where its blocks are exact."""

import numpy as np
import pytest

from course_utils.networks import MLP, ggn_operator
from course_utils.objectives import quadratic
from course_utils.optimizers import KFAC, GradientDescent, minimize


def test_for_one_layer_and_squared_error_the_factors_are_gauss_newton():
    rng = np.random.default_rng(0)
    inputs, targets = rng.standard_normal((40, 3)), rng.standard_normal((40, 2))
    net = MLP([3, 2], inputs, targets, loss="squared_error")
    sums = [net.kronecker_factors(np.zeros(net.dim), np.random.default_rng(k))[0] for k in range(400)]
    A, S = sums[0][0], np.mean([one for _, one in sums], axis=0)
    np.testing.assert_allclose(S, np.eye(2), atol=0.03)
    np.testing.assert_allclose(
        np.kron(np.eye(2), A), ggn_operator(net, np.zeros(net.dim)).matrix(), atol=1e-12
    )


def test_a_damped_step_by_hand(network, start):
    method = KFAC(0.5, damping=0.09, memory=0.0)
    run = minimize(network, method, start, 1, rng=np.random.default_rng(3))
    factors = network.kronecker_factors(start, np.random.default_rng(3))
    g = network.gradient(start)
    for layer, (A, S) in zip(network.layers, factors, strict=True):
        pi = np.sqrt((np.trace(A) / len(A)) / (np.trace(S) / len(S)))
        block = np.kron(S + 0.3 / pi * np.eye(len(S)), A + pi * 0.3 * np.eye(len(A)))
        step = -0.5 * np.linalg.solve(block, layer.matrix(g).ravel())
        np.testing.assert_allclose(layer.matrix(run.x[1] - start).ravel(), step, rtol=1e-8, atol=1e-10)


def test_factors_are_means_first_and_fade_later(network, start):
    seen = []

    class Watched(MLP):
        def kronecker_factors(self, x, rng):
            factors = super().kronecker_factors(x, rng)
            seen.append(factors[0][1])
            return factors

    watched = Watched([100, 2, 10], network.inputs, network.targets, weight_decay=1e-2)
    method, rng = KFAC(1e-9, memory=0.6), np.random.default_rng(0)
    x, state = start, method.init(watched, start)
    expected = None
    for t in range(1, 6):
        x, state = method.step(watched, x, state, rng)
        keep = min(1 - 1 / t, 0.6)
        expected = seen[-1] if expected is None else keep * expected + (1 - keep) * seen[-1]
        np.testing.assert_allclose(state.factors[0][1], expected, rtol=1e-12)


def test_every_step_goes_down_at_a_point_of_negative_curvature(network, start):
    assert np.linalg.eigvalsh(network.hessian(start))[0] < -1e-3
    g = network.gradient(start)
    for damping in (1e-4, 1e-2, 1.0):
        run = minimize(network, KFAC(1e-6, damping=damping), start, 1)
        assert g @ (run.x[1] - run.x[0]) < 0


def test_it_trains_in_fewer_steps_than_descent(network, start):
    run = minimize(network, KFAC(1.0, damping=0.03), start, 30)
    assert run.value[-1] < minimize(network, GradientDescent(1.0), start, 30).value[-1] - 0.2
    assert run.cost[-1] == pytest.approx(30 * (2 + KFAC().step_flops(network) / network.gradient_flops))


@pytest.mark.parametrize("scale", [0.0, 1e-170])
def test_a_layer_that_nothing_enters_stays_where_it_is(scale):
    data = np.random.default_rng(0).normal(size=(10, 4))
    settings = {"activation": "identity", "loss": "squared_error"}
    network = MLP([4, 2, 3], data, np.zeros((10, 3)), biases=False, **settings)
    start = scale * network.initial(np.random.default_rng(0))
    end = minimize(network, KFAC(), start, 3).x[-1]
    np.testing.assert_allclose(end, start, rtol=0, atol=1e-12)
    dark = MLP([4, 2, 3], np.zeros((10, 4)), np.ones((10, 3)), biases=False, **settings)
    start = dark.initial(np.random.default_rng(0))
    assert np.all(minimize(dark, KFAC(), start, 3).x[-1] == start)  # whatever the weights, the answer is 0


def test_the_arithmetic_is_that_of_the_layers(network):
    sides = [(2, 101), (10, 3)]  # [W b] of 100-2-10
    solves = sum(2 / 3 * (r**3 + c**3) + 2 * r * c * (r + c) for r, c in sides)
    assert KFAC().step_flops(network) == pytest.approx(solves)


def test_what_it_cannot_do_is_said(network, start):
    with pytest.raises(ValueError, match="must be a network with kronecker_factors"):
        minimize(quadratic([1.0, 2.0]), KFAC(), [1.0, 1.0], 1)
    with pytest.raises(ValueError, match="start must be one point"):
        minimize(network, KFAC(), np.stack([start, start]), 1)
