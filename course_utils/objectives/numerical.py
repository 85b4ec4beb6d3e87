"""An Objective made of a reader's plain function."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.objectives.base import Array, Kind, Objective

COMPLEX_STEP = 1e-30  # no difference is taken, so the step can be as small as it likes


class NumericalObjective(Objective):
    """A function known by its values alone; `from_function` makes it.

    Gradients come from complex steps, Im f(x + ih)/h, which are exact to rounding, where the function
    takes complex numbers and `scipy.differentiate` agrees with the result; from `scipy.differentiate`
    otherwise. Hessians are differences of gradients, made symmetric.

    It can be pickled, and so sent to another process, if its function is one of a module: `pickle` finds
    neither lambdas nor functions inside functions.

    Attributes
    ----------
    derivatives : "complex step" or "differences", so that the accuracy can be told.
    vectorised : whether a batch is one call of the function; if not, it is called point by point.
    """

    def __init__(
        self, f: Callable[[Any], Any], dim: int, name: str, domain: Any, critical_points: Any
    ) -> None:
        super().__init__(name, dim, domain=domain, critical_points=critical_points)
        self._function = f
        probe = self._probe_points()
        self.vectorised = self._agrees_with_single_calls(probe)
        self._check_values(probe)
        self.derivatives = "complex step" if self._complex_step_agrees(probe) else "differences"

    def _probe_points(self) -> Array:
        """Return a few points of the window, (5, n), at which the function is looked over once."""
        rng = np.random.default_rng(0)
        window = np.array([*self.domain, *[self.domain[-1]] * (self.dim - len(self.domain))])
        return rng.uniform(window[:, 0], window[:, 1], size=(5, self.dim))

    def _agrees_with_single_calls(self, x: Array) -> bool:
        """Tell whether one call with arrays for x[0], x[1], … gives what single calls give."""
        single = np.array([self._single(point) for point in x])
        try:
            together = np.asarray(self._function(x.T))
            return together.shape == single.shape and bool(
                np.allclose(together, single, rtol=1e-12, equal_nan=True)
            )
        except Exception:  # whatever a plain function does with arrays that it was not written for
            return False

    def _single(self, point: Array) -> Any:
        result = np.asarray(self._function(point))
        if result.shape not in ((), (1,)) or result.dtype.kind not in "biufc":
            raise ValueError(f"f must return one number for x of shape ({self.dim},), got {result!r:.80}")
        return result.reshape(())[()]

    def _check_values(self, x: Array) -> None:
        value = self._call(x.T)
        if np.iscomplexobj(value):
            raise ValueError(f"f must return real numbers for real x, got {value[0]!r}")
        if not np.isfinite(value).any():
            raise ValueError(f"f must be finite somewhere in its domain, got {value[0]} at x = {x[0]}")

    def _call(self, x: Any) -> Any:
        """Return f for ``x`` of shape (n, ...), coordinates first."""
        if self.vectorised:
            result = np.asarray(self._function(x))
            return np.broadcast_to(result, x.shape[1:])
        flat = x.reshape(self.dim, -1)
        return np.array([self._single(flat[:, i]) for i in range(flat.shape[1])]).reshape(x.shape[1:])

    def _complex_gradient(self, x: Array) -> Array:
        """Return the gradient for ``x`` of shape (n, ...), coordinates first."""
        stepped = np.repeat(x[:, None].astype(np.complex128), self.dim, axis=1)  # (n, n, ...)
        i = np.arange(self.dim)
        stepped[i, i] += 1j * COMPLEX_STEP
        return np.asarray(np.imag(self._call(stepped)) / COMPLEX_STEP)

    def _difference_gradient(self, x: Array) -> Array:
        return _jacobian(self._call, x, 1e-2 * self._scale(), refinements=3)

    def _scale(self) -> float:
        return max(high - low for low, high in self.domain) / 4

    def _complex_step_agrees(self, x: Array) -> bool:
        try:
            with warnings.catch_warnings():
                # float(z) drops the imaginary part with a warning: not written for complex numbers either
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                complex_step = self._complex_gradient(x.T)
            differences = self._difference_gradient(x.T)
        except Exception:  # math.sin, comparisons, abs: not written for complex numbers
            return False
        size = 1 + np.abs(differences)
        return bool(np.all(np.abs(complex_step - differences) <= 1e-5 * size))

    def _coordinates_first_gradient(self, x: Array) -> Array:
        return (
            self._complex_gradient(x) if self.derivatives == "complex step" else self._difference_gradient(x)
        )

    def _value(self, x: Array) -> Array:
        return np.asarray(self._call(np.moveaxis(x, -1, 0)), dtype=np.float64)

    def _gradient(self, x: Array) -> Array:
        return np.moveaxis(self._coordinates_first_gradient(np.moveaxis(x, -1, 0)), 0, -1)

    def _hessian(self, x: Array) -> Array:
        first = np.moveaxis(x, -1, 0)
        if self.derivatives == "complex step":
            H = self._differences_of_gradients(first)
        else:  # differences of differences need larger steps, and SciPy's care
            H = _jacobian(self._difference_gradient, first, 5e-2 * self._scale(), refinements=2)
        return np.moveaxis((H + np.swapaxes(H, 0, 1)) / 2, (0, 1), (-2, -1))

    def _differences_of_gradients(self, x: Array) -> Array:
        """Return H (n, n, ...) from complex-step gradients at x ± h and x ± 2h, all in one call.

        Complex-step gradients carry no noise beyond rounding, so one central difference of fourth order
        is accurate to about ten digits, and quick enough for a picture that follows the hand.
        """
        h = 1e-3 * self._scale()
        offsets = h * np.array([-2.0, -1.0, 1.0, 2.0])
        moved = np.broadcast_to(x[:, None, None], (self.dim, self.dim, 4, *x.shape[1:])).copy()
        i = np.arange(self.dim)
        moved[i, i] += offsets.reshape(-1, *[1] * (x.ndim - 1))
        g = self._complex_gradient(moved)  # (n of the gradient, n of the direction, 4, ...)
        return np.asarray((g[:, :, 0] - 8 * g[:, :, 1] + 8 * g[:, :, 2] - g[:, :, 3]) / (12 * h))


def from_function(
    f: Callable[[Any], Any],
    dim: int,
    *,
    name: str | None = None,
    domain: Sequence[tuple[float, float]] | None = None,
    critical_points: Sequence[tuple[Any, Kind]] = (),
) -> NumericalObjective:
    """Return an Objective made of a plain function, with numerical derivatives.

    Parameters
    ----------
    f : takes ``x`` with coordinates x[0] … x[dim−1] and returns a number. If it also works when the
        coordinates are arrays (NumPy functions, no ``if``), whole batches are one call; if not, it is
        called point by point.
    dim : the number of coordinates.
    name : for legends; the function's own name by default.
    domain : plot window, (low, high) for each of the first two coordinates; ±2 by default.

    Raises
    ------
    ValueError
        If ``f`` is not callable, does not return one real number, or is nowhere finite in its window.

    Examples
    --------
    >>> bowl = from_function(lambda x: x[0] ** 2 + 3 * x[1] ** 2, 2)
    >>> bowl.gradient([1.0, 1.0]).round(12).tolist()
    [2.0, 6.0]
    """
    if not callable(f):
        raise ValueError(f"f must be a function of x, got {f!r:.80}")
    shown = name or str(getattr(f, "__name__", "my function"))
    return NumericalObjective(f, dim, shown, domain, critical_points)


def _jacobian(function: Callable[[Array], Any], x: Array, initial_step: float, refinements: int) -> Array:
    """Return the derivatives of ``function`` at ``x`` (n, ...) by SciPy's adaptive differences, order 6."""
    from scipy.differentiate import jacobian  # here, because it takes as long to import as NumPy

    return np.asarray(jacobian(function, x, initial_step=initial_step, order=6, maxiter=refinements).df)
