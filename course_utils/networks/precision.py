"""In which precision a network computes: points and derivatives are float64, its passes need not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_utils.objectives.base import Array
from course_utils.objectives.lengths import scaled, times_power

DOUBLE: np.dtype[Any] = np.dtype(np.float64)
SINGLE: np.dtype[Any] = np.dtype(np.float32)


def precision(dtype: DTypeLike) -> np.dtype[Any]:
    """Return ``dtype``, float64 or float32, or say that it is neither (`ValueError`)."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = np.dtype(object)
    if found not in (DOUBLE, SINGLE):
        raise ValueError(f"dtype must be 'float64' or 'float32', got {dtype!r:.80}")
    return found


def narrowed(x: Array, dtype: np.dtype[Any]) -> Array:
    """Return points in the precision of the passes; for float64 what they are, complex too."""
    return x if dtype == DOUBLE else x.astype(dtype)


def widened(a: NDArray[Any]) -> Array:
    """Return the numbers of a pass as float64; float64 and complex ones are not copied."""
    return a.astype(DOUBLE) if a.dtype == SINGLE else a


def of_directions(linear: Callable[[NDArray[Any]], NDArray[Any]], v: Array, dtype: np.dtype[Any]) -> Array:
    """Return a ``linear`` function of the rows of ``v`` (k, n), which takes and returns numbers of ``dtype``.

    Rows of any length: float32 ends at 1e-45 and 3e38, so they are divided by a power of two before.
    """
    if dtype == DOUBLE:
        return linear(v)
    rows, exponent = scaled(v)
    return times_power(linear(narrowed(rows, dtype)), exponent)
