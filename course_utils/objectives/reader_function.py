"""How a reader's plain function is called: one point at a time or many, with real or with complex numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.objectives.base import Array


class ReaderFunction:
    """A function of coordinates x[0] … x[n−1], called with copies, so that it may change them.

    Parameters
    ----------
    f : what the reader wrote.
    probe : (n, m) points at which one call for all is compared with single calls.

    Attributes
    ----------
    vectorised : whether many points are one call, with x of shape (n, points).

    Raises
    ------
    ValueError
        If ``f`` does not return one real number for a point.
    """

    def __init__(self, f: Callable[[Any], Any], probe: Array) -> None:
        self._f, self._dim = f, len(probe)
        self.vectorised = False
        single = self._flat(probe)
        if np.iscomplexobj(single):
            raise ValueError(f"f must return real numbers for real x, got {single[0]!r}")
        self.vectorised = self._takes_many(probe, single)

    def real(self, x: Array) -> Array:
        """Return f, shape (...,), at points ``x`` of shape (n, ...)."""
        values = self._flat(x.reshape(self._dim, -1)).reshape(x.shape[1:])
        if np.iscomplexobj(values):
            if np.any(values.imag):
                first = values[values.imag != 0][0]
                raise ValueError(f"f must return real numbers for real x, got {first!r}")
            values = values.real
        return np.array(values, dtype=np.float64)

    def imaginary(self, x: Any, h: Any) -> Array | None:
        """Return Im f/h, shape (...,), at complex points (n, ...); None if f does not take them."""
        try:
            with warnings.catch_warnings():
                # float(z) drops the imaginary part with a warning: not written for complex numbers either
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                values = self._flat(x.reshape(self._dim, -1)).reshape(x.shape[1:])
        except Exception:  # math.sin, comparisons, abs: not written for complex numbers
            return None
        return np.asarray(np.imag(values) / h, dtype=np.float64)

    def _takes_many(self, x: Array, single: Array) -> bool:
        try:
            with np.errstate(all="ignore"):
                together = np.asarray(self._f(x.copy()))
            return together.shape == single.shape and bool(
                np.allclose(together, single, rtol=1e-12, equal_nan=True)
            )
        except Exception:  # whatever a plain function does with arrays that it was not written for
            return False

    def _flat(self, x: Any) -> Any:
        """Return f at ``x`` of shape (n, m), real or complex."""
        # Where f is not finite it says so by its values, which its caller looks at.
        with np.errstate(all="ignore"):
            if self.vectorised:
                return np.broadcast_to(np.asarray(self._f(x.copy())), x.shape[1:])
            return np.array([self._single(x[:, i].copy()) for i in range(x.shape[1])])

    def _single(self, point: Any) -> Any:
        try:
            result = np.asarray(self._f(point))
        except ArithmeticError:  # 1/0.0 and math.exp(1000) raise where NumPy returns infinity
            return np.nan
        except ValueError as error:
            if not _outside_of_its_domain(error):
                raise
            return np.nan
        if result.shape not in ((), (1,)) or result.dtype.kind not in "biufc":
            raise ValueError(f"f must return one number for x of shape ({self._dim},), got {result!r:.80}")
        return result.reshape(())[()]


def _outside_of_its_domain(error: ValueError) -> bool:
    """Tell whether `math` raised it, as for log(−1), in the words of Python 3.13 or of 3.14."""
    return str(error).startswith(("math domain error", "expected a "))
