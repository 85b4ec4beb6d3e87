"""The factors of K-FAC against blocks of the Gauss–Newton matrix."""

import numpy as np
import pytest

from course_utils.networks import MLP, ggn_operator
from course_utils.networks.kronecker import random_errors

LOSSES = ("squared_error", "cross_entropy", "sigmoid_cross_entropy")


def network(loss, examples, sizes=(3, 4, 2), activation="tanh"):
    rng = np.random.default_rng(7)
    inputs = rng.standard_normal((examples, sizes[0]))
    targets = (
        rng.integers(0, sizes[-1], examples) if loss == "cross_entropy" else rng.random((examples, sizes[-1]))
    )
    net = MLP(sizes, inputs, targets, loss=loss, activation=activation)
    return net, net.initial(rng, scale=1.5)


@pytest.mark.parametrize("loss", LOSSES)
def test_random_errors_have_the_curvature_of_the_loss_as_covariance(loss):
    net, _ = network(loss, 3)
    z = 2 * np.random.default_rng(1).standard_normal((2, 3))
    response = net._loss.response(z.copy())
    drawn = [random_errors(net._loss, response, np.random.default_rng(k)) for k in range(8000)]
    covariance = np.mean([s[:, None] * s[None] for s in drawn], axis=0)
    exact = net._loss.curvature(response) * net.examples
    np.testing.assert_allclose(covariance, exact, atol=0.03)
    np.testing.assert_allclose(np.mean(drawn, axis=0), 0.0, atol=0.05)


@pytest.mark.parametrize("loss", LOSSES)
def test_for_one_example_they_multiply_to_the_gauss_newton_block(loss):
    net, x = network(loss, 1, (3, 4, 3, 2))
    G = ggn_operator(net, x).matrix()
    drawn = [net.kronecker_factors(x, np.random.default_rng(k)) for k in range(4000)]
    for index, layer in enumerate(net.layers):
        S = np.mean([factors[index][1] for factors in drawn], axis=0)
        block = np.kron(S, drawn[0][index][0])
        exact = G[layer.start : layer.stop, layer.start : layer.stop]
        np.testing.assert_allclose(block, exact, atol=0.06 * np.abs(exact).max())


def test_what_enters_is_what_the_layer_sees():
    net, x = network("squared_error", 9)
    (A0, _), (A1, S1) = net.kronecker_factors(x, np.random.default_rng(0))
    entering = np.column_stack([net.inputs, np.ones(9)])
    np.testing.assert_allclose(A0, entering.T @ entering / 9, atol=1e-12)
    hidden = np.column_stack([np.tanh(entering @ net.layers[0].matrix(x).T), np.ones(9)])
    np.testing.assert_allclose(A1, hidden.T @ hidden / 9, atol=1e-12)
    np.testing.assert_allclose(np.diag(S1), 1.0, atol=1e-12)  # random signs


def test_they_are_positive_and_the_same_in_single_precision():
    net, x = network("cross_entropy", 50)
    single = MLP(net.layer_sizes, net.inputs, net.targets, dtype="float32")
    pairs = zip(
        net.kronecker_factors(x, np.random.default_rng(0)),
        single.kronecker_factors(x, np.random.default_rng(0)),
        strict=True,
    )
    for double, narrow in pairs:
        for one, other in zip(double, narrow, strict=True):
            assert np.linalg.eigvalsh(one)[0] > -1e-12
            assert other.dtype == np.float64
            np.testing.assert_allclose(other, one, atol=1e-5)


def test_bad_input_is_named():
    net, x = network("squared_error", 5)
    with pytest.raises(ValueError, match="x must be one point"):
        net.kronecker_factors(np.stack([x, x]), np.random.default_rng(0))
    with pytest.raises(TypeError, match="rng"):
        net.kronecker_factors(x, 0)
