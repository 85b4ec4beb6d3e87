"""Symmetries, embeddings and the linear special cases of MLP."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_utils.networks import (
    MLP,
    Autoencoder,
    DeepLinear,
    embed_zero_units,
    flip_units,
    permute_units,
    rescale_units,
    split_unit,
)


@st.composite
def networks(
    draw: st.DrawFn, activations: tuple[str, ...]
) -> tuple[MLP, np.ndarray, int, np.random.Generator]:
    """A network with hidden layers, a batch of parameters, one of its hidden layers."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = (3, *draw(st.lists(st.integers(2, 5), min_size=1, max_size=3)), 3)
    mlp = MLP(
        sizes,
        rng.normal(size=(6, 3)),
        rng.integers(0, 3, 6),
        activation=draw(st.sampled_from(activations)),
        biases=draw(st.booleans()),
    )
    x = mlp.initial(rng, shape=draw(st.sampled_from([(), (2,)])))
    return mlp, x + 0.1 * rng.normal(size=x.shape), draw(st.integers(0, len(sizes) - 3)), rng


def assert_same_function(mlp: MLP, x: np.ndarray, other: np.ndarray, wide: MLP | None = None) -> None:
    wide = wide or mlp
    np.testing.assert_allclose(wide.value(other), mlp.value(x), rtol=1e-12)
    np.testing.assert_allclose(wide.predict(other), mlp.predict(x), rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=50)
@given(networks(("tanh", "relu", "sigmoid", "identity")))
def test_permutations_change_the_parameters_and_not_the_function(case: Any) -> None:
    mlp, x, layer, rng = case
    before = x.copy()
    order = rng.permutation(mlp.layers[layer].outputs)
    assume((order != np.arange(order.size)).any())
    moved = permute_units(mlp, x, layer, order)
    np.testing.assert_array_equal(x, before)
    assert np.abs(moved - x).max() > 1e-3
    assert_same_function(mlp, x, moved)
    np.testing.assert_array_equal(permute_units(mlp, moved, layer, np.argsort(order)), x)


@settings(deadline=None, max_examples=40)
@given(networks(("tanh", "identity")))
def test_flips_change_the_parameters_and_not_the_function(case: Any) -> None:
    mlp, x, layer, rng = case
    units = rng.choice(mlp.layers[layer].outputs, size=2, replace=False)
    flipped = flip_units(mlp, x, layer, units)
    assert np.abs(flipped - x).max() > 1e-3
    assert_same_function(mlp, x, flipped)
    np.testing.assert_array_equal(flip_units(mlp, flip_units(mlp, x, layer, 1), layer, 1), x)


@settings(deadline=None, max_examples=40)
@given(networks(("relu", "identity")))
def test_rescalings_change_the_parameters_and_not_the_function(case: Any) -> None:
    mlp, x, layer, rng = case
    factors = np.exp(rng.normal(size=mlp.layers[layer].outputs))
    scaled = rescale_units(mlp, x, layer, factors)
    assert np.abs(scaled - x).max() > 1e-3
    assert_same_function(mlp, x, scaled)
    np.testing.assert_allclose(rescale_units(mlp, scaled, layer, 1 / factors), x, rtol=1e-14)
    assert_same_function(mlp, x, rescale_units(mlp, x, layer, 3.0))


def test_permutations_and_flips_keep_the_spectrum() -> None:
    rng = np.random.default_rng(0)
    mlp = MLP((4, 3, 3), rng.normal(size=(20, 4)), rng.integers(0, 3, 20), weight_decay=0.1)
    x = mlp.initial(rng)
    moved = flip_units(mlp, permute_units(mlp, x, 0, [2, 0, 1]), 0, [0, 1])
    spectra = [np.linalg.eigvalsh(mlp.hessian(point)) for point in (x, moved)]
    np.testing.assert_allclose(spectra[0], spectra[1], rtol=0, atol=1e-14)


def test_relu_rescaling_gives_exact_zero_eigenvalues() -> None:
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(200, 4))
    network = MLP((4, 3, 2), inputs, np.zeros((200, 2)), activation="relu", loss="squared_error")
    x = network.initial(rng)
    # Its own outputs as targets: the loss is zero and the point critical.
    mlp = MLP((4, 3, 2), inputs, network.predict(x), activation="relu", loss="squared_error")
    assert np.abs(mlp.gradient(x)).max() < 1e-15
    hessian = mlp.hessian(x)
    eigenvalues = np.linalg.eigvalsh(hessian)
    assert (np.abs(eigenvalues) < 1e-13).sum() == 3
    assert np.sort(np.abs(eigenvalues))[3] > 1e-4
    for number in range(3):
        unit = mlp.unit(0, number)
        along = np.zeros(mlp.dim)
        along[unit.incoming], along[unit.bias] = x[unit.incoming], x[unit.bias]
        along[unit.outgoing] = -x[unit.outgoing]
        assert np.abs(hessian @ along).max() < 1e-14
    # Anywhere else the loss is flat along that direction to first order.
    other = network.initial(rng)
    unit = network.unit(0, 0)
    gradient = network.gradient(other)
    inward = gradient[unit.incoming] @ other[unit.incoming] + gradient[unit.bias] @ other[unit.bias]
    np.testing.assert_allclose(inward, gradient[unit.outgoing] @ other[unit.outgoing], rtol=1e-12)


@settings(deadline=None, max_examples=40)
@given(networks(("tanh", "identity")), st.integers(1, 3))
def test_zero_units_keep_function_and_gradient(case: Any, count: int) -> None:
    mlp, x, layer, _ = case
    wide, embedded = embed_zero_units(mlp, x, layer, count)
    assert wide.layer_sizes[layer + 1] == mlp.layer_sizes[layer + 1] + count
    assert_same_function(mlp, x, embedded, wide)
    # All the gradient is that of the narrow network: a critical point stays one.
    narrow, full = mlp.gradient(x), wide.gradient(embedded)
    np.testing.assert_allclose(np.linalg.norm(full, axis=-1), np.linalg.norm(narrow, axis=-1), rtol=1e-12)


@settings(deadline=None, max_examples=40)
@given(networks(("tanh", "relu", "sigmoid")), st.sampled_from([0.5, 0.2, -1.0, 1.0]))
def test_split_units_keep_function_and_share_the_gradient(case: Any, share: float) -> None:
    mlp, x, layer, rng = case
    unit = int(rng.integers(mlp.layers[layer].outputs))
    wide, embedded = split_unit(mlp, x, layer, unit, share)
    assert_same_function(mlp, x, embedded, wide)
    narrow, full = mlp.gradient(x), wide.gradient(embedded)
    row, new = mlp.layers[layer].filter(unit), wide.layers[layer].filter(mlp.layers[layer].outputs)
    np.testing.assert_allclose(full[..., row], share * narrow[..., row], rtol=0, atol=1e-13)
    np.testing.assert_allclose(full[..., new], (1 - share) * narrow[..., row], rtol=0, atol=1e-13)
    weights = wide.layers[layer + 1].weights(full)
    np.testing.assert_allclose(weights[..., unit], weights[..., -1], rtol=0, atol=1e-13)


def test_errors_say_what_is_wrong() -> None:
    rng = np.random.default_rng(2)
    data = (rng.normal(size=(5, 3)), rng.integers(0, 3, 5))
    tanh, relu = MLP((3, 2, 3), *data), MLP((3, 2, 3), *data, activation="relu")
    x = tanh.initial(rng)
    with pytest.raises(ValueError, match=r"flip_units needs an odd activation.*: relu is not odd"):
        flip_units(relu, x, 0, 0)
    with pytest.raises(ValueError, match=r"rescale_units needs .*: tanh does not"):
        rescale_units(tanh, x, 0, 2.0)
    with pytest.raises(ValueError, match="order must be a permutation of 0 … 1"):
        permute_units(tanh, x, 0, [0, 0])
    with pytest.raises(ValueError, match="layer must be a hidden layer, in 0 … 0, got 1"):
        permute_units(tanh, x, 1, [0, 1])
    with pytest.raises(ValueError, match="units must lie in 0 … 1, got 2"):
        flip_units(tanh, x, 0, 2)
    for factors in (-1.0, 0.0, [1.0, 2.0, 3.0], np.nan):
        with pytest.raises(ValueError, match="factors must be one or 2 positive numbers"):
            rescale_units(relu, x, 0, factors)
    with pytest.raises(ValueError, match=r"embed_zero_units needs .* with relu"):
        embed_zero_units(relu, x, 0)
    with pytest.raises(ValueError, match="count must be at least 1, got 0"):
        embed_zero_units(tanh, x, 0, 0)
    with pytest.raises(ValueError, match="layer_sizes must go from 3 to 3"):
        tanh.resized((4, 2, 3))


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
    with pytest.raises(ValueError, match="encoder_sizes must name at least one hidden layer"):
        Autoencoder((), data)
    with pytest.raises(ValueError, match=r"inputs must have shape \(N, d\)"):
        Autoencoder((2,), data[0])
