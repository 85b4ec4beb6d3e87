"""What second derivatives of a fully connected network stand on: its linearization, and tangent passes.

Arrays are as in `course_utils.networks.passes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from course_utils.networks.activations import Activation
from course_utils.networks.losses import Loss
from course_utils.networks.passes import Layers, chunks, forward
from course_utils.objectives.base import Array


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
    _asked: dict[tuple[int, int], Linearization | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def examples(self, part: slice) -> Linearization:
        """Return the linearization of some examples; kept when it is asked for again.

        One product at a point does without the other half of the memory; many save a tenth of their time.
        """
        asked = part.start, part.stop
        if (kept := self._asked.get(asked)) is not None:
            return kept
        made = self._completed(part)
        self._asked[asked] = made if asked in self._asked else None
        return made

    def _completed(self, part: slice) -> Linearization:
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
    parts = list(chunks(layers, 1, data.shape[-1]))
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
        for part in chunks(layers, max(len(v), 1), at.response.shape[-1]):
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
