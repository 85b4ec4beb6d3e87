"""Operators of all examples that hold the passes of one mini-batch at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.mlp import MLP
from course_utils.networks.recurrent import RNN
from course_utils.objectives.base import Array, as_points
from course_utils.objectives.checks import whole_number

if TYPE_CHECKING:
    from course_utils.objectives.hessian_operator import HessianOperator


def minibatch_operator(
    network: MLP | RNN,
    x: ArrayLike,
    batch_size: int,
    *,
    operator: Callable[[MLP | RNN, Array], HessianOperator] | None = None,
) -> HessianOperator:
    """Return the Hessian of all examples at one point ``x`` (dim,), as a sum over mini-batches.

    H = Σ_b (N_b/N) H_b over consecutive batches of ``batch_size`` examples (sequences of an RNN), the last
    one smaller: equal to ``network.hessian_operator(x)`` but for rounding. A block of products makes the
    passes of each batch anew: memory is bounded by one batch, for one more forward and backward pass.

    Parameters
    ----------
    batch_size : examples in a batch, at least 1.
    operator : what to sum, a function (network, x) -> operator; the Hessian by default, `ggn_operator` for
        the Gauss–Newton matrix.

    Raises
    ------
    TypeError
        If ``network`` is neither an MLP nor an RNN.
    ValueError
        If ``x`` is not one point, or ``batch_size`` is below 1.
    """
    if not isinstance(network, MLP | RNN):
        raise TypeError(f"network must be an MLP or an RNN, got {type(network).__name__}")
    point = as_points("x", x, network.dim).copy()
    if point.ndim != 1:
        raise ValueError(f"x must be one point of shape ({network.dim},), got {point.shape}")
    size = whole_number("batch_size", batch_size, 1)
    examples = network.examples if isinstance(network, MLP) else len(network.sequences)
    make = operator if operator is not None else lambda part, at: part.hessian_operator(at)

    def total(of: Callable[[HessianOperator], Array], zero: Array) -> Array:
        for start in range(0, examples, size):
            chosen = np.arange(start, min(start + size, examples))
            zero += (chosen.size / examples) * of(make(network.batch(chosen), point))
        return zero

    def products(v: Array) -> Array:
        return total(lambda part: (part @ v.T).T, np.zeros(v.shape))

    def matrix() -> Array:
        return total(lambda part: part.matrix(), np.zeros((network.dim, network.dim)))

    from course_utils.objectives.hessian_operator import (
        HessianOperator,
    )  # here, for what SciPy's import costs

    return HessianOperator(network.dim, products, matrix)
