"""Lengths of vectors whose squares leave the range of float64."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Between these a plain norm is right to rounding: squares that underflow are below the last digit.
_SMALLEST, _LARGEST = 1e-140, 1e150
# Exponent of numbers that are squared as they are: 2³³⁰ is about 1e99, so that matrices may come between.
_MOST_SQUARED = 330
# Exponent up to which 2ᵉ and 2⁻ᵉ are normal numbers.
_MOST_MULTIPLIED = 1000


def norms(x: Array, axis: int = -1, *, keepdims: bool = False) -> Array:
    """Return ‖x‖ (...,) of vectors (..., n), of any size: 1e-300 and 1e200 are as good as 1.

    With ``axis`` the vectors lie along that one; ``keepdims`` leaves it there with length 1.

    Where squares underflow or overflow, the vector is first divided by a power of two near its largest
    entry; elsewhere the result is that of ``numpy.linalg.norm`` to the last bit. NaN and infinity stay.

    Examples
    --------
    >>> float(norms(np.array([3e200, 4e200])))
    5e+200
    """
    if axis != -1:
        x = np.moveaxis(x, axis, -1)
    with np.errstate(over="ignore", under="ignore"):
        plain = _plain(x)
    extreme = ~((plain > _SMALLEST) & (plain < _LARGEST))
    # Where runs are at rest all of these are zero.
    if np.logical_or.reduce(extreme, axis=None) and (rows := x[extreme]).any():
        smaller, exponent = scaled(rows)
        with np.errstate(over="ignore", under="ignore"):
            plain[extreme] = np.ldexp(np.linalg.norm(smaller, axis=-1), exponent[..., 0])
    return np.expand_dims(plain, axis) if keepdims else plain


def ordinary(lengths: Array) -> bool:
    """Tell whether the squares of all vectors of these ``lengths`` stay within the range of float64."""
    return bool(((lengths > _SMALLEST) & (lengths < _LARGEST)).all())


def _plain(x: Array) -> Array:
    """Return ``numpy.linalg.norm(x, axis=-1)`` to the last bit; in the plane at a tenth of its time."""
    squares = x * x
    if x.shape[-1] != 2:
        return np.asarray(np.sqrt(np.add.reduce(squares, axis=-1)))
    return np.asarray(np.sqrt(squares[..., 0] + squares[..., 1]))


def unit(x: Array, lengths: Array | None = None) -> Array:
    """Return x/‖x‖ (..., n) of vectors of any size; zero vectors stay zero.

    A subnormal vector, which has few digits, still gets length 1 to rounding. ``lengths`` are the `norms` of
    ``x`` where they are known already.
    """
    length = (norms(x) if lengths is None else lengths)[..., None]
    if ordinary(length):
        return x / length
    smaller, _ = scaled(x)
    length = np.linalg.norm(smaller, axis=-1, keepdims=True)
    direction: Array = np.divide(smaller, length, out=np.zeros_like(smaller), where=length != 0)
    return direction


def squares_exponent(*vectors: Array) -> int:
    """Return the e by whose power 2ᵉ vectors are to be divided before they are multiplied with each other.

    It is 0 where their squares stay in the range of float64 as they are, and also those of vectors smaller by
    rounding; otherwise the largest of all entries is about 2ᵉ.
    """
    largest = max((float(np.abs(x).max(initial=0.0)) for x in vectors), default=0.0)
    exponent = int(np.frexp(largest)[1])
    return exponent if abs(exponent) > _MOST_SQUARED and np.isfinite(largest) else 0


def scaled(x: Array) -> tuple[Array, NDArray[np.intc]]:
    """Return ``x`` (..., n) divided by 2ᵉ so that its largest entries lie in [½, 1), and e (..., 1).

    A power of two changes no digit. Vectors of zeros, and those with an entry that is not finite, stay.
    """
    largest = np.abs(x).max(axis=-1, keepdims=True, initial=0.0)
    _, exponent = np.frexp(np.where(np.isfinite(largest), largest, 0.0))
    return times_power(x, -exponent), exponent


def times_power(x: NDArray[np.floating[Any]], exponent: NDArray[np.intc]) -> Array:
    """Return x·2ᵉ (..., n) in float64 for exponents e (..., 1), as ``numpy.ldexp`` does, to the last bit.

    In a fifth of its time where 2ᵉ is a number like others, by which one multiplies.
    """
    if np.abs(exponent).max(initial=0) <= _MOST_MULTIPLIED:
        return np.asarray(x * np.ldexp(1.0, exponent))
    return np.asarray(np.ldexp(x.astype(np.float64, copy=False), exponent))
