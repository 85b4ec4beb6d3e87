"""The Gauss–Newton part of a network's Hessian: what is left of it when the outputs are linearised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.mlp import MLP
from course_utils.networks.recurrent import RNN
from course_utils.networks.recurrent_passes import Unrolled
from course_utils.networks.tangents import Linearization, Outline
from course_utils.objectives.base import Array, as_points
from course_utils.objectives.torch_module import TorchObjective

if TYPE_CHECKING:
    from course_utils.objectives.hessian_operator import HessianOperator


def ggn_operator(network: MLP | RNN | TorchObjective, x: ArrayLike) -> HessianOperator:
    """Return the generalised Gauss–Newton matrix G at one point ``x`` (dim,) as a SciPy operator.

    With z the outputs (for a recurrent network those of every step) and J = ∂z/∂θ of an example,

        H = G + R,    G = Σ Jᵀ (∂²loss/∂z²) J + w·I,    R = Σ Σ_c (∂loss/∂z_c) ∂²z_c/∂θ²,

    sums over the examples, each counted 1/N, and w the weight decay: the penalty belongs to G. G has no
    negative eigenvalue; all of them come from R, which fades with the residuals ∂loss/∂z. For our losses
    G − w·I is the Fisher information of the network's predictive distribution, softmax or Gaussian with unit
    variance (Martens 2020, sections 8 and 9.2; Schraudolph 2002 for products with G).

    A block of directions is one pass, `matrix` forms G. Of a `from_torch` objective the outputs are those of
    its module and w is 0; G has no negative eigenvalue if its loss is convex in the outputs.

    Raises
    ------
    TypeError
        If ``network`` is neither an MLP, nor an RNN, nor made by `from_torch`.
    ValueError
        If ``x`` is not one point.

    Examples
    --------
    >>> import numpy as np
    >>> network = MLP([1, 1], [[2.0]], [[5.0]], loss="squared_error", biases=False)
    >>> ggn_operator(network, [0.0]) @ np.ones(1)
    array([4.])
    """
    bare = getattr(network, "bare", network)  # in `minimize`, which counts
    if not isinstance(bare, MLP | RNN | TorchObjective):
        raise TypeError(f"network must be an MLP, an RNN or made by from_torch, got {type(network).__name__}")
    point = as_points("x", x, network.dim)
    if point.ndim != 1:
        raise ValueError(f"x must be one point of shape ({network.dim},), got {point.shape}")
    point = point.copy()
    if isinstance(bare, TorchObjective):
        foreign = bare

        def products(v: Array) -> Array:
            network._charge(2.0, v.size // foreign.dim)
            return foreign._gauss_newton_products(point, v.reshape(-1, foreign.dim)).reshape(v.shape)

    else:
        ours, at = bare, without_residuals(bare._linearize(point))

        def products(v: Array) -> Array:
            network._charge(2.0, v.size // ours.dim)
            rows = v.reshape(-1, ours.dim)
            product = ours._product_block(at, rows)
            if ours.weight_decay:
                product += ours.weight_decay * rows
            return product.reshape(v.shape)

    def matrix() -> Array:
        G = products(np.eye(network.dim))
        return (G + G.T) / 2

    from course_utils.objectives.hessian_operator import (
        HessianOperator,
    )  # here, for what SciPy's import costs

    return HessianOperator(network.dim, products, matrix)


def without_residuals(at: Any) -> Any:
    """Return the passes at a point with ∂loss/∂z = 0, and all that follows from it on the way back.

    The second derivatives of the network enter its Hessian multiplied with these alone, so that the products
    with the Hessian become those with its Gauss–Newton part.
    """
    if isinstance(at, list):  # those of an MLP, cut into chunks of examples
        return [without_residuals(part) for part in at]
    if isinstance(at, Linearization):
        return replace(at, deltas=[], bends=[None] * len(at.bends))
    if isinstance(at, Outline):
        return replace(at, deltas=[])
    assert isinstance(at, Unrolled)
    return replace(
        at,
        delta=np.zeros_like(at.delta),
        arriving=np.zeros_like(at.arriving),
        deltas=np.zeros_like(at.deltas),
    )
