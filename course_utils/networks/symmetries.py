"""Changes of the parameters that leave the function of a network as it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.activations import ACTIVATIONS
from course_utils.networks.mlp import MLP
from course_utils.networks.parameters import Layer, check_hidden_layer
from course_utils.objectives.base import Array, as_points
from course_utils.objectives.checks import real_array


def permute_units(mlp: MLP, x: ArrayLike, layer: int, order: Sequence[int] | Array) -> Array:
    """Return parameters (..., dim) in which unit j of a hidden layer is the old unit ``order[j]``.

    A layer of k units has k! orders and the loss is the same in all of them.

    Parameters
    ----------
    mlp : the network.
    x : (..., dim) parameters; they are not changed.
    layer : hidden layer, an index into ``mlp.layers``.
    order : a permutation of 0 … units − 1.
    """
    points, below, above = around_hidden_layer(mlp, x, layer)
    index = np.asarray(order)
    whole = index.dtype.kind in "iu" and index.shape == (below.outputs,)
    if not whole or not np.array_equal(np.sort(index), np.arange(below.outputs)):
        raise ValueError(f"order must be a permutation of 0 … {below.outputs - 1}, got {order!r:.80}")
    result = points.copy()
    below.matrix(result)[...] = below.matrix(points)[..., index, :]
    above.weights(result)[...] = above.weights(points)[..., index]
    return result


def flip_units(mlp: MLP, x: ArrayLike, layer: int, units: int | Sequence[int]) -> Array:
    """Return parameters (..., dim) in which ``units`` changed the sign of all their weights.

    Needs an odd activation, φ(−z) = −φ(z): tanh or identity. With the permutations, a layer of k such
    units has 2^k k! equal forms.

    Parameters
    ----------
    mlp : the network.
    x : (..., dim) parameters; they are not changed.
    layer : hidden layer, an index into ``mlp.layers``.
    units : which units of it.
    """
    points, below, above = around_hidden_layer(mlp, x, layer)
    activation = mlp.activations[layer]
    if not ACTIVATIONS[activation].odd:
        raise ValueError(
            f"flip_units needs an odd activation, φ(−z) = −φ(z), such as tanh: {activation} is not odd, "
            "so the flipped network would compute something else"
        )
    given = np.atleast_1d(np.asarray(units))
    if given.dtype.kind not in "iu" and given.size:
        raise ValueError(f"units must be whole numbers, got {units!r:.80}")
    chosen = np.unique(given.astype(np.intp))
    if chosen.size and not 0 <= chosen[0] <= chosen[-1] < below.outputs:
        raise ValueError(f"units must lie in 0 … {below.outputs - 1}, got {units!r:.80}")
    result = points.copy()
    below.matrix(result)[..., chosen, :] *= -1.0
    above.weights(result)[..., chosen] *= -1.0
    return result


def rescale_units(mlp: MLP, x: ArrayLike, layer: int, factors: float | Sequence[float] | Array) -> Array:
    """Return parameters (..., dim) with incoming weights and biases times β and outgoing weights over β.

    Needs φ(βz) = βφ(z) for β > 0: relu or identity. The factors are free, so every parameter vector lies
    on a surface of equal loss with as many dimensions as there are hidden units: its Hessian has that
    many zero eigenvalues at a critical point without weight decay. Weight decay breaks this symmetry.

    Parameters
    ----------
    mlp : the network.
    x : (..., dim) parameters; they are not changed.
    layer : hidden layer, an index into ``mlp.layers``.
    factors : positive β, one number or one for each unit.
    """
    points, below, above = around_hidden_layer(mlp, x, layer)
    activation = mlp.activations[layer]
    if not ACTIVATIONS[activation].homogeneous:
        raise ValueError(
            f"rescale_units needs φ(βz) = βφ(z), as relu has it: {activation} does not, "
            "so the rescaled network would compute something else"
        )
    beta = real_array("factors", factors)
    if beta.shape not in {(), (below.outputs,)} or not (np.isfinite(beta) & (beta > 0)).all():
        raise ValueError(f"factors must be one or {below.outputs} positive numbers, got {factors!r:.80}")
    beta = np.broadcast_to(beta, below.outputs)
    result = points.copy()
    below.matrix(result)[...] *= beta[:, None]
    above.weights(result)[...] /= beta
    return result


def around_hidden_layer(mlp: MLP, x: ArrayLike, layer: int) -> tuple[Array, Layer, Layer]:
    """Return checked parameters and the layers below and above the units of hidden layer ``layer``."""
    check_hidden_layer(mlp.layers, layer)
    return as_points("x", x, mlp.dim), mlp.layers[layer], mlp.layers[layer + 1]
