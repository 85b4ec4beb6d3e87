"""What all networks share: batches of points, blocks of directions, filters."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from course_utils.networks.losses import half_squares
from course_utils.networks.parameters import Layer
from course_utils.objectives.base import Array, Objective
from course_utils.objectives.checks import real_number

# Numbers in the largest array of one pass (0.5 MB in float64): batches larger than that go in chunks.
# This bounds memory and keeps a chunk in the cache, and a heap that neither grows nor shrinks is quicker:
# with arrays twice as large new pages cost as much as the arithmetic.
CHUNK = 2**16


class Network(Objective):
    """The loss of a network as an `Objective` of its parameters.

    A subclass sets ``layers`` and writes ``_linearize`` and ``_products`` and, where there is a better
    way than products with the identity, ``_loss_hessian``. The last linearization is kept: Lanczos and
    conjugate gradients ask for many products at one point.

    Attributes
    ----------
    layers : where each weight matrix and its biases lie.
    weight_decay : ρ in the penalty ½ρ‖θ‖².
    """

    layers: tuple[Layer, ...]
    weight_decay: float = 0.0
    _last: tuple[Array, Any] | None = None

    @property
    def filters(self) -> tuple[slice, ...]:
        """Return one slice a unit, layer by layer: its incoming weights and bias.

        Together they cover every parameter once. Filter normalisation (Li et al. 2018, section 4)
        rescales a random direction slice by slice.
        """
        return tuple(layer.filter(unit) for layer in self.layers for unit in range(layer.outputs))

    @abstractmethod
    def _linearize(self, x: Array) -> Any:
        """Return what all products with the Hessian at one point ``x`` (dim,) share."""

    @abstractmethod
    def _products(self, at: Any, v: Array) -> Array:
        """Return Hv without weight decay, (k, dim), for ``v`` (k, dim)."""

    @property
    def _directions_at_once(self) -> int:
        """How many directions one pass takes: enough for large products, bounded memory."""
        return 64

    def _loss_hessian(self, x: Array, out: Array) -> None:
        """Write the Hessian at one point, without weight decay, to ``out`` (dim, dim)."""
        rows = self._product_block(self._passes(x), np.eye(self.dim))
        np.add(rows, rows.T, out=out)
        out /= 2

    def _passes(self, x: Array) -> Any:
        last = self._last
        if last is None or not np.array_equal(last[0], x):
            last = self._last = None  # the passes of two points are never kept at once
            last = self._last = (x.copy(), self._linearize(x))
        return last[1]

    def _product_block(self, at: Any, v: Array) -> Array:
        """Return Hv without weight decay, (k, dim), for any number of directions ``v`` (k, dim)."""
        size = self._directions_at_once
        if len(v) <= size:
            return self._products(at, v)
        result = np.empty(v.shape)
        for start in range(0, len(v), size):
            result[start : start + size] = self._products(at, v[start : start + size])
        return result

    def __getstate__(self) -> dict[str, Any]:
        # What a copy or a pickle takes along: not the passes, which belong to this point and these examples.
        return {**self.__dict__, "_last": None}

    def _hessian(self, x: Array) -> Array:
        result = np.empty((*x.shape, self.dim))
        for place in np.ndindex(x.shape[:-1]):
            self._loss_hessian(x[place], result[place])
        every = np.arange(self.dim)
        result[..., every, every] += self.weight_decay
        return result

    def _hvp(self, x: Array, v: Array) -> Array:
        if x.ndim == 1:  # the case that Krylov methods ask for again and again
            product = self._product_block(self._passes(x), v.reshape(-1, self.dim)).reshape(v.shape)
            if self.weight_decay:
                product += self.weight_decay * v
            return product
        shape = np.broadcast_shapes(x.shape, v.shape)
        # Axes that only v has are a block of directions at one point; axes of x are a loop.
        block = shape[: len(shape) - x.ndim]
        points = np.broadcast_to(x, shape[len(block) :])
        directions = np.broadcast_to(v, shape).reshape(prod(block), *points.shape)
        result = np.empty(directions.shape)
        for place in np.ndindex(points.shape[:-1]):
            result[:, *place] = self._product_block(self._passes(points[place]), directions[:, *place])
        if self.weight_decay:
            result += self.weight_decay * directions
        return result.reshape(shape)


def penalty(weight_decay: float, x: Array) -> Array:
    """Return ½·``weight_decay``·‖x‖², shape (...,)."""
    return half_squares(weight_decay, x) if weight_decay else np.zeros(x.shape[:-1])


def decayed(weight_decay: float, x: Array, value: Array, gradient: Array) -> tuple[Array, Array]:
    """Return the loss (...,) and its gradient (..., n) with the `penalty` and its gradient added to them."""
    return value + penalty(weight_decay, x), decayed_gradient(weight_decay, x, gradient)


def decayed_gradient(weight_decay: float, x: Array, gradient: Array) -> Array:
    """Add the gradient of the `penalty` to ``gradient`` (..., n) in place, and return it."""
    if weight_decay:  # without it no pass is made over all parameters
        gradient += weight_decay * x
    return gradient


def check_weight_decay(weight_decay: float) -> float:
    """Return ``weight_decay`` as a float, or say what is wrong with it."""
    return real_number("weight_decay", weight_decay, at_least=0.0)


def in_chunks(function: Callable[[Array], Any], x: Array, size: int) -> Any:
    """Apply ``function`` to ``x`` (..., dim), at most ``size`` points at a time, and join the results.

    ``function`` returns an array or a tuple of arrays whose first axes are those of its points.
    """
    if x.ndim == 1 or x.size // x.shape[-1] <= size:
        return function(x)
    points = x.reshape(-1, x.shape[-1])
    parts = [function(points[start : start + size]) for start in range(0, len(points), size)]
    if isinstance(parts[0], tuple):
        return tuple(_join(column, x) for column in zip(*parts, strict=True))
    return _join(parts, x)


def _join(parts: Any, x: Array) -> Array:
    joined = np.concatenate(parts)
    return joined.reshape(*x.shape[:-1], *joined.shape[1:])
