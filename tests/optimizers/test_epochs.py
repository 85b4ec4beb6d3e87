"""Any optimizer on mini-batches."""

import numpy as np
import pytest

from course_utils.objectives import quadratic
from course_utils.optimizers import Epochs, GradientDescent, Momentum, Muon, Sophia, minimize


def test_an_epoch_is_a_step_for_each_batch_and_sees_each_example_once(network, start):
    run = minimize(network, Epochs(Momentum(0.1, 0.5), batches=7), start, 2, rng=np.random.default_rng(5))
    rng, x, v = np.random.default_rng(5), start, np.zeros_like(start)
    for epoch in range(2):
        np.testing.assert_allclose(run.x[epoch], x, rtol=1e-12, atol=1e-13)
        batches = np.array_split(rng.permutation(100), 7)
        assert sorted(np.concatenate(batches)) == list(range(100))
        for chosen in batches:
            v = 0.5 * v - 0.1 * network.batch(chosen).gradient(x)
            x = x + v


def test_a_pass_costs_one_gradient_of_all_examples(network, start):
    run = minimize(network, Epochs(GradientDescent(0.1), batches=10), start, 3)
    np.testing.assert_allclose(run.cost, [0, 1, 2, 3], rtol=1e-12)
    probing = minimize(network, Epochs(Sophia(0.01, every=5), batches=10), start, 1)
    assert probing.cost[-1] == pytest.approx(1 + 2 * 2 / 10)
    muon = minimize(network, Epochs(Muon(0.01), batches=10), start, 1)
    assert muon.cost[-1] == pytest.approx(1 + 10 * Muon().step_flops(network) / network.gradient_flops)


def test_one_batch_is_the_optimizer_itself(network, start):
    whole = minimize(network, Momentum(0.1), start, 3)
    np.testing.assert_allclose(
        minimize(network, Epochs(Momentum(0.1), batches=1), start, 3).x, whole.x, atol=1e-12
    )


def test_what_does_not_fit_is_named(network, start):
    with pytest.raises(ValueError, match="objective must have a method batch and at least 10 examples"):
        minimize(quadratic([1.0, 2.0]), Epochs(), [1.0, 1.0], 1)
    with pytest.raises(ValueError, match="at least 101 examples"):
        minimize(network, Epochs(batches=101), start, 1)
    with pytest.raises(ValueError, match="optimizer must be an Optimizer"):
        Epochs("SGD")
    assert Epochs(Momentum(0.1, 0.5), batches=4).label == "Momentum(η=0.1, μ=0.5), 4 mini-batches a pass"
