"""A narrow network inside a wider one that computes the same function.

A critical point of the narrow network stays one of the wider network, and a minimum usually becomes a
saddle or a flat valley (Fukumizu & Amari 2000, section 3). That gives exact critical points at many
heights of the wide network's loss.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.activations import ACTIVATIONS
from course_utils.networks.mlp import MLP
from course_utils.networks.symmetries import around_hidden_layer
from course_utils.objectives.base import Array
from course_utils.objectives.checks import real_number, whole_number


def embed_zero_units(mlp: MLP, x: ArrayLike, layer: int, count: int = 1) -> tuple[MLP, Array]:
    """Return a network with ``count`` more units in a hidden layer, and ``x`` in it: (MLP, (..., dim)).

    All weights of the new units are zero. With φ(0) = 0 a critical point stays critical, with or without
    weight decay: the new units answer 0 and nothing that reaches them comes back.

    Parameters
    ----------
    mlp : the narrow network, with tanh or identity units.
    x : (..., dim) its parameters.
    layer : hidden layer, an index into ``mlp.layers``.
    count : how many units to add.
    """
    whole_number("count", count, 1)
    points, _, _ = around_hidden_layer(mlp, x, layer)
    activation = mlp.activations[layer]
    if not ACTIVATIONS[activation].odd:
        raise ValueError(
            "embed_zero_units needs a smooth activation with φ(0) = 0, such as tanh: with "
            f"{activation} the embedded point is not critical"
        )
    return _with_more_units(mlp, points, layer, count)


def split_unit(mlp: MLP, x: ArrayLike, layer: int, unit: int, share: float = 0.5) -> tuple[MLP, Array]:
    """Return a network with one unit split into two, and ``x`` in it: (MLP, (..., dim)).

    Both have the old incoming weights and bias; the outgoing weights are shared out, ``share`` for the
    old place and 1 − ``share`` for the new, last unit. Any real share keeps the function, so the embedded
    points form a line. A critical point stays critical on all of it without weight decay. With weight
    decay the penalty changes and it does not.

    Parameters
    ----------
    mlp : the narrow network.
    x : (..., dim) its parameters.
    layer : hidden layer, an index into ``mlp.layers``.
    unit : the unit to split.
    share : what the old place keeps of the outgoing weights.
    """
    points, below, _ = around_hidden_layer(mlp, x, layer)
    old, share = below.filter(unit), real_number("share", share)
    wide, result = _with_more_units(mlp, points, layer, 1)
    result[..., wide.layers[layer].filter(below.outputs)] = points[..., old]
    outgoing = wide.layers[layer + 1].weights(result)
    outgoing[..., below.outputs] = (1.0 - share) * outgoing[..., unit]
    outgoing[..., unit] *= share
    return wide, result


def _with_more_units(mlp: MLP, x: Array, layer: int, count: int) -> tuple[MLP, Array]:
    sizes = list(mlp.layer_sizes)
    sizes[layer + 1] += count
    wide = mlp.resized(sizes)
    result = np.zeros((*x.shape[:-1], wide.dim))
    for narrow_layer, wide_layer in zip(mlp.layers, wide.layers, strict=True):
        matrix = wide_layer.weights(result)
        matrix[..., : narrow_layer.outputs, : narrow_layer.inputs] = narrow_layer.weights(x)
        if mlp.biases:
            wide_layer.bias(result)[..., : narrow_layer.outputs] = narrow_layer.bias(x)
    return wide, result
