"""The linear special cases of MLP: deep linear networks and autoencoders."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.networks import Autoencoder, DeepLinear


def test_deep_linear_is_a_product_of_matrices() -> None:
    rng = np.random.default_rng(3)
    inputs, targets = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    deep = DeepLinear((4, 3, 2), inputs, targets)
    x = deep.initial(rng)
    first, second = (layer.weights(x) for layer in deep.layers)
    np.testing.assert_allclose(deep.predict(x), inputs @ (second @ first).T, rtol=0, atol=1e-14)
    loss = 0.5 * ((inputs @ (second @ first).T - targets) ** 2).sum(axis=1).mean()
    np.testing.assert_allclose(deep.value(x), loss, rtol=1e-14)


def test_zero_weights_are_a_saddle_with_negative_curvature_only_in_two_factors() -> None:
    rng = np.random.default_rng(4)
    inputs, targets = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    for sizes, flat in (((4, 3, 2), False), ((4, 3, 3, 2), True)):
        deep = DeepLinear(sizes, inputs, targets)
        origin = np.zeros(deep.dim)
        assert not deep.gradient(origin).any()
        assert (not deep.hessian(origin).any()) == flat
        assert (np.linalg.eigvalsh(deep.hessian(origin)).min() < -1e-3) != flat


def test_linear_autoencoder_is_critical_at_projections_on_principal_components() -> None:
    rng = np.random.default_rng(5)
    data = rng.normal(size=(300, 5)) * np.sqrt([5.0, 4.0, 3.0, 2.0, 1.0])
    network = Autoencoder((2,), data, activation="identity", biases=False)
    variances, components = np.linalg.eigh(data.T @ data / len(data))
    for chosen, is_minimum in (([4, 3], True), ([4, 2], False), ([0, 1], False)):
        x = np.zeros(network.dim)
        network.layers[0].weights(x)[...] = components[:, chosen].T
        network.layers[1].weights(x)[...] = components[:, chosen]
        assert np.abs(network.gradient(x)).max() < 1e-13
        np.testing.assert_allclose(network.value(x), 0.5 * np.delete(variances, chosen).sum(), rtol=1e-12)
        assert (np.linalg.eigvalsh(network.hessian(x)).min() > -1e-12) == is_minimum


def test_autoencoder_mirrors_its_encoder() -> None:
    data = np.random.default_rng(6).normal(size=(30, 7))
    network = Autoencoder((5, 2), data)
    assert network.layer_sizes == (7, 5, 2, 5, 7)
    part = network.batch([3, 1])
    np.testing.assert_array_equal(part.inputs, data[[3, 1]])
    np.testing.assert_array_equal(part.targets, data[[3, 1]])
    assert network.activations == ("tanh",) * 3
    grey = Autoencoder(
        (5, 2),
        np.abs(np.tanh(data)),
        activation="sigmoid",
        code_activation="identity",
        loss="sigmoid_cross_entropy",
        dtype="float32",
    )
    assert grey.activations == ("sigmoid", "identity", "sigmoid")
    assert grey.inputs.dtype == grey.targets.dtype == np.float32
    np.testing.assert_allclose(grey.predict(np.zeros(grey.dim)), 0.5)
    np.testing.assert_allclose(grey.value(np.zeros(grey.dim)), 7 * np.log(2), rtol=1e-6)
    with pytest.raises(ValueError, match="loss must be 'squared_error' or 'sigmoid_cross_entropy'"):
        Autoencoder((2,), data, loss="cross_entropy")
    with pytest.raises(ValueError, match="encoder_sizes must name at least one hidden layer"):
        Autoencoder((), data)
    with pytest.raises(ValueError, match=r"inputs must have shape \(N, d\)"):
        Autoencoder((2,), data[0])
