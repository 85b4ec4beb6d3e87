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
    extrapolated,
    first,
    ladder,
    ladder_nodes,
    largest,
    noise,
    power_of_two,
    refined,
    resolution,
    second_differences,
)
from course_utils.objectives.reader_function import ReaderFunction

COMPLEX_STEP = 2.0**-100  # in units of the window: no difference is taken, so it can be as small as it likes
ENOUGH = 1e-6  # a relative error above which a warning is given
_FINE = 1e-9  # a relative error below which no shorter step is tried
_AT_ONCE = 2**18  # numbers in the points of one call (2 MB)
_PROBES = 5


class NumericalObjective(Objective):
    """A function known by its values alone; `from_function` makes it.

    Gradients come from complex steps, Im f(x + ih)/h, which are exact to rounding, where the function
    takes complex numbers and differences do not contradict, by more than they can err; from central
    differences of sixth order otherwise. Hessians are differences of complex-step gradients, or second
    differences of values. Steps have the length at which differences err least at a few points of the window,
    and are shortened where they still err: at a kink, at the edge of where f is finite. Outside of it
    derivatives are NaN, as f is. A gradient by differences calls f 6n + 1 times, a Hessian 3n² + 3n + 1
    times, a product Hv 12n + 7 times; with complex steps a gradient takes n + 1 calls, a Hessian as many.

    It can be pickled, and so sent to another process, if its function is one of a module: `pickle` finds
    neither lambdas nor functions inside functions.

    Attributes
    ----------
    derivatives : "complex step" or "differences": the method of gradients.
    gradient_error, hessian_error : estimated errors of their entries, relative to the largest of them at
        points of the window.
    vectorised : whether a batch is one call of the function; if not, it is called point by point.
    """

    def __init__(
        self, f: Callable[[Any], Any], dim: int, name: str, domain: Any, critical_points: Any
    ) -> None:
        super().__init__(name, dim, domain=domain, critical_points=critical_points)
        window = np.array([*self.domain, *[self.domain[-1]] * (self.dim - len(self.domain))])
        # Powers of two, so that x ± h has no rounding error of its own.
        self._scale: Array = power_of_two((window[:, 1] - window[:, 0]) / 4)
        rng = np.random.default_rng(0)
        points = rng.uniform(window[:, 0], window[:, 1], size=(40, self.dim)).T
        self._f = ReaderFunction(f, points[:, :_PROBES])
        self.vectorised = self._f.vectorised
        self._settle(self._probes(points), rng)
        worst = max(self.gradient_error, self.hessian_error)
        if worst > ENOUGH:
            order = "second derivatives" if self.gradient_error <= ENOUGH else "derivatives"
            warnings.warn(
                f"{order} of {name!r} are estimated to err by {worst:.0e} of their size, so fewer than six "
                "digits are right: f rounds too much, or is too noisy, for differences. One made of NumPy "
                "functions that take complex numbers does better",
                stacklevel=3,
            )

    def _probes(self, points: Array) -> Array:
        """Return up to five of the points (n, 40) at which f is finite, (n, m)."""
        for some in (points[:, :_PROBES], points):
            value = self._f.real(some)
            finite = np.isfinite(value)
            if np.count_nonzero(finite) == _PROBES or (some is points and finite.any()):
                return some[:, finite][:, :_PROBES]
        raise ValueError(f"f must be finite somewhere in its domain, got {value[0]} at x = {points[:, 0]}")

    def _settle(self, x: Array, rng: np.random.Generator) -> None:
        """Choose method and steps by derivatives at the probes ``x`` (n, m), along a diagonal each."""
        # Of few digits, so that x + u h has no rounding error of its own.
        u = rng.integers(8, 17, size=x.shape) / 16 * rng.choice([-1.0, 1.0], size=x.shape)
        u *= self._scale[:, None]
        nodes = x[:, None, None] + ladder_nodes()[..., None] * u[:, None, None]  # (n, 2, levels, m)
        centre, values = self._f.real(x), self._f.real(nodes)
        eps, unsure = float(np.finfo(np.float64).eps), resolution(values, centre)
        self._noise = unsure / eps  # the |f| that would round so
        slopes = ladder(values, centre, 1, unsure)
        slope, spread = slopes.least(), float(np.ptp(centre)) / 4
        self._step, self._size, self.gradient_error = slopes.chosen(spread)
        bends = ladder(values, centre, 2, unsure)
        self.derivatives = "differences"
        exact = self._f.imaginary(x + 1j * COMPLEX_STEP * u, COMPLEX_STEP)
        agrees = exact is not None and bool(
            (np.abs(exact - slope.value) <= 10 * slope.error + ENOUGH**2 * np.abs(slope.value)).all()
        )
        if exact is not None and agrees:
            ramps = self._f.imaginary(nodes + 1j * COMPLEX_STEP * u[:, None, None], COMPLEX_STEP)
            if ramps is not None:
                self.derivatives = "complex step"
                self.gradient_error, unsure = eps, noise(ramps, exact)
                self._noise = unsure / eps
                bends = ladder(ramps, exact, 1, unsure)
        self._bend_step, self._bend_size, self.hessian_error = bends.chosen(self._size / 4)

    def _value(self, x: Array) -> Array:
        return self._f.real(np.moveaxis(x, -1, 0))

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        value = self._value(x)
        slopes = self._slopes if self.derivatives == "complex step" else self._difference_slopes
        g = self._by_points(slopes, x, self.dim)
        return value, np.where(np.isfinite(value)[..., None], g, np.nan)

    def _hessian(self, x: Array) -> Array:
        i, j = np.triu_indices(self.dim)
        entries = self._by_points(self._bends, x, len(i))
        entries = np.where(np.isfinite(self._value(x))[..., None], entries, np.nan)
        H = np.empty((*x.shape, self.dim))
        H[..., i, j] = H[..., j, i] = entries
        return H

    def _hvp(self, x: Array, v: Array) -> Array:
        both = np.broadcast_arrays(x, v)
        pair = np.concatenate(both, axis=-1)
        product = self._by_points(self._bends_along, pair, self.dim)
        return np.where(np.isfinite(self._value(both[0]))[..., None], product, np.nan)

    def _by_points(self, compute: Callable[[Array], Array], x: Array, count: int) -> Array:
        """Return ``compute`` (k, m) of points (n, m) for ``x`` (..., n) as (..., k), some at a time."""
        flat = x.reshape(-1, x.shape[-1]).T
        some = max(1, _AT_ONCE // (len(MULTIPLES) * count))
        parts = [compute(flat[:, i : i + some]) for i in range(0, max(flat.shape[1], 1), some)]
        return np.concatenate(parts, axis=1).T.reshape(*x.shape[:-1], count)

    def _slopes(self, x: Array) -> Array:
        return self._partial(np.repeat(x[:, None], self.dim, axis=1), np.arange(self.dim))

    def _difference_slopes(self, x: Array) -> Array:
        def estimate(x: Array, h: Array) -> Estimate:
            f = self._stencils(x, lambda c: self._axes(c, h), np.arange(self.dim))
            return first(f, np.broadcast_to(self._f.real(x), h.shape), h, self._noise + largest(f))

        found = self._refined(x, estimate, self._step, self._size, self.gradient_error)
        return found / self._scale[:, None]

    def _bends(self, x: Array) -> Array:
        """Return the entries of H on and above its diagonal, row by row, (n(n+1)/2, m)."""
        i, j = np.triu_indices(self.dim)
        beside = i != j

        def of_slopes(x: Array, h: Array) -> Estimate:
            g = self._stencils(x, lambda c: self._axes(j[c], h), np.arange(len(i)), i)
            g *= self._scale[i, None, None]
            centre = self._slopes(x) * self._scale[:, None]
            return first(g, centre[i], h[j], self._noise + largest(g))

        def of_values(x: Array, h: Array) -> Estimate:
            centre = self._f.real(x)
            single = self._stencils(x, lambda c: self._axes(c, h), np.arange(self.dim))
            pairs = self._stencils(
                x,
                lambda c: self._axes(i[beside][c], h) + self._axes(j[beside][c], h),
                np.arange(np.count_nonzero(beside)),
            )
            alone = second_differences(single, centre)
            entries = np.empty((len(i), *alone.shape[1:]))
            entries[~beside] = alone
            entries[beside] = (second_differences(pairs, centre) - alone[i[beside]] - alone[j[beside]]) / 2
            return extrapolated(entries, h[i] * h[j], 4 * (self._noise + largest(single)))

        estimate = of_slopes if self.derivatives == "complex step" else of_values
        found = self._refined(x, estimate, self._bend_step, self._bend_size, self.hessian_error)
        return np.asarray(found / (self._scale[i] * self._scale[j])[:, None])

    def _bends_along(self, pair: Array) -> Array:
        """Return Hv (n, m) for points and directions one above the other, (2n, m)."""
        n = self.dim
        v = pair[n:] / np.maximum(np.abs(pair[n:] / self._scale[:, None]).max(axis=0), np.finfo(float).tiny)

        def of_slopes(x: Array, h: Array) -> Estimate:
            h = h.max(axis=0)
            way = (x[n:] * h)[:, None]
            g = self._stencils(x[:n], lambda c: np.repeat(way, len(c), axis=1), np.arange(n), np.arange(n))
            g *= self._scale[:, None, None]
            centre = self._slopes(x[:n]) * self._scale[:, None]
            return first(g, centre, h, self._noise + largest(g))

        def of_values(x: Array, h: Array) -> Estimate:
            # 2 eᵀHv is what the bend along e + v has more than those along e and along v.
            along = h.max(axis=0)
            way = (x[n:] * along)[:, None]
            centre = self._f.real(x[:n])
            alone = self._stencils(x[:n], lambda c: way, np.arange(1))
            single = self._stencils(x[:n], lambda c: self._axes(c, h), np.arange(n))
            pairs = self._stencils(x[:n], lambda c: self._axes(c, h) + way, np.arange(n))
            bends = [second_differences(f, centre) for f in (pairs, single, alone)]
            size = 4 * (self._noise + largest(pairs))
            return extrapolated((bends[0] - bends[1] - bends[2]) / 2, h * along, size)

        estimate = of_slopes if self.derivatives == "complex step" else of_values
        unit = np.concatenate([pair[:n], v])
        found = self._refined(unit, estimate, self._bend_step, self._bend_size, self.hessian_error)
        length = np.abs(pair[n:] / self._scale[:, None]).max(axis=0)
        return np.asarray(found / self._scale[:, None] * length)

    def _axes(self, coordinates: NDArray[np.intp], h: Array) -> Array:
        """Return steps h along coordinates, (n, count, m), for h (n, m) in units of the window."""
        steps = np.zeros((self.dim, len(coordinates), h.shape[1]))
        steps[coordinates, np.arange(len(coordinates))] = (h * self._scale[:, None])[coordinates]
        return steps

    def _stencils(
        self,
        x: Array,
        directions: Callable[[NDArray[np.intp]], Array],
        numbers: NDArray[np.intp],
        coordinates: NDArray[np.intp] | None = None,
    ) -> Array:
        """Return f at x + k·d for the `MULTIPLES` k of directions d, (count, 6, m).

        ``directions`` makes some of them, (n, some, m), of their ``numbers``. With ``coordinates`` (count,)
        it is the derivative of f by one coordinate for each direction.
        """
        m = x.shape[1]
        result = np.empty((len(numbers), len(MULTIPLES), m))
        some = max(1, _AT_ONCE // (self.dim * len(MULTIPLES) * max(m, 1)))
        for start in range(0, len(numbers), some):
            part = numbers[start : start + some]
            moved = x[:, None, None] + MULTIPLES[:, None] * directions(part)[:, :, None]
            result[part] = (
                self._f.real(moved) if coordinates is None else self._partial(moved, coordinates[part])
            )
        return result

    def _partial(self, x: Array, coordinates: NDArray[np.intp]) -> Array:
        """Return ∂f/∂x_i at ``x`` (n, count, ...), one i for each of the count, by complex steps."""
        stepped = x.astype(np.complex128)
        h = (COMPLEX_STEP * self._scale[coordinates]).reshape(-1, *[1] * (x.ndim - 2))
        stepped[coordinates, np.arange(len(coordinates))] += 1j * h
        found = self._f.imaginary(stepped, h)
        return np.full(x.shape[1:], np.nan) if found is None else found

    def _refined(
        self, x: Array, estimate: Callable[[Array, Array], Estimate], step: float, size: float, error: float
    ) -> Array:
        # No step comes near the rounding of x; both are powers of two, so that x ± h is exact.
        least = 2.0**-40 * power_of_two(np.abs(x[: self.dim])) / self._scale[:, None]
        return refined(estimate, x, step, least, max(_FINE, 10 * error), size)


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
