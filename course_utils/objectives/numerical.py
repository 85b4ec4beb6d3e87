"""An Objective made of a reader's plain function."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives.base import Array, Kind, Objective
from course_utils.objectives.differences import (
    MULTIPLES,
    Estimate,
    Estimator,
    Steps,
    contradicted,
    extrapolated,
    first,
    largest,
    power_of_two,
    refined,
    second_differences,
)
from course_utils.objectives.reader_function import ReaderFunction
from course_utils.objectives.settled import PROBES, probes, settled
from course_utils.objectives.stencils import AT_ONCE, Stencils

ENOUGH = 1e-6  # a relative error above which a warning is given
_FINE = 1e-9  # a relative error below which no shorter step is tried
_FAR = (2.0, 10.0, 100.0)  # probes outside of the window, by how much further they lie from its centre
_BEYOND = 2.0**-10  # the step at a point outside of the window, in units of its distance from there


class NumericalObjective(Objective):
    """A function known by its values alone; `from_function` makes it.

    Gradients come from complex steps, Im f(x + ih)/h, which are exact to rounding, where the function
    takes complex numbers and differences do not contradict, by more than they can err; from central
    differences of sixth order otherwise. That is settled at a few points of the window, and looked at again
    along one direction at every point that is asked for, since a function may take its np.abs elsewhere.
    Hessians are differences of complex-step gradients, or second differences of values. Steps have the length
    at which differences err least at those few points; they are shortened where they still err: at a kink, at
    the edge of where f is finite. Outside of it derivatives are NaN, as f is. A gradient by differences calls
    f 6n + 1 times, a Hessian 3n² + 3n + 1 times, a product Hv 12n + 7 times; with complex steps a gradient
    takes n + 2 calls (n + 1 of them complex).

    It can be pickled, and so sent to another process, if its function is one of a module: `pickle` finds
    neither lambdas nor functions inside functions.

    Attributes
    ----------
    derivatives : "complex step" or "differences": the method of gradients, in the window.
    gradient_error, hessian_error : estimated errors of their entries, relative to the largest of them at
        points of the window.
    """

    def __init__(
        self, f: Callable[[Any], Any], dim: int, name: str, domain: Any, critical_points: Any
    ) -> None:
        super().__init__(name, dim, domain=domain, critical_points=critical_points)
        # Halved, so that a window as wide as float64 has a width.
        half = np.array([*self.domain, *[self.domain[-1]] * (self.dim - len(self.domain))]) / 2
        # Powers of two, so that x ± h has no rounding error of its own.
        self._scale: Array = power_of_two((half[:, 1] - half[:, 0]) / 2)
        self._centre: Array = half.sum(axis=1)
        rng = np.random.default_rng(0)
        points = 2 * rng.uniform(half[:, 0], half[:, 1], size=(40, self.dim)).T
        near = points[:, :PROBES]
        with np.errstate(over="ignore", invalid="ignore"):
            beside = near - self._centre[:, None]
            far = self._centre[:, None] + np.concatenate([k * beside for k in _FAR], axis=1)
            self._f = ReaderFunction(f, near, far)
            self._around = Stencils(self._f, self._scale)
            method = settled(self._f, probes(self._f, points), self._scale, rng)
        self.derivatives = method.derivatives
        self.gradient_error, self.hessian_error = method.gradient_error, method.hessian_error
        self._first, self._second, self._of_slopes = method.first, method.second, method.of_slopes
        # Along which slopes are looked at again, and how far: short enough for a plain difference.
        self._way: Array = rng.uniform(0.5, 1.0, self.dim) * rng.choice([-1.0, 1.0], self.dim) * self._scale
        self._longest = min(2.0**-20, self._first.step / 64)
        self._rounded: Array = (2.0**-28 * np.abs(self._centre) / self._scale)[:, None]
        worst = max(self.gradient_error, self.hessian_error)
        if worst > ENOUGH:
            order = "second derivatives" if self.gradient_error <= ENOUGH else "derivatives"
            warnings.warn(
                f"{order} of {name!r} are estimated to err by {worst:.0e} of their size, so fewer than six "
                "digits are right: f rounds too much, or is too noisy, for differences. One made of NumPy "
                "functions that take complex numbers does better",
                stacklevel=3,
            )

    @property
    def vectorised(self) -> bool:
        """Whether a batch is one call of the function; if not, it is called point by point."""
        return self._f.vectorised

    def _value(self, x: Array) -> Array:
        return self._f.real(x.transpose(-1, *range(x.ndim - 1)))

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        value = self._value(x)
        return value, self._where_finite(value, self._slopes, x, self.dim)

    def _hessian(self, x: Array) -> Array:
        i, j = np.triu_indices(self.dim)
        entries = self._where_finite(self._value(x), self._bends, x, len(i))
        H = np.empty((*x.shape, self.dim))
        H[..., i, j] = H[..., j, i] = entries
        return H

    def _hvp(self, x: Array, v: Array) -> Array:
        both = np.broadcast_arrays(x, v)
        pair = np.concatenate(both, axis=-1)
        return self._where_finite(self._value(both[0]), self._bends_along, pair, self.dim)

    def _where_finite(self, value: Array, compute: Callable[[Array], Array], x: Array, count: int) -> Array:
        """Return ``compute`` for ``x`` (..., n) as (..., count), NaN where the value (...,) is not finite."""
        there = np.isfinite(value)
        if np.logical_and.reduce(there, axis=None):  # all of them, without what `all` does around it
            return self._by_points(compute, x, count)
        result = np.full((*x.shape[:-1], count), np.nan)
        result[there] = self._by_points(compute, x[there], count)
        return result

    def _by_points(self, compute: Callable[[Array], Array], x: Array, count: int) -> Array:
        """Return ``compute`` (k, m) of points (n, m) for ``x`` (..., n) as (..., k), some at a time."""
        flat = x.reshape(-1, x.shape[-1]).T
        some = max(1, AT_ONCE // (len(MULTIPLES) * count))
        if flat.shape[1] <= some:
            return compute(np.ascontiguousarray(flat)).T.reshape(*x.shape[:-1], count)
        blocks = (flat[:, i : i + some] for i in range(0, flat.shape[1], some))
        parts = [compute(np.ascontiguousarray(block)) for block in blocks]
        return np.concatenate(parts, axis=1).T.reshape(*x.shape[:-1], count)

    def _slopes(self, x: Array) -> Array:
        """Return the gradient (n, m), by complex steps but where differences contradict them."""
        if self.derivatives == "differences":
            return self._difference_slopes(x).value
        g, wrong, slopes = self._looked_at_again(x)
        if wrong.size:
            g[:, wrong] = slopes
        return g

    def _looked_at_again(self, x: Array) -> tuple[Array, NDArray[np.intp], Array]:
        """Return slopes (n, m) by complex steps, at which points they are wrong, and the slopes there."""
        h = self._reach(x)
        moved = x + h * self._way[:, None]
        value, g, f = self._around.complex_step(x, moved)
        moved -= x  # without the rounding of x + h
        gap = np.abs(f - value - np.einsum("nm,nm->m", moved, g))
        slack = self.dim * h**2 * self._of_slopes.size
        doubtful = (~(gap <= slack)).nonzero()[0]  # few, which are looked at more closely
        if doubtful.size:
            rounding = np.finfo(np.float64).eps * (np.abs(f[doubtful]) + self._first.noise)
            linear = np.abs((moved * g)[:, doubtful]).sum(axis=0)
            slack = slack[doubtful] + ENOUGH * linear + 64 * rounding
            doubtful = doubtful[~(gap[doubtful] <= slack)]
        if not doubtful.size:
            return g, doubtful, np.empty((self.dim, 0))
        slopes = self._difference_slopes(x[:, doubtful])
        wrong = contradicted(g[:, doubtful], slopes).any(axis=0)
        return g, doubtful[wrong], slopes.value[:, wrong]

    def _reach(self, x: Array) -> Array:
        """Return how far to go from ``x`` to look at slopes again, (m,), in units of the scale.

        Further where x, and with it f, may be so large that their rounding counts.
        """
        beyond = 2.0**-12 * np.abs(x - self._centre[:, None]) / self._scale[:, None]
        return np.asarray(self._longest * np.maximum.reduce(beyond + self._rounded, axis=0, initial=1.0))

    def _difference_slopes(self, x: Array) -> Estimate:
        def estimate(x: Array, h: Array) -> Estimate:
            f = self._around.around(x, lambda c: self._around.axes(c, h), np.arange(self.dim))
            return first(f, np.broadcast_to(self._f.real(x), h.shape), h, self._first.noise + largest(f))

        found = self._refined(x, estimate, self._first)
        return Estimate(found.value / self._scale[:, None], found.error / self._scale[:, None])

    def _second_derivatives(self, x: Array, of_slopes: Estimator, of_values: Estimator) -> Array:
        """Return what ``of_slopes`` estimates for ``x`` (n or 2n, m), ``of_values`` where slopes err."""
        if self.derivatives == "differences":
            return self._refined(x, of_values, self._second).value
        at = x[: self.dim]
        _, wrong, _ = self._looked_at_again(at)
        found = self._refined(x, of_slopes, self._of_slopes).value
        if wrong.size:
            found[:, wrong] = self._refined(x[:, wrong], of_values, self._second).value
        return found

    def _bends(self, x: Array) -> Array:
        """Return the entries of H on and above its diagonal, row by row, (n(n+1)/2, m)."""
        i, j = np.triu_indices(self.dim)
        beside = i != j

        def of_slopes(x: Array, h: Array) -> Estimate:
            g = self._around.around(x, lambda c: self._around.axes(j[c], h), np.arange(len(i)), i)
            g *= self._scale[i, None, None]
            centre = self._around.complex_step(x, x)[1] * self._scale[:, None]
            return first(g, centre[i], h[j], self._of_slopes.noise + largest(g))

        def of_values(x: Array, h: Array) -> Estimate:
            centre = self._f.real(x)
            single = self._around.around(x, lambda c: self._around.axes(c, h), np.arange(self.dim))
            pairs = self._around.around(
                x,
                lambda c: self._around.axes(i[beside][c], h) + self._around.axes(j[beside][c], h),
                np.arange(np.count_nonzero(beside)),
            )
            alone = second_differences(single, centre)
            entries = np.empty((len(i), *alone.shape[1:]))
            entries[~beside] = alone
            entries[beside] = (second_differences(pairs, centre) - alone[i[beside]] - alone[j[beside]]) / 2
            return extrapolated(entries, h[i] * h[j], 4 * (self._second.noise + largest(single)))

        found = self._second_derivatives(x, of_slopes, of_values)
        return np.asarray(found / (self._scale[i] * self._scale[j])[:, None])

    def _bends_along(self, pair: Array) -> Array:
        """Return Hv (n, m) for points and directions one above the other, (2n, m)."""
        n = self.dim
        v = pair[n:] / np.maximum(np.abs(pair[n:] / self._scale[:, None]).max(axis=0), np.finfo(float).tiny)

        def of_slopes(x: Array, h: Array) -> Estimate:
            h = h.max(axis=0)
            way = (x[n:] * h)[:, None]
            g = self._around.around(
                x[:n], lambda c: np.repeat(way, len(c), axis=1), np.arange(n), np.arange(n)
            )
            g *= self._scale[:, None, None]
            centre = self._around.complex_step(x[:n], x[:n])[1] * self._scale[:, None]
            return first(g, centre, h, self._of_slopes.noise + largest(g))

        def of_values(x: Array, h: Array) -> Estimate:
            # 2 eᵀHv is what the bend along e + v has more than those along e and along v.
            along = h.max(axis=0)
            way = (x[n:] * along)[:, None]
            centre = self._f.real(x[:n])
            alone = self._around.around(x[:n], lambda c: way, np.arange(1))
            single = self._around.around(x[:n], lambda c: self._around.axes(c, h), np.arange(n))
            pairs = self._around.around(x[:n], lambda c: self._around.axes(c, h) + way, np.arange(n))
            bends = [second_differences(f, centre) for f in (pairs, single, alone)]
            size = 4 * (self._second.noise + largest(pairs))
            return extrapolated((bends[0] - bends[1] - bends[2]) / 2, h * along, size)

        found = self._second_derivatives(np.concatenate([pair[:n], v]), of_slopes, of_values)
        length = np.abs(pair[n:] / self._scale[:, None]).max(axis=0)
        return np.asarray(found / self._scale[:, None] * length)

    def _refined(self, x: Array, estimate: Estimator, steps: Steps) -> Estimate:
        # No step comes near the rounding of x; all are powers of two, so that x ± h is exact.
        at, scale = x[: self.dim], self._scale[:, None]
        least = 2.0**-40 * power_of_two(np.abs(at)) / scale
        # Outside of the window, where f may be large, longer ones: 4 reach from its centre to its edges.
        beyond = np.maximum(np.abs(at - self._centre[:, None]) / scale - 4, 0)
        start = np.maximum(np.maximum(steps.step, least), _BEYOND * power_of_two(beyond))
        return refined(estimate, x, start, least, steps.step, max(_FINE, 10 * steps.error), steps.size)


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

    Warns
    -----
    UserWarning
        If fewer than six digits of the derivatives can be promised: see ``gradient_error`` and
        ``hessian_error`` of what is returned.

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
