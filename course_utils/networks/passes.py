"""Forward, backward and tangent passes through a fully connected network.

Activations carry examples along their last axis, (units, N), and a last row of ones where the
layer above has biases: with [W b] as one matrix, every step is one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from course_utils.networks.activations import Activation
from course_utils.networks.losses import Loss
from course_utils.networks.parameters import Layer
from course_utils.networks.precision import widened
from course_utils.objectives.base import Array

Layers = Sequence[Layer]

# Numbers in an array that stays in the cache together with a few others (1 MB in float64).
CACHED = 2**17
# Examples in a chunk, at least (and at least as many as units where one direction goes through): adding
# a product to the sum must cost less than the product.
FEWEST = 256


def with_ones(a: Array, biases: bool, dtype: np.dtype[Any]) -> Array:
    """Return a copy of ``a`` (units, N) in ``dtype``, with the row of ones that biases multiply.

    The numbers of one unit lie together, whatever the order of ``a``: all passes read them in that order.
    """
    copy: Array = np.empty((len(a) + biases, a.shape[1]), dtype=dtype)
    copy[: len(a)] = a
    copy[len(a) :] = 1.0
    return copy


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
        np.matmul(layer.matrix(x), entering[-1], out=z)
        activation.apply(z)
        entering.append(a)
    return entering, np.matmul(layers[-1].matrix(x), entering[-1])


def backward(
    layers: Layers, activations: Sequence[Activation], x: Array, entering: Sequence[Array], delta: Array
) -> Array:
    """Return the gradient (..., dim), given ∂loss/∂z of the last layer, (..., C, N)."""
    gradient = np.empty_like(x)
    for index in range(len(layers) - 1, -1, -1):
        layer, a = layers[index], entering[index]
        np.matmul(delta, a.swapaxes(-1, -2), out=layer.matrix(gradient))
        if index:
            delta = np.matmul(layer.weights(x).swapaxes(-1, -2), delta)
            delta *= activations[index - 1].slope(a[..., : layer.inputs, :])
    return gradient


def mean_value(layers: Layers, activations: Sequence[Activation], loss: Loss, x: Array, data: Array) -> Array:
    """Return the loss (...,) at ``x`` (..., dim), from one pass for each chunk of examples."""
    parts = list(_chunks(layers, 1, data.shape[-1]))
    if len(parts) == 1:
        return loss.value(forward(layers, activations, x, data)[1])
    shares = (loss.examples(part).value(forward(layers, activations, x, data[:, part])[1]) for part in parts)
    total: Array = sum(shares, np.zeros(x.shape[:-1]))
    return total


def mean_value_and_gradient(
    layers: Layers, activations: Sequence[Activation], loss: Loss, x: Array, data: Array
) -> tuple[Array, Array]:
    """Return the loss (...,) and its gradient (..., dim), summed over chunks of examples in double."""
    value: Array | None = None
    for part in _chunks(layers, 1, data.shape[-1]):
        some = loss if part.stop - part.start == data.shape[-1] else loss.examples(part)
        entering, z = forward(layers, activations, x, data[:, part])
        share, response = some.value_and_response(z)
        row = backward(layers, activations, x, entering, some.gradient(response))
        if value is None:
            value, gradient = share, widened(row)
        else:
            value = value + share
            gradient += row
    assert value is not None
    return value, gradient


@dataclass(frozen=True)
class Linearization:
    """All that second derivatives at one point share. Index l runs over the layers from the input.

    Attributes
    ----------
    weights : W_l, (outputs, inputs).
    entering : what enters layer l, (columns, N), with its row of ones.
    slopes : φ′ of the units that feed layer l, (inputs, N); ``None`` for the data.
    bends : φ″ ⊙ W_lᵀδ_l for the same units; ``None`` where φ″ is zero.
    deltas : ∂loss/∂z_l, (outputs, N), of the layers above the first: ``deltas[l − 1]``; empty where all are
        taken to be zero.
    response : what the network answers, (C, N).
    """

    weights: list[Array]
    entering: list[Array]
    slopes: list[Array | None]
    bends: list[Array | None]
    deltas: list[Array]
    response: Array

    def examples(self, part: slice) -> Linearization:
        """Return the view of some examples."""

        def seen(arrays: list[Array | None]) -> list[Array | None]:
            return [None if a is None else a[:, part] for a in arrays]

        if (part.start, part.stop) == (0, self.response.shape[1]):
            return self
        return Linearization(
            self.weights,
            [a[:, part] for a in self.entering],
            seen(self.slopes),
            seen(self.bends),
            [delta[:, part] for delta in self.deltas],
            self.response[:, part],
        )


@dataclass(frozen=True)
class Outline:
    """Of a `Linearization` what a few multiplications do not bring back, half of its memory.

    Attributes
    ----------
    activations : of the hidden layers.
    weights, entering, response : as there.
    deltas : ∂loss/∂z_l, (outputs, N), of all layers; empty where all are taken to be zero.
    """

    activations: Sequence[Activation]
    weights: list[Array]
    entering: list[Array]
    deltas: list[Array]
    response: Array

    def examples(self, part: slice) -> Linearization:
        """Return the linearization of some examples."""
        entering = [a[:, part] for a in self.entering]
        deltas = [delta[:, part] for delta in self.deltas]
        slopes: list[Array | None] = [None]
        bends: list[Array | None] = [None]
        for index, activation in enumerate(self.activations):
            a = entering[index + 1][: self.weights[index + 1].shape[1]]
            slopes.append(activation.slope(a))
            bend = activation.bend(a) if deltas and activation.bend is not None else None
            if bend is not None:
                bend *= deltas[index]
            bends.append(bend)
        return Linearization(self.weights, entering, slopes, bends, deltas[1:], self.response[:, part])


def linearize(
    layers: Layers, activations: Sequence[Activation], loss: Loss, x: Array, data: Array
) -> Linearization:
    """Return the forward and backward pass at one point ``x`` (dim,)."""
    entering, z = forward(layers, activations, x, data)
    response = loss.response(z)
    weights = _weights(layers, x)
    deltas = [loss.gradient(response)]
    slopes: list[Array | None] = [None] * len(layers)
    bends: list[Array | None] = [None] * len(layers)
    for index in range(len(layers) - 1, 0, -1):
        a, activation = entering[index][: layers[index].inputs], activations[index - 1]
        slope = activation.slope(a)
        back = np.matmul(weights[index].T, deltas[0])
        slopes[index] = slope
        if activation.bend is not None:
            bend = activation.bend(a)
            bend *= slope
            bend *= back
            bends[index] = bend
        if index > 1:
            deltas.insert(0, np.multiply(back, slope, out=back))
    return Linearization(weights, entering, slopes, bends, deltas, response)


def linearize_in_chunks(
    layers: Layers, activations: Sequence[Activation], loss: Loss, x: Array, data: Array
) -> list[Linearization] | list[Outline]:
    """Return the forward and backward pass at ``x`` (dim,), cut into examples that stay in the cache."""
    parts = list(_chunks(layers, 1, data.shape[-1]))
    if len(parts) == 1:
        return [linearize(layers, activations, loss, x, data)]
    weights = _weights(layers, x)
    return [_outline(layers, activations, loss.examples(part), x, data[:, part], weights) for part in parts]


def _outline(
    layers: Layers,
    activations: Sequence[Activation],
    loss: Loss,
    x: Array,
    data: Array,
    weights: list[Array],
) -> Outline:
    entering, z = forward(layers, activations, x, data)
    response = loss.response(z)
    deltas = [loss.gradient(response)]
    for index in range(len(layers) - 1, 0, -1):
        back = np.matmul(weights[index].T, deltas[0])
        back *= activations[index - 1].slope(entering[index][: layers[index].inputs])
        deltas.insert(0, back)
    return Outline(activations, weights, entering, deltas, response)


def _weights(layers: Layers, x: Array) -> list[Array]:
    return [np.ascontiguousarray(layer.weights(x)) for layer in layers]


def tangent(
    layers: Layers, loss: Loss, passes: Sequence[Linearization] | Sequence[Outline], v: Array
) -> Array:
    """Return Hv, (k, dim), of the mean loss for directions ``v`` (k, dim), all in one pass.

    The R-operator of Pearlmutter (1994): the derivative along v of the forward pass, then of the
    backward pass. Arrays are (units, k, N), so that each step is one matrix product for all k. When they
    outgrow the cache by far, examples go in chunks: a block of 32 then takes about half the time.
    """
    # [W b] of every direction, (outputs, k, columns).
    steps = [np.ascontiguousarray(layer.matrix(v).swapaxes(0, 1)) for layer in layers]
    # Their transposes without biases, (inputs · k, outputs): for one direction a view.
    backs = [
        step[..., : layer.inputs].transpose(2, 1, 0).reshape(-1, layer.outputs)
        for layer, step in zip(layers, steps, strict=True)
    ]
    total: list[Array] = []
    for at in passes:
        for part in _chunks(layers, max(len(v), 1), at.response.shape[-1]):
            share = _tangent_rows(layers, loss, at.examples(part), steps, backs)
            if not total:
                total = share
                continue
            for rows, more in zip(total, share, strict=True):
                rows += more
    result = np.empty_like(v)
    for layer, rows in zip(layers, total, strict=True):
        layer.matrix(result)[...] = rows.swapaxes(0, 1)
    return result


def _chunks(layers: Layers, directions: int, examples: int) -> Iterator[slice]:
    """Cut ``examples`` into chunks of one size whose arrays stay in the cache for all ``directions``."""
    widest = max(layer.outputs for layer in layers)
    chunk = max(CACHED // (widest * directions), FEWEST, widest // directions)
    chunk = ceil(examples / ceil(examples / chunk)) if examples > 2 * chunk else examples
    for start in range(0, examples, chunk):
        yield slice(start, start + chunk)


def _tangent_rows(
    layers: Layers, loss: Loss, at: Linearization, steps: list[Array], backs: list[Array]
) -> list[Array]:
    """Return what the examples of ``at`` contribute to Hv, in the shapes of v: ``steps``, layer by layer."""
    k, n = steps[0].shape[1], at.response.shape[-1]
    result: list[Array] = []
    tangent_z: list[Array] = []
    tangent_a: list[Array | None] = [None]  # the data do not move
    for index, (layer, step) in enumerate(zip(layers, steps, strict=True)):
        r = np.matmul(step.reshape(-1, layer.columns), at.entering[index])
        below = tangent_a[index]
        if below is not None:
            r += np.matmul(at.weights[index], below.reshape(layer.inputs, k * n)).reshape(r.shape)
        tangent_z.append(r.reshape(layer.outputs, k, n))
        if layer is not layers[-1]:
            slope = at.slopes[index + 1]
            assert slope is not None
            tangent_a.append(slope[:, None] * tangent_z[-1])

    r_delta = loss.curvature_product(at.response, tangent_z[-1].swapaxes(0, 1)).swapaxes(0, 1)
    for index, layer in reversed(list(enumerate(layers))):
        rows = np.matmul(r_delta.reshape(-1, n), at.entering[index].T).reshape(
            layer.outputs, k, layer.columns
        )
        below, slope, bend = tangent_a[index], at.slopes[index], at.bends[index]
        result.insert(0, rows)
        if below is None or slope is None:
            continue
        back = np.matmul(at.weights[index].T, r_delta.reshape(layer.outputs, k * n))
        r_delta = back.reshape(layer.inputs, k, n)
        if at.deltas:
            delta = at.deltas[index - 1]
            _add_cross(rows[..., : layer.inputs], below, delta)
            back = np.matmul(backs[index], delta)
            r_delta += back.reshape(r_delta.shape)
        r_delta *= slope[:, None]
        if bend is not None:
            r_delta += np.multiply(tangent_z[index - 1], bend[:, None], out=tangent_z[index - 1])
    return result


def _add_cross(rows: Array, below: Array, delta: Array) -> None:
    """Add Σ_n δ ȧᵀ to ``rows`` (outputs, k, inputs), for ȧ = ``below`` (inputs, k, N), δ (outputs, N)."""
    inputs, k, n = below.shape
    if k == 1:  # nothing to transpose afterwards
        rows += np.matmul(delta, below.reshape(inputs, n).T)[:, None]
    else:
        rows += np.matmul(below.reshape(-1, n), delta.T).reshape(inputs, k, len(delta)).transpose(2, 1, 0)
