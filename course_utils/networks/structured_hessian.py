"""The exact Hessian of a fully connected network, assembled from its layers."""

from __future__ import annotations

from math import ceil

import numpy as np

from course_utils.networks.activations import Activation
from course_utils.networks.losses import Loss
from course_utils.networks.passes import Layers, Linearization, linearize
from course_utils.objectives.base import Array


def structured_hessian(layers: Layers, activation: Activation, loss: Loss, x: Array, data: Array) -> Array:
    """Return the Hessian (dim, dim) of the mean loss at one point ``x`` (dim,), exactly symmetric.

    Let â be what enters layer l, S = ∂²loss/∂z_l∂z_m with the weights held fixed, and
    T = ∂a_{m−1}/∂z_l. For unit o of layer l, unit q of a layer m ≥ l and their weights i and p

        H[(l,o,i), (m,q,p)] = Σ_n â_i (S[o,q] â_p + T[o,p] δ_q),

    so the rows of H that belong to one unit are one matrix product, and only those to the right of
    the diagonal are computed. S and T of layer l − 1 follow from those of layer l by the chain rule.
    """
    dim, examples = x.size, data.shape[-1]
    hessian = np.zeros((dim, dim))
    units = sum(layer.outputs for layer in layers)
    widest = max(layer.outputs for layer in layers)
    # Temporaries of one example: the rows of one unit, S and T. They may take 1.2 Hessians, or 1 MB; fewer
    # and larger products suffer less from other programs that want the same cores.
    fitting = max(1.2 * dim**2, 2**17) / (dim + _scratch_rows(layers) + 3 * widest * units)
    chunk = ceil(examples / ceil(examples / min(max(fitting, 64), 1024)))
    for start in range(0, examples, chunk):
        part = slice(start, start + chunk)
        piece = loss.examples(part)
        _add_upper(hessian, layers, piece, linearize(layers, activation, piece, x, data[:, part]))
    _mirror(hessian)
    return hessian


def _scratch_rows(layers: Layers) -> int:
    """Rows of the array for T[o,p] δ_q, which only layers two or more above another one need."""
    return max((layer.outputs * layer.inputs for layer in layers[2:]), default=0)


def _add_upper(hessian: Array, layers: Layers, loss: Loss, at: Linearization) -> None:
    """Add some examples' share to the part of ``hessian`` on and above its diagonal."""
    dim, examples = len(hessian), at.response.shape[-1]
    rows = np.empty((dim, examples))
    scratch = np.empty((_scratch_rows(layers), examples))
    s = loss.curvature(at.response)  # (outputs of l, outputs of l and all layers above, N)
    t = np.empty((layers[-1].outputs, 0, examples))  # (outputs of l, inputs of all layers above l, N)
    for index in range(len(layers) - 1, -1, -1):
        layer, a = layers[index], at.entering[index]
        for unit in range(layer.outputs):
            place = layer.filter(unit)
            q = rows[: dim - place.start]
            _fill(q, layers, index, unit, s[unit], t[unit], at, scratch)
            hessian[place, place.start :] += a @ q.T
        if index:
            s, t = _one_layer_down(at, index, s, t)


def _fill(
    q: Array, layers: Layers, index: int, unit: int, s: Array, t: Array, at: Linearization, scratch: Array
) -> None:
    """Write S[o,q] â_p + T[o,p] δ_q for one unit o, in the order of the parameters right of it."""
    done, units, inputs = 0, 0, 0
    for m in range(index, len(layers)):
        layer, a, delta = layers[m], at.entering[m], at.deltas[m]
        first = unit if m == index else 0
        block = q[done : done + (layer.outputs - first) * layer.columns]
        cube = block.reshape(layer.outputs - first, layer.columns, -1)
        np.multiply(s[units + first : units + layer.outputs, None], a, out=cube)
        if m == index + 1:  # T is diagonal: only the weights that this unit feeds
            cube[:, unit] += t[unit] * delta
        elif m > index + 1:
            cross = scratch[: layer.outputs * layer.inputs].reshape(layer.outputs, layer.inputs, -1)
            cube[:, : layer.inputs] += np.multiply(
                delta[:, None], t[inputs : inputs + layer.inputs], out=cross
            )
        done += len(block)
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
        upper = np.triu(block)
        block[...] = upper + np.triu(block, 1).T
