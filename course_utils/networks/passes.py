"""Forward and backward passes through a fully connected network.

Activations carry examples along their last axis, (units, N), and a last row of ones where the
layer above has biases: with [W b] as one matrix, every step is one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil
from typing import Any

import numpy as np

from course_utils.networks.activations import Activation
from course_utils.networks.losses import Loss
from course_utils.networks.parameters import Layer
from course_utils.networks.precision import DOUBLE, widened
from course_utils.objectives.base import Array

Layers = Sequence[Layer]

# Numbers in an array that stays in the cache together with a few others (1 MB in float64).
CACHED = 2**17
# Examples in a chunk, at least (and at least as many as units where one direction goes through): adding
# a product to the sum must cost less than the product.
FEWEST = 256
# How many times the memory of the parameters passes may take at least, if they are gone before those of the
# next chunk: a gradient of all parameters is then added seldom.
TIMES_PARAMETERS = 4


def with_ones(a: Array, biases: bool, dtype: np.dtype[Any]) -> Array:
    """Return a copy of ``a`` (units, N) in ``dtype``, with the row of ones that biases multiply.

    The numbers of one unit lie together, whatever the order of ``a``: all passes read them in that order.
    """
    copy: Array = np.empty((len(a) + biases, a.shape[1]), dtype=dtype)
    copy[: len(a)] = a
    copy[len(a) :] = 1.0
    return copy


def _product(left: Array, right: Array, out: Array) -> None:
    """Write ``left`` (..., m, k) times ``right`` (..., k, N) to ``out`` (..., m, N).

    With one ``right`` (k, N) for many it is one product, of all their rows: a product of its own for each
    would bring that one into the order of the cache again and again, at more than the price of few rows.
    """
    if left.ndim > right.ndim == 2:
        out[...] = np.matmul(left.reshape(-1, left.shape[-1]), right).reshape(out.shape)
    else:
        np.matmul(left, right, out=out)


def forward(
    layers: Layers, activations: Sequence[Activation], x: Array, data: Array
) -> tuple[list[Array], Array]:
    """Return what enters every layer, each (..., columns, N), and the last pre-activations (..., C, N).

    ``activations`` are those of the hidden layers, ``x`` is (..., dim) and ``data`` (columns of the first
    layer, N), with its row of ones.
    """
    entering = [data]
    for layer, activation in zip(layers[:-1], activations, strict=True):
        a = np.empty((*x.shape[:-1], layer.outputs + layer.biases, data.shape[-1]), dtype=x.dtype)
        a[..., layer.outputs :, :] = 1.0
        z = a[..., : layer.outputs, :]
        _product(layer.matrix(x), entering[-1], z)
        activation.apply(z)
        entering.append(a)
    z = np.empty((*x.shape[:-1], layers[-1].outputs, data.shape[-1]), dtype=x.dtype)
    _product(layers[-1].matrix(x), entering[-1], z)
    return entering, z


def backward(
    layers: Layers,
    activations: Sequence[Activation],
    x: Array,
    entering: Sequence[Array],
    delta: Array,
    out: Array,
) -> None:
    """Write the gradient to ``out`` (..., dim), given ∂loss/∂z of the last layer, (..., C, N)."""
    for index in range(len(layers) - 1, -1, -1):
        layer, a = layers[index], entering[index]
        _product(delta, a.swapaxes(-1, -2), layer.matrix(out))
        if index:
            delta = np.matmul(layer.weights(x).swapaxes(-1, -2), delta)
            phi = activations[index - 1]
            if phi.name != "identity":  # whose slope is 1
                delta *= phi.slope(a[..., : layer.inputs, :])


def mean_value(layers: Layers, activations: Sequence[Activation], loss: Loss, x: Array, data: Array) -> Array:
    """Return the loss (...,) at ``x`` (..., dim), from one pass for each chunk of examples."""
    parts = list(chunks(layers, 1, data.shape[-1], TIMES_PARAMETERS))
    if len(parts) == 1:
        return loss.value(forward(layers, activations, x, data)[1])
    shares = (loss.examples(part).value(forward(layers, activations, x, data[:, part])[1]) for part in parts)
    total: Array = sum(shares, np.zeros(x.shape[:-1]))
    return total


def mean_gradient(
    layers: Layers,
    activations: Sequence[Activation],
    loss: Loss,
    x: Array,
    data: Array,
    respond: Callable[[Loss, Array], Array] = lambda some, z: some.response(z),
) -> Array:
    """Return the gradient (..., dim) of the loss at ``x`` (..., dim), summed over chunks in double.

    ``respond`` returns the response of the loss of some examples to their z; without the loss itself it
    costs no logarithm.
    """
    parts, row = list(chunks(layers, 1, data.shape[-1], TIMES_PARAMETERS)), np.empty_like(x)
    total = np.zeros(x.shape, np.result_type(x, DOUBLE)) if len(parts) > 1 else None
    for part in parts:
        some = loss if total is None else loss.examples(part)
        entering, z = forward(layers, activations, x, data[:, part])
        backward(layers, activations, x, entering, some.gradient(respond(some, z)), row)
        if total is not None:
            total += row
    return widened(row) if total is None else total


def mean_value_and_gradient(
    layers: Layers, activations: Sequence[Activation], loss: Loss, x: Array, data: Array
) -> tuple[Array, Array]:
    """Return the loss (...,) and its gradient (..., dim), summed over chunks of examples in double."""
    shares: list[Array] = []

    def respond(some: Loss, z: Array) -> Array:
        share, response = some.value_and_response(z)
        shares.append(share)
        return response

    gradient = mean_gradient(layers, activations, loss, x, data, respond)
    return np.asarray(sum(shares[1:], shares[0])), gradient


def chunks(layers: Layers, directions: int, examples: int, times_parameters: int = 0) -> Iterator[slice]:
    """Cut ``examples`` into chunks of one size whose arrays stay in the cache for all ``directions``.

    Unless these are fewer than ``FEWEST``, or than units over directions, or their passes take less than
    ``times_parameters`` the memory of the parameters.
    """
    units = [layer.outputs for layer in layers]
    chunk = max(CACHED // (max(units) * directions), FEWEST, max(units) // directions)
    chunk = max(chunk, times_parameters * sum(layer.size for layer in layers) // sum(units))
    chunk = ceil(examples / ceil(examples / chunk)) if examples > 2 * chunk else examples
    for start in range(0, examples, chunk):
        yield slice(start, start + chunk)
