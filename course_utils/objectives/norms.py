"""Lengths of vectors of any size, at which squares would overflow or vanish."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives.base import Array

# Between these, no square of an entry that matters is lost to overflow or underflow.
_LEAST, _MOST = 1e-280, 1e300


def norms(v: Array, axis: int = -1, *, keepdims: bool = False) -> Array:
    """Return the Euclidean norms of vectors along one axis, right to rounding wherever they are float64.

    Where a square could overflow or vanish, entries are divided by the largest first. Where the norm itself
    is too large for a float64, or an entry is infinite, it is infinite; with a NaN it is NaN.

    Parameters
    ----------
    v : (..., n, ...) vectors; n = 0 has norm 0.
    axis : along which they lie.
    keepdims : whether that axis stays, with length 1.
    """
    vectors = np.moveaxis(np.asarray(v, dtype=np.float64), axis, -1)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        # Much quicker than numpy.linalg.norm where the axis is short.
        squares: Array = np.asarray(np.einsum("...i,...i->...", vectors, vectors))
        lengths = np.sqrt(squares)
        if squares.size and not (squares.min() > _LEAST and squares.max() < _MOST):
            unit, exponent = scaled(vectors)
            exact = np.ldexp(np.sqrt(np.einsum("...i,...i->...", unit, unit)), exponent[..., 0])
            lengths = np.where((squares > _LEAST) & (squares < _MOST), lengths, exact)
    return np.expand_dims(lengths, axis) if keepdims else lengths


def scaled(v: Array) -> tuple[Array, NDArray[np.intc]]:
    """Return vectors (..., n) with largest entries between ½ and 1, and exponents e (..., 1): v = unit·2ᵉ.

    A power of two changes no digit. Vectors of zeros, and those with an entry that is not finite, stay.
    """
    largest = np.abs(v).max(axis=-1, keepdims=True, initial=0.0)
    exponent = np.frexp(np.where(np.isfinite(largest), largest, 0.0))[1]
    return np.ldexp(v, -exponent), exponent
