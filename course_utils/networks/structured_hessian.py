"""The exact Hessian of a fully connected network, assembled from its layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from course_utils.networks.activations import Activation
from course_utils.networks.losses import Loss
from course_utils.networks.pair_products import (
    add_cross,
    add_own,
    cross_is_worth_it,
    empty_own,
    own_is_worth_it,
    unpack_own,
)
from course_utils.networks.passes import Layers
from course_utils.networks.tangents import Linearization, linearize
from course_utils.objectives.base import Array

# Rows of one factor of a matrix product: enough for full speed, few enough to stay near the core.
TILE = 320


def structured_hessian(
    layers: Layers, activations: Sequence[Activation], loss: Loss, x: Array, data: Array, out: Array
) -> None:
    """Write the Hessian of the mean loss at one point ``x`` (dim,) to ``out`` (dim, dim), exactly symmetric.

    Let â be what enters layer l, S = ∂²loss/∂z_l∂z_m with the weights held fixed, and
    T = ∂a_{m−1}/∂z_l. For unit o of layer l, unit q of a layer m ≥ l and their weights i and p

        H[(l,o,i), (m,q,p)] = Σ_n â_i (S[o,q] â_p + T[o,p] δ_q).

    Within a layer T is zero; between neighbours it is diagonal: there one product of all pairs (o, q) with
    all pairs (i, p) does it (`pair_products`) if units are many. Otherwise the rows of H that belong to one
    unit are a few products. Only what is on or right of the diagonal is computed. S and T of layer l − 1
    follow from those of layer l by the chain rule.
    """
    dim, examples = x.size, data.shape[-1]
    units = sum(layer.outputs for layer in layers)
    widest = max(layer.outputs for layer in layers)
    # Temporaries of one example: a tile, its cross terms, S, its pairs and T. They may take 1.2 Hessians
    # and 1 MB; pages that a larger array needs anew in every call cost as much as the arithmetic.
    tile = max(TILE, min(2 * widest**2, dim // 2), *(layer.columns for layer in layers))
    fitting = (1.2 * dim**2 + 2**17) / ((2 if len(layers) > 2 else 1) * tile + 3.5 * widest * units)
    chunk = ceil(examples / ceil(examples / min(max(fitting, 16), 1024)))
    rows = np.empty((tile, chunk))
    packed = [empty_own(layer) if own_is_worth_it(layer) else None for layer in layers]
    for start in range(0, examples, chunk):
        part = slice(start, start + chunk)
        piece = loss.examples(part)
        at = linearize(layers, activations, piece, x, data[:, part])
        _add_upper(out, packed, layers, piece, at, rows, fresh=start == 0)
    for layer, pairs in zip(layers, packed, strict=True):
        own = slice(layer.start, layer.stop)
        if pairs is None:
            _mirror(out[own, own])
        else:
            unpack_own(pairs, layer, out[own, own])
        _transpose(out[own, layer.stop :], out[layer.stop :, own])


def _add_upper(
    hessian: Array,
    packed: Sequence[Array | None],
    layers: Layers,
    loss: Loss,
    at: Linearization,
    rows: Array,
    *,
    fresh: bool,
) -> None:
    """Write, or add if not ``fresh``, some examples' share of ``hessian`` on and above its diagonal.

    Where ``packed`` has an array for a layer, the layer's own block goes there instead.
    """
    examples = at.response.shape[-1]
    s = loss.curvature(at.response)  # (outputs of l, outputs of l and all layers above, N)
    t = np.empty((layers[-1].outputs, 0, examples))  # (outputs of l, inputs of all layers above l, N)
    for index in range(len(layers) - 1, -1, -1):
        layer, a, pairs = layers[index], at.entering[index], packed[index]
        others = list(range(index, len(layers)))
        if pairs is not None:
            add_own(pairs, s[:, : layer.outputs], a, rows, fresh=fresh)
            others.remove(index)
        if index + 1 < len(layers) and cross_is_worth_it(layer, layers[index + 1]):
            _add_neighbours(hessian, layers, index, s, at, rows, fresh=fresh)
            others.remove(index + 1)
        for unit in range(layer.outputs):
            place = layer.filter(unit)
            for columns, tile in _tiles(layers, index, others, unit, s[unit], t[unit], at, rows):
                if fresh:
                    hessian[place, columns] = a @ tile.T
                else:
                    hessian[place, columns] += a @ tile.T
        if index:
            s, t = _one_layer_down(at, index, s, t)


def _add_neighbours(
    hessian: Array, layers: Layers, index: int, s: Array, at: Linearization, rows: Array, *, fresh: bool
) -> None:
    """Write, or add if not ``fresh``, the block of layer ``index`` and the one above."""
    layer, above, a = layers[index], layers[index + 1], at.entering[index]
    block = hessian[layer.start : layer.stop, above.start : above.stop]
    between = s[:, layer.outputs : layer.outputs + above.outputs]
    add_cross(block, between, a, at.entering[index + 1], rows, fresh=fresh)
    # T is diagonal: only the weights that unit o feeds.
    slope, every = at.slopes[index + 1], np.arange(layer.outputs)
    assert slope is not None
    t_delta = (slope[:, None] * at.deltas[index]).reshape(-1, a.shape[1])
    share = (t_delta @ a.T).reshape(layer.outputs, above.outputs, layer.columns)
    cells = block.reshape(layer.outputs, layer.columns, above.outputs, above.columns)
    cells[every, :, :, every] += share.swapaxes(1, 2)


def _tiles(
    layers: Layers,
    index: int,
    others: Sequence[int],
    unit: int,
    s: Array,
    t: Array,
    at: Linearization,
    rows: Array,
) -> Iterator[tuple[slice, Array]]:
    """Yield S[o,q] â_p + T[o,p] δ_q of one unit o for the weights right of it, (weights, N), in tiles.

    Only for the weights of the layers ``others``.
    """
    examples, units, inputs = at.response.shape[-1], 0, 0
    for m in range(index, len(layers)):
        layer, a = layers[m], at.entering[m]
        many = len(rows) // layer.columns
        for first in range(unit if m == index else 0, layer.outputs if m in others else 0, many):
            last = min(first + many, layer.outputs)
            tile = rows[: (last - first) * layer.columns, :examples]
            cube = tile.reshape(last - first, layer.columns, examples)
            np.multiply(s[units + first : units + last, None], a, out=cube)
            if m == index + 1:  # T is diagonal: only the weights that this unit feeds
                cube[:, unit] += t[unit] * at.deltas[index][first:last]
            elif m > index + 1:
                cube[:, : layer.inputs] += (
                    at.deltas[m - 1][first:last, None] * t[inputs : inputs + layer.inputs]
                )
            yield slice(layer.filter(first).start, layer.filter(last - 1).stop), tile
        units += layer.outputs
        inputs += layer.inputs if m > index else 0


def _one_layer_down(at: Linearization, index: int, s: Array, t: Array) -> tuple[Array, Array]:
    """Return S and T of layer ``index`` − 1 from those of layer ``index``."""
    w, slope, bend = at.weights[index], at.slopes[index], at.bends[index]
    assert slope is not None
    outputs, inputs = w.shape
    examples = s.shape[-1]
    every = np.arange(inputs)

    lower_s = np.empty((inputs, inputs + s.shape[1], examples))
    above = (w.T @ s.reshape(outputs, -1)).reshape(inputs, -1, examples)
    np.multiply(slope[:, None], above, out=lower_s[:, inputs:])
    own = lower_s[:, :inputs]
    np.matmul(w.T, lower_s[:, inputs : inputs + outputs], out=own)
    own *= slope
    if bend is not None:
        own[every, every] += bend

    lower_t = np.empty((inputs, inputs + t.shape[1], examples))
    lower_t[:, :inputs] = 0.0
    lower_t[every, every] = slope
    above = (w.T @ t.reshape(outputs, -1)).reshape(inputs, -1, examples)
    np.multiply(slope[:, None], above, out=lower_t[:, inputs:])
    return lower_s, lower_t


def _mirror(hessian: Array, tile: int = 128) -> None:
    """Copy what is above the diagonal below it, in tiles: no second matrix is needed."""
    for start in range(0, len(hessian), tile):
        stop = start + tile
        hessian[stop:, start:stop] = hessian[start:stop, stop:].T
        block = hessian[start:stop, start:stop]
        block[...] = np.where(_on_or_above(len(block)), block, block.T) + 0.0  # no zero with a minus sign


@lru_cache(maxsize=8)  # of the sizes of one network's layers, up to that of a tile
def _on_or_above(size: int) -> NDArray[np.bool_]:
    """Tell which entries of a square matrix lie on its diagonal or above."""
    return np.triu(np.ones((size, size), dtype=bool))


def _transpose(upper: Array, lower: Array, tile: int = 128) -> None:
    """Write the transpose of ``upper`` to ``lower``, in tiles that stay in the cache."""
    for start in range(0, len(upper), tile):
        lower[:, start : start + tile] = upper[start : start + tile].T
