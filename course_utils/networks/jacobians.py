"""How a small change of the state grows or dies out on its way through time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.recurrent import RNN
from course_utils.networks.recurrent_passes import unroll
from course_utils.objectives.base import Array, as_points
from course_utils.objectives.checks import real_array


def state_jacobians(network: RNN, x: ArrayLike) -> Array:
    """Return J_t = ∂h_t/∂h_{t−1} for t = 1 … T along every sequence, shape (S, T, H, H).

    J_t = diag(1 − h_t²) W for tanh units (Pascanu, Mikolov & Bengio 2013, equation 5). The gradient with
    respect to h_0 is a product of all of them.

    Raises
    ------
    ValueError
        If ``x`` is not one point of shape (dim,).
    """
    point = as_points("x", x, network.dim)
    if point.ndim != 1:
        raise ValueError(f"x must be one point of shape ({network.dim},), got {point.shape}")
    states, _ = unroll(network.layers, point, network._characters, network._first)
    h = np.moveaxis(states[: network.hidden_units, 1:], 0, -1).swapaxes(0, 1)  # (S, T, H)
    jacobians: Array = (1.0 - h * h)[..., None] * network.layers[1].matrix(point)
    return jacobians


def log_growth(jacobians: ArrayLike) -> Array:
    """Return by how much the product J_t … J_1 stretches space, (T + 1, n), from factors (T, n, n).

    Row t holds the n logarithms of the stretch along orthogonal directions, largest first. They are
    followed by one QR decomposition a step, Q R = J_t Q, and sums of log|R_ii|, because the small singular
    values of a long product drown in rounding. Their slopes in t are the Lyapunov exponents (Benettin,
    Galgani, Giorgilli & Strelcyn 1980); those of the logarithms of the singular values tend to the same.

    Raises
    ------
    ValueError
        If ``jacobians`` is no stack of square matrices, or not finite.
    """
    factors = real_array("jacobians", jacobians)
    if factors.ndim != 3 or factors.shape[1] != factors.shape[2]:
        raise ValueError(f"jacobians must have shape (T, n, n), got {factors.shape}")
    if not np.isfinite(factors).all():
        raise ValueError("jacobians must be finite, got NaN or infinity")
    growth = np.zeros((len(factors) + 1, factors.shape[1]))
    # Begin with the most stretched directions of the first factor, so that the order is right early on.
    q = np.linalg.svd(factors[0])[2].T
    for t, factor in enumerate(factors):
        q, r = np.linalg.qr(factor @ q)
        with np.errstate(divide="ignore"):  # a factor without full rank: log 0 = −∞
            growth[t + 1] = growth[t] + np.log(np.abs(np.diagonal(r)))
    return growth
