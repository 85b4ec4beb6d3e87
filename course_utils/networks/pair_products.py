"""Blocks of the Hessian as one matrix product: pairs of units times pairs of what enters them.

The block of layers l and m is Σ_n S[o,q] â_i â_p over units o and q and their inputs i and p. With N
examples it is the product of (pairs o,q; N) and (N; pairs i,p): large matrices and few temporaries. Within
one layer o and q may trade places, and so may i and p: a quarter of the numbers, half of the multiplications.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from course_utils.networks.parameters import Layer
from course_utils.objectives.base import Array


def own_is_worth_it(layer: Layer) -> bool:
    """Tell whether pairs are quicker for the block of ``layer`` with itself than rows unit by unit.

    With few units the pairs of inputs, formed for every example, are more numbers than those rows, and
    forming them costs more than the product.
    """
    return _pairs(layer.columns) + _pairs(layer.outputs) < layer.columns * _pairs(layer.outputs)


def cross_is_worth_it(layer: Layer, above: Layer) -> bool:
    """Tell whether pairs are quicker for the block of ``layer`` and the one ``above``."""
    return layer.columns < layer.outputs * above.outputs


def empty_own(layer: Layer) -> Array:
    """Return an array for `add_own`: (pairs of units o ≤ q, pairs of inputs i ≤ p)."""
    return np.empty((_pairs(layer.outputs), _pairs(layer.columns)))


def add_own(packed: Array, s: Array, a: Array, rows: Array, *, fresh: bool) -> None:
    """Write, or add if not ``fresh``, Σ_n S[o,q] â_i â_p to ``packed``.

    Parameters
    ----------
    packed : (pairs o ≤ q, pairs i ≤ p), both row by row.
    s : (outputs, outputs, N), symmetric.
    a : (columns, N), what enters the layer.
    rows : (at least columns, at least N), a place for pairs of inputs.
    """
    columns = len(a)
    s_pairs = s[np.triu_indices(len(s))]
    start = 0
    for first, last in _strips([columns - i for i in range(columns)], len(rows)):
        tile = _products(a, [a[i:] for i in range(first, last)], first, rows)
        target = packed[:, start : start + len(tile)]
        if fresh:
            np.matmul(s_pairs, tile.T, out=target)
        else:
            target += s_pairs @ tile.T
        start += len(tile)


def unpack_own(packed: Array, layer: Layer, block: Array) -> None:
    """Write ``packed`` to ``block`` (size, size) of the Hessian: every number to its four places."""
    outputs, columns = layer.outputs, layer.columns
    place = _places(columns)
    cells = block.reshape(outputs, columns, outputs, columns)  # [o, i, q, p], a view
    start = 0
    for o in range(outputs):
        stop = start + outputs - o
        unit = packed[start:stop].take(place, axis=1)  # [q, i, p]
        cells[o, :, o:] = unit.swapaxes(0, 1)
        cells[o:, :, o] = unit
        start = stop


def add_cross(block: Array, s: Array, a: Array, b: Array, rows: Array, *, fresh: bool) -> None:
    """Write, or add if not ``fresh``, Σ_n S[o,q] â_i b̂_p to ``block`` of two layers.

    Parameters
    ----------
    block : (outputs · columns of one layer, outputs · columns of the other) of the Hessian.
    s : (outputs of one, outputs of the other, N).
    a, b : (columns, N), what enters the one and the other.
    rows : (at least columns of the other, at least N), a place for pairs of inputs.
    """
    (units, others, examples), p = s.shape, len(b)
    cells = block.reshape(units, len(a), others, p).swapaxes(1, 2)  # [o, q, i, p], a view
    s_pairs = s.reshape(-1, examples)
    for first, last in _strips([p] * len(a), len(rows)):
        tile = _products(a, [b] * (last - first), first, rows)
        share = (s_pairs @ tile.T).reshape(units, others, last - first, p)
        if fresh:
            cells[:, :, first:last] = share
        else:
            cells[:, :, first:last] += share


def _strips(sizes: list[int], room: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of strips that fit together in ``room`` rows."""
    first = filled = 0
    for i, size in enumerate(sizes):
        if filled + size > room:
            yield first, i
            first, filled = i, 0
        filled += size
    yield first, len(sizes)


def _products(a: Array, partners: list[Array], first: int, rows: Array) -> Array:
    """Return a[first] · partners[0], a[first + 1] · partners[1], … below each other, written to ``rows``."""
    examples, filled = a.shape[1], 0
    for i, partner in enumerate(partners, start=first):
        np.multiply(partner, a[i], out=rows[filled : filled + len(partner), :examples])
        filled += len(partner)
    return rows[:filled, :examples]


def _places(columns: int) -> NDArray[np.intp]:
    """Return where the pair (i, p) lies among the pairs i ≤ p, (columns, columns), symmetric."""
    i, p = np.triu_indices(columns)
    place = np.empty((columns, columns), dtype=np.intp)
    place[i, p] = place[p, i] = np.arange(i.size)
    return place


def _pairs(count: int) -> int:
    return count * (count + 1) // 2
