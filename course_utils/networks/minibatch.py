"""All examples, of which a pass holds one mini-batch at a time: the loss, and operators at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.mlp import MLP
from course_utils.networks.parameters import Layer
from course_utils.networks.recurrent import RNN
from course_utils.objectives.base import Array, Objective, as_points
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
        If ``network`` is neither an MLP nor an RNN, or ``operator`` no function.
    ValueError
        If ``x`` is not one point, or ``batch_size`` is below 1.
    """
    size = _checked(network, batch_size)
    point = as_points("x", x, network.dim).copy()
    if point.ndim != 1:
        raise ValueError(f"x must be one point of shape ({network.dim},), got {point.shape}")
    if operator is not None and not callable(operator):
        raise TypeError(f"operator must be a function (network, x) -> operator or None, got {operator!r:.80}")
    make = operator if operator is not None else lambda part, at: part.hessian_operator(at)

    def products(v: Array) -> Array:
        return _total(network, size, lambda part: (make(part, point) @ v.T).T)

    def matrix() -> Array:
        return _total(network, size, lambda part: make(part, point).matrix())

    from course_utils.objectives.hessian_operator import (
        HessianOperator,
    )  # here, for what SciPy's import costs

    return HessianOperator(network.dim, products, matrix)


class InBatches(Objective):
    """The loss of a network on all its examples, of which a pass holds one mini-batch at a time.

    Value, gradient and products are those of ``network`` but for rounding, in memory that a mini-batch
    decides and not the number of examples. Sums over the mini-batches are made in double precision. A product
    with the Hessian makes the passes of each mini-batch anew; where many are wanted at one point and the
    passes fit in memory, ``network`` itself makes them once.

    Parameters
    ----------
    network : an `MLP` or an `RNN`.
    batch_size : examples (sequences of an RNN) in a pass, at least 1.

    Raises
    ------
    TypeError
        If ``network`` is neither an MLP nor an RNN.
    ValueError
        If ``batch_size`` is below 1.
    """

    further_costs = MLP.further_costs

    def __init__(self, network: MLP | RNN, batch_size: int) -> None:
        self.network, self.batch_size = network, _checked(network, batch_size)
        super().__init__(network.name, network.dim, domain=network.domain)

    @property
    def examples(self) -> int:
        """N, the number of examples."""
        return self.network.examples

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Where each weight matrix and its biases lie."""
        return self.network.layers

    @property
    def filters(self) -> tuple[slice, ...]:
        """One slice a unit, as for the network."""
        return self.network.filters

    def batch(self, indices: ArrayLike) -> MLP | RNN:
        """Return the same loss on the examples ``indices`` alone, in one pass."""
        return self.network.batch(indices)

    @property
    def kronecker_factors(
        self,
    ) -> Callable[[ArrayLike, np.random.Generator], tuple[tuple[Array, Array], ...]]:
        """As for the network: means over all examples. An RNN has none, and an AttributeError says so."""
        if not isinstance(self.network, MLP):
            raise AttributeError(f"{self.name} has no kronecker_factors")
        return partial(_kronecker_means, self.network, self.batch_size)

    def _value(self, x: Array) -> Array:
        return _total(self.network, self.batch_size, lambda part: part._value(x))

    def _gradient(self, x: Array) -> Array:
        return _total(self.network, self.batch_size, lambda part: part._gradient(x))

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        values: list[Array] = []

        def gradient(part: MLP | RNN) -> Array:
            value, g = part._value_and_gradient(x)
            values.append((part.examples / self.examples) * value)
            return g

        total = _total(self.network, self.batch_size, gradient)
        return np.sum(values, axis=0), total

    def _hvp(self, x: Array, v: Array) -> Array:
        return _total(self.network, self.batch_size, lambda part: part._hvp(x, v))

    def _hessian(self, x: Array) -> Array:
        return _total(self.network, self.batch_size, lambda part: part._hessian(x))

    @property
    def gradient_flops(self) -> float:
        """Those of the network: the passes are the same."""
        return self.network.gradient_flops

    @property
    def hessian_cost(self) -> float:
        """That of the network."""
        return self.network.hessian_cost


def _checked(network: MLP | RNN, batch_size: int) -> int:
    if not isinstance(getattr(network, "bare", network), MLP | RNN):
        raise TypeError(f"network must be an MLP or an RNN, got {type(network).__name__}")
    return whole_number("batch_size", batch_size, 1)


def _total(network: MLP | RNN, size: int, of: Callable[[MLP | RNN], Array]) -> Array:
    """Return Σ_b (N_b/N) of(batch b) over consecutive batches of ``size`` examples, the last one smaller."""
    total: Array | None = None
    for weight, part in _parts(network, size):
        share = weight * of(part)
        if total is None:
            total = np.asarray(share)
        else:
            total += share
    assert total is not None
    return total


def _kronecker_means(
    network: MLP, size: int, x: ArrayLike, rng: np.random.Generator
) -> tuple[tuple[Array, Array], ...]:
    """Return Σ_b (N_b/N) of the factors of batch b, with one random error an example."""
    means: list[tuple[Array, Array]] = []
    for weight, part in _parts(network, size):
        assert isinstance(part, MLP)
        seen = [(weight * A, weight * S) for A, S in part.kronecker_factors(x, rng)]
        pairs = zip(means, seen, strict=True)
        means = [(A + more_A, S + more_S) for (A, S), (more_A, more_S) in pairs] if means else seen
    return tuple(means)


def _parts(network: MLP | RNN, size: int) -> Iterator[tuple[float, MLP | RNN]]:
    """Go through consecutive batches of ``size`` examples, the last one smaller, each with its N_b/N."""
    for start in range(0, network.examples, size):
        chosen = np.arange(start, min(start + size, network.examples))
        yield chosen.size / network.examples, network.batch(chosen)
