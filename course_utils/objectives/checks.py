"""What every room asks of its arguments: real numbers, whole numbers, a generator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def real_array(name: str, x: ArrayLike) -> NDArray[np.float64]:
    """Return ``x`` as a float64 array of any shape, not copied where it is one; NaN and infinity may pass.

    Raises
    ------
    ValueError
        If ``x`` is no array of real numbers: complex numbers lose no imaginary part here, masked numbers
        are not read, and text, dates and ragged lists are no numbers.
    """
    try:
        array = np.asarray(x)
        if array.dtype.kind == "O":  # fractions, whole numbers of any size
            array = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must hold real numbers, got {x!r:.80}") from error
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}: {x!r:.80}")
    if isinstance(x, np.ma.MaskedArray) and np.ma.getmaskarray(x).any():
        raise ValueError(f"{name} must hold real numbers, got masked ones: {x!r:.80}")
    return np.asarray(array, dtype=np.float64)


def whole_number(name: str, value: Any, least: int) -> int:
    """Return the whole number ``value``, or say that it is none or below ``least``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def generator(name: str, rng: Any) -> np.random.Generator:
    """Return ``rng``, or say that it is none: a seed would give every call the same numbers."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} must be a generator, as numpy.random.default_rng(0) makes one, got {rng!r:.80}"
        )
    return rng
