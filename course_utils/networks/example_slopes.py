"""The slope of every single example's loss along given directions: what mini-batch noise is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.mlp import MLP
from course_utils.networks.tangents import linearize
from course_utils.objectives.base import Array, as_points


def example_slopes(network: MLP, x: ArrayLike, v: ArrayLike) -> Array:
    """Return ⟨v, ∇f_z(x)⟩ for every example z, where f is the mean of the f_z, each with the weight decay.

    One forward and one backward pass for all of them: along v the slope of an example is Σ_l δ_lᵀ V_l a_l
    over the layers l, with a_l what enters the layer and δ_l its derivative of the loss (Goodfellow 2015,
    arXiv:1510.01799).

    Parameters
    ----------
    x : (dim,) one point.
    v : (..., dim) directions.

    Returns
    -------
    slopes : (..., N); their mean over the examples is ⟨v, ∇f(x)⟩.

    Raises
    ------
    TypeError
        If ``network`` is no MLP.
    ValueError
        If ``x`` is not one point, or ``v`` are no directions at it.
    """
    bare = getattr(network, "bare", network)  # in `minimize`, which counts
    if not isinstance(bare, MLP):
        raise TypeError(f"network must be an MLP, got {type(network).__name__}")
    point, directions = as_points("x", x, network.dim), as_points("v", v, network.dim)
    if point.ndim != 1:
        raise ValueError(f"x must be one point of shape ({network.dim},), got {point.shape}")
    network._charge(1.0)
    network = bare
    at = linearize(network.layers, network._phis, network._loss, point, network._data)
    deltas = list(at.deltas)
    first = at.slopes[1] if len(network.layers) > 1 else None
    if first is not None:
        deltas.insert(0, (at.weights[1].T @ deltas[0]) * first)
    slopes = np.zeros((*directions.shape[:-1], network.examples))
    for layer, entering, delta in zip(network.layers, at.entering, deltas, strict=True):
        slopes += np.sum((layer.matrix(directions) @ entering) * delta, axis=-2)
    slopes *= network.examples
    if network.weight_decay:
        slopes += network.weight_decay * (directions @ point)[..., None]
    return slopes
