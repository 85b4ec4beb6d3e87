"""Values beyond float64 that are sums of terms of both signs: ∞ − ∞ is decided by the mathematics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def homogeneous(form: Callable[..., Array], degree: int, *coordinates: Array) -> Array:
    """Return a form p(x₁, x₂, …) of some degree d at coordinates (...,) that may be of any size.

    Where its terms overflow with opposite signs, p(x) = 2^{de} p(x/2ᵉ) with 2ᵉ near the largest coordinate;
    elsewhere the result is that of ``form`` to the last bit.

    Examples
    --------
    >>> homogeneous(lambda a, b: a**2 - b**2, 2, np.array([3.0, 1e200]), np.array([2.0, 2e200]))
    array([  5., -inf])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.asarray(form(*coordinates))
        lost = np.isnan(values)
        if lost.any():
            rows = [x[lost] for x in np.broadcast_arrays(*coordinates)]
            exponent = np.frexp(np.max(np.abs(rows), axis=0))[1]
            values[lost] = np.ldexp(form(*(np.ldexp(x, -exponent) for x in rows)), degree * exponent)
    return values


def rising(values: Callable[[], Array]) -> Array:
    """Return values of a function that rises on every side, ∞ where its terms overflow with both signs."""
    with np.errstate(over="ignore", invalid="ignore"):
        plain = np.asarray(values())
        lost = np.isnan(plain)
        return np.where(lost, np.inf, plain) if lost.any() else plain
