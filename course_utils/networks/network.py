"""What all networks share: batches of points, blocks of directions, filters."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from course_utils.networks.parameters import Layer
from course_utils.objectives.base import Array, Objective

# Numbers in the largest array of one pass (2 MB in float64): batches larger than that go in chunks,
# which bounds memory and keeps a chunk in the cache.
CHUNK = 2**18


class Network(Objective):
    """The loss of a network as an `Objective` of its parameters.

    A subclass sets ``layers`` and ``weight_decay`` and writes ``_hvp_block`` and, where there is a
    better way than products with the identity, ``_hessian_at``.
    """

    layers: tuple[Layer, ...]
    weight_decay: float

    @property
    def filters(self) -> tuple[slice, ...]:
        """Return one slice a unit, layer by layer: its incoming weights and bias.

        Together they cover every parameter once. Filter normalisation (Li et al. 2018, section 4)
        rescales a random direction slice by slice.
        """
        return tuple(layer.filter(unit) for layer in self.layers for unit in range(layer.outputs))

    @abstractmethod
    def _hvp_block(self, x: Array, v: Array) -> Array:
        """Return Hv, shape (k, dim), for one point ``x`` (dim,) and directions ``v`` (k, dim)."""

    def _hessian_at(self, x: Array) -> Array:
        rows = self._hvp_block(x, np.eye(self.dim))
        return (rows + rows.T) / 2

    def _hessian(self, x: Array) -> Array:
        if x.ndim == 1:
            return self._hessian_at(x)
        result = np.empty((*x.shape, self.dim))
        for place in np.ndindex(x.shape[:-1]):
            result[place] = self._hessian_at(x[place])
        return result

    def _hvp(self, x: Array, v: Array) -> Array:
        shape = np.broadcast_shapes(x.shape, v.shape)
        # Axes that only v has are a block of directions at one point; axes of x are a loop.
        block = shape[: len(shape) - x.ndim]
        points = np.broadcast_to(x, shape[len(block) :])
        directions = np.broadcast_to(v, shape).reshape(prod(block), *points.shape)
        result = np.empty(directions.shape)
        for place in np.ndindex(points.shape[:-1]):
            result[:, *place] = self._hvp_block(points[place], directions[:, *place])
        return result.reshape(shape)

    def _decay(self, x: Array) -> Array:
        half: Array = 0.5 * self.weight_decay * np.einsum("...i,...i->...", x, x)
        return half


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
