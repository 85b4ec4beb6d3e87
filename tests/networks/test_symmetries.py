"""Symmetries of units: permutations, flips and rescalings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given

from course_utils.networks import MLP, flip_units, permute_units, rescale_units
from tests.tools.networks import assert_same_function, networks_with_a_layer, tanh_and_relu
from tests.tools.search import examples


@examples(50)
@given(networks_with_a_layer(("tanh", "relu", "sigmoid", "identity")))
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


@examples(40)
@given(networks_with_a_layer(("tanh", "identity")))
def test_flips_change_the_parameters_and_not_the_function(case: Any) -> None:
    mlp, x, layer, rng = case
    units = rng.choice(mlp.layers[layer].outputs, size=2, replace=False)
    flipped = flip_units(mlp, x, layer, units)
    assert np.abs(flipped - x).max() > 1e-3
    assert_same_function(mlp, x, flipped)
    np.testing.assert_array_equal(flip_units(mlp, flip_units(mlp, x, layer, 1), layer, 1), x)


@examples(40)
@given(networks_with_a_layer(("relu", "identity")))
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


def test_errors_say_what_is_wrong() -> None:
    tanh, relu, x = tanh_and_relu()
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
