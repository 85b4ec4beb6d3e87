"""Directions to look along: random ones, and ones made comparable to the weights that they move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks import Layer
from course_utils.objectives import Array, as_points
from course_utils.objectives.checks import generator, whole_number


def random_directions(rng: np.random.Generator, count: int, dim: int) -> Array:
    """Return ``count`` orthonormal directions (count, dim), every such set equally likely.

    The Q of a Gaussian matrix with the signs of R's diagonal made positive (Mezzadri 2007, section 5).

    Raises
    ------
    ValueError
        If ``count`` is not in 1 … ``dim``.
    """
    rng = generator("rng", rng)
    dim = whole_number("dim", dim, 1)
    count = whole_number("count", count, 1, dim)
    Q, R = np.linalg.qr(rng.standard_normal((dim, count)))
    return np.ascontiguousarray((Q * np.where(np.diagonal(R) < 0, -1.0, 1.0)).T)


def normalize_filters(
    layers: Sequence[Layer], x: ArrayLike, directions: ArrayLike, *, move_biases: bool = True
) -> Array:
    """Return ``directions`` (..., n) in which every unit's part is as long as the unit's weights in ``x``.

    d_u ← d_u ‖x_u‖ / ‖d_u‖ for the incoming weights of each unit u (Li et al. 2018, section 4: a filter of
    a fully connected layer is the row of a unit).

    Parameters
    ----------
    layers : ``network.layers``.
    x : (n,) the parameters around which one looks.
    directions : (..., n); parts that are zero stay zero.
    move_biases : whether a bias counts as a weight of its unit. False leaves biases where they are, as the
        published tools do by default: directions are zero there.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    n = layers[-1].stop if layers else 0
    if not n:
        raise ValueError("layers must be those of a network, got none")
    weights, moved = as_points("x", x, n), as_points("directions", directions, n).copy()
    if weights.ndim != 1:
        raise ValueError(f"x must be one point of shape ({n},), got {weights.shape}")
    for layer in layers:
        if not move_biases:
            layer.bias(moved)[...] = 0.0
        part = layer.matrix if move_biases else layer.weights
        target, rows = part(weights), part(moved)
        # By the largest entry first: squares of tiny or huge entries would leave the numbers.
        sizes = np.abs(rows).max(axis=-1, keepdims=True)
        sizes[sizes == 0] = 1.0
        rows /= sizes
        lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
        lengths[lengths == 0] = 1.0
        rows *= np.linalg.norm(target, axis=-1, keepdims=True) / lengths
    return moved
