"""What every room asks of its arguments: real numbers, whole numbers, a generator."""

from __future__ import annotations

import math
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
    if type(x) is np.ndarray and x.dtype == np.float64:
        return x
    try:
        array = np.asarray(x)
        # Fractions, whole numbers of any size; None would become NaN, and text the number it spells.
        if array.dtype.kind == "O" and all(hasattr(number, "__float__") for number in array.flat):
            array = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} must hold real numbers, got {x!r:.80}") from error
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}: {x!r:.80}")
    if isinstance(x, np.ma.MaskedArray) and np.ma.getmaskarray(x).any():
        raise ValueError(f"{name} must hold real numbers, got masked ones: {x!r:.80}")
    return np.asarray(array, dtype=np.float64)


def is_number(value: Any) -> bool:
    """Whether ``value`` is a real number, of Python or NumPy; True and False are none."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def is_finite(number: float) -> bool:
    """Whether a real number, of Python or NumPy, is neither NaN nor infinite nor beyond all floats."""
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number such as 10**400
        return False


def real_number(
    name: str, value: Any, *, at_least: float | None = None, above: float | None = None, finite: bool = True
) -> float:
    """Return ``value`` as a float, or say that it is no real number, not finite or out of range.

    Raises
    ------
    ValueError
        If ``value`` is no number, True or False, NaN, infinite (unless not ``finite``), or beyond its limits.
    """
    number = np.nan
    if not isinstance(value, (bool, np.bool_)):
        try:
            given = real_array(name, value)
            number = float(given) if given.ndim == 0 else np.nan
        except ValueError:
            pass
    if (
        np.isnan(number)
        or (finite and not np.isfinite(number))
        or (at_least is not None and number < at_least)
        or (above is not None and number <= above)
    ):
        limits = [f" {word} {end:g}" for word, end in (("≥", at_least), (">", above)) if end is not None]
        raise ValueError(
            f"{name} must be a {'finite ' if finite else ''}number{' and'.join(limits)}, got {value!r:.80}"
        )
    return number


def common_shape(**arrays: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the shape to which ``arrays`` broadcast, or say by name that theirs do not fit together."""
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError:
        shapes = " and ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise ValueError(f"shapes must fit together, got {shapes}") from None


def whole_number(name: str, value: Any, least: int, most: int | None = None) -> int:
    """Return the whole number ``value``, or say that it is none or not in ``least`` … ``most``."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        limits = f"of at least {least}" if most is None else f"in {least} … {most}"
        raise ValueError(f"{name} must be a whole number {limits}, got {value!r:.80}")
    return int(value)


def generator(name: str, rng: Any) -> np.random.Generator:
    """Return ``rng``, or say that it is none: a seed would give every call the same numbers."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{name} must be a generator, as numpy.random.default_rng(0) makes one, got {rng!r:.80}"
        )
    return rng


def chosen_examples(indices: ArrayLike, examples: int) -> NDArray[np.intp]:
    """Return the numbers of the examples that ``indices``, numbers or a mask, choose: at least one.

    Raises
    ------
    ValueError
        If they are neither whole numbers in −N … N − 1 nor a mask of N, or choose no example.
    """
    chosen = np.asarray(indices)
    expected = f"whole numbers below {examples} or a mask of {examples}, choosing at least one example"
    mask = chosen.dtype == bool
    if chosen.ndim != 1 or chosen.dtype.kind not in "iub" or (mask and chosen.size != examples):
        raise ValueError(f"indices must be {expected}, got {indices!r:.80}")
    numbers = np.flatnonzero(chosen) if mask else chosen
    if numbers.size == 0 or numbers.min() < -examples or numbers.max() >= examples:
        raise ValueError(f"indices must be {expected}, got {indices!r:.80}")
    return numbers.astype(np.intp)
