"""How a reader's plain function is called: one point at a time or many, with real or with complex numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives.base import Array


class ReaderFunction:
    """A function of coordinates x[0] … x[n−1], called with copies, so that it may change them.

    Parameters
    ----------
    f : what the reader wrote.
    near : (n, m) points at which one call for all is compared with single calls.
    far : (n, k) points at which f need not be defined; together with the others they are compared once more,
        so that a branch over all of them, such as ``if (abs(x) > 3).any()``, is found.

    Attributes
    ----------
    vectorised : whether many points are one call, with x of shape (n, points). That ends when such a call
        does not return one number a point.

    Raises
    ------
    ValueError
        If ``f`` does not return one real number for a point.
    """

    def __init__(self, f: Callable[[Any], Any], near: Array, far: Array) -> None:
        self._f, self._dim = f, len(near)
        self.vectorised = False
        single = self._one_by_one(near)
        if np.iscomplexobj(single):
            raise ValueError(f"f must return real numbers for real x, got {single[0]!r}")
        small = 1e-12 * float(np.abs(single).max(initial=0.0, where=np.isfinite(single)))
        self.vectorised = self._takes_many(near, single, small) and self._takes_many(
            *self._mixed(near, single, far), small
        )

    def real(self, x: Array) -> Array:
        """Return f, shape (...,), at points ``x`` of shape (n, ...)."""
        values = self._flat(x.reshape(self._dim, -1)).reshape(x.shape[1:])
        if np.iscomplexobj(values):
            if np.any(values.imag):
                first = values[values.imag != 0][0]
                raise ValueError(f"f must return real numbers for real x, got {first!r}")
            values = values.real
        return np.array(values, dtype=np.float64)

    def complex(self, x: Any) -> NDArray[np.complex128]:
        """Return f, shape (...,), at complex points (n, ...); NaN if f does not take them."""
        try:
            with warnings.catch_warnings():
                # float(z) drops the imaginary part with a warning: not written for complex numbers either
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                values = self._flat(x.reshape(self._dim, -1)).reshape(x.shape[1:])
        except Exception:  # math.sin, comparisons, abs: not written for complex numbers
            return np.full(x.shape[1:], complex(np.nan, np.nan))
        return np.asarray(values, dtype=np.complex128)

    def _takes_many(self, x: Array, single: Array, small: float) -> bool:
        together = self._together(x)
        return together is not None and bool(
            np.allclose(together, single, rtol=1e-12, atol=small, equal_nan=True)
        )

    def _mixed(self, near: Array, single: Array, far: Array) -> tuple[Array, Array]:
        """Return all points at which f can be called, and its values there."""
        points, values = [near], [single]
        for x in far.T[..., None]:
            try:
                values.append(self._one_by_one(x))
            except Exception:  # such as an interpolation, which ends at the edge of its table
                continue
            points.append(x)
        return np.concatenate(points, axis=1), np.concatenate(values)

    def _flat(self, x: Any) -> Any:
        """Return f at ``x`` of shape (n, m), real or complex."""
        if self.vectorised:
            together = self._together(x)
            if together is not None:
                return together
            found = self._one_by_one(x)
            self.vectorised = False
            return found
        return self._one_by_one(x)

    def _together(self, x: Any) -> Any:
        """Return f at ``x`` (n, m) by one call, (m,); None if that does not give one number a point."""
        try:
            # Where f is not finite it says so by its values, which its caller looks at.
            with np.errstate(all="ignore"):
                found = np.asarray(self._f(x.copy()))
        except Exception:  # whatever a plain function does with arrays that it was not written for
            return None
        return found if found.shape == x.shape[1:] and found.dtype.kind in "biufc" else None

    def _one_by_one(self, x: Any) -> Any:
        with np.errstate(all="ignore"):
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
