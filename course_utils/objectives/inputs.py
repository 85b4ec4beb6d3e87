"""What readers may pass: real arrays, numbers, generators. Anything else is named in a ValueError."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_REAL = "biuf"  # kinds of dtype


def real_array(name: str, x: ArrayLike) -> NDArray[np.float64]:
    """Return ``x`` as a float64 array, the same one if it is one.

    Raises
    ------
    ValueError
        If ``x`` holds anything but real numbers: complex ones, texts that look like numbers, masked ones.
    """
    if type(x) is np.ndarray and x.dtype == np.float64:
        return x
    try:
        given = np.asarray(x)
        # Fractions and the like come as objects; so do None, which would become NaN, and texts.
        real = given.dtype.kind in _REAL or (
            given.dtype.kind == "O" and all(hasattr(number, "__float__") for number in given.flat)
        )
        if real and not np.ma.is_masked(x):
            return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):  # ragged lists, objects and numbers too large for NumPy
        pass
    raise ValueError(f"{name} must hold real numbers, got {x!r:.80}")


def real_number(
    name: str, value: Any, *, at_least: float | None = None, above: float | None = None, finite: bool = True
) -> float:
    """Return ``value`` as a float, or say that it is no number, not finite or out of range.

    Raises
    ------
    ValueError
        Names the argument, what came, and what was expected.
    """
    try:
        number = float(value) if _is_scalar(value, _REAL) else np.nan
    except OverflowError:  # a whole number beyond 10^308
        number = np.nan
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


def whole_number(name: str, value: Any, least: int, most: int | None = None) -> int:
    """Return ``value`` as an int, or say that it is no whole number in ``least`` … ``most``.

    Raises
    ------
    ValueError
        Names the argument, what came, and what was expected.
    """
    if not _is_scalar(value, "iu") or value < least or (most is not None and value > most):
        limits = f"≥ {least}" if most is None else f"in {least} … {most}"
        raise ValueError(f"{name} must be a whole number {limits}, got {value!r:.80}")
    return int(value)


def random_generator(name: str, rng: Any) -> np.random.Generator:
    """Return ``rng``, or say that it is none and how to make one.

    Raises
    ------
    ValueError
        If ``rng`` is not a `numpy.random.Generator`.
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"{name} must be a random generator such as numpy.random.default_rng(0), got {rng!r:.80}"
        )
    return rng


def _is_scalar(value: Any, kinds: str) -> bool:
    """Tell whether ``value`` is one number of such a dtype; True and False are none."""
    if isinstance(value, (bool, np.bool_, str, bytes)):
        return False
    if isinstance(value, int):
        return True  # of any size
    try:
        given = np.asarray(value)
    except (TypeError, ValueError):
        return False
    return given.ndim == 0 and given.dtype.kind in kinds
