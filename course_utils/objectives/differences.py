"""Central differences with an estimate of their error, and the step at which they err least."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives.base import Array

MULTIPLES = np.array([1.0, -1.0, 2.0, -2.0, 4.0, -4.0])
"""Where a function is called for one derivative: at ± one, two and four steps."""

LEVELS = 26
"""Steps that are tried when the best one is sought, each half as long as the one before."""

_SHORTER, _ROUNDS = 2.0**-4, 5  # what is tried where differences err too much
_SAME = 1e-12  # a relative difference that no error estimate is asked about
_ROUNDING = 8 * np.finfo(np.float64).eps  # of a difference, in units of the largest value in it


class Estimate(NamedTuple):
    """A derivative with a bound on its error, estimated; of the same shape."""

    value: Array
    error: Array


Estimator = Callable[[Array, Array], Estimate]
"""Makes derivatives (count, m) at points (n, m) by steps h (n, m)."""


class Steps(NamedTuple):
    """What was found at some points for one kind of difference."""

    step: float  # at which it errs least
    size: float  # of the derivatives
    error: float  # relative to it
    noise: float  # the size of numbers that round as much as those that differences are taken of


def contradicted(exact: Array, found: Estimate) -> NDArray[np.bool_]:
    """Tell where ``exact`` is NaN, or differs from differences by more than they can err."""
    gap = np.abs(exact - found.value)
    return np.isnan(exact) | (gap > 10 * found.error + _SAME * np.abs(found.value))


def first(f: Array, centre: Array, h: Array | float, size: Array | float) -> Estimate:
    """Return f′ from values (..., 6, m) at the `MULTIPLES` of steps h, and f in the centre, (..., m).

    Three central differences, extrapolated twice (Romberg): an error of order h⁶. The even part of f counts
    in the estimate of the error, too: a peak between the outer points would go unseen.
    """
    found = extrapolated((f[..., ::2, :] - f[..., 1::2, :]) / (2 * MULTIPLES[::2, None]), h, size)
    even = f[..., ::2, :] + f[..., 1::2, :] - 2 * centre[..., None, :]
    # Of an even power series only terms from h⁶ on are left; of one value that does not fit, all of it.
    bent = np.abs(64 * even[..., 0, :] - 20 * even[..., 1, :] + even[..., 2, :]) / 45
    return Estimate(found.value, found.error + np.where(np.isfinite(bent), bent, np.inf) / np.abs(h))


def second_differences(f: Array, centre: Array) -> Array:
    """Return h²f″ by steps of one, two and four h, (..., 3, m), from the same values."""
    found: Array = (f[..., ::2, :] + f[..., 1::2, :] - 2 * centre[..., None, :]) / MULTIPLES[::2, None] ** 2
    return found


def extrapolated(d: Array, h: Array | float, size: Array | float) -> Estimate:
    """Return what differences (..., 3, m) by steps of one, two and four tend to, over h.

    ``size`` is |f|, which rounding follows, or more if f is noisy.

    The error is estimated by how much the two of order h⁴ disagree, and what rounding can do.
    """
    fourth = (4 * d[..., :2, :] - d[..., 1:, :]) / 3
    sixth = (16 * fourth[..., 0, :] - fourth[..., 1, :]) / 15
    error = np.abs(fourth[..., 0, :] - fourth[..., 1, :]) + _ROUNDING * size
    usable = np.isfinite(sixth) & np.isfinite(error)
    return Estimate(sixth / h, np.where(usable, error, np.inf) / np.abs(h))


def refined(
    estimate: Estimator,
    x: Array,
    h: Array,
    least: Array,
    usual: float,
    tolerance: float,
    size: float,
) -> Estimate:
    """Return the best of ``estimate(x, h)``, (count, m), with other h at points where it errs too much.

    Those are shorter and shorter, and at last the longest of all coordinates: where one of them is large, so
    is the rounding of f in the directions of the others.

    Parameters
    ----------
    x : (n, m) points.
    h, least : steps to begin with, and the shortest, (n, m).
    usual : a step that is not to be missed on the way.
    tolerance : of an error, relative to the largest derivative at a point, or ``size`` if that is larger.
    """
    start, (value, doubt) = h, estimate(x, h)
    widest = np.broadcast_to(h.max(axis=0, initial=usual), h.shape)
    rounds = _ROUNDS + int(np.log2(widest / usual).max(initial=0.0)) // 4
    for attempt in range(rounds + 1):
        largest_here = np.abs(value).max(axis=0, initial=size, where=np.isfinite(doubt))
        poor = np.flatnonzero((doubt > tolerance * largest_here).any(axis=0))
        if attempt == rounds:
            h = widest
            poor = poor[(widest[:, poor] > start[:, poor]).any(axis=0)]
        else:
            h = np.maximum(h * _SHORTER, least)
        if poor.size == 0:
            break
        again, doubts = estimate(x[:, poor], h[:, poor])
        better = doubts < doubt[:, poor]
        value[:, poor] = np.where(better, again, value[:, poor])
        doubt[:, poor] = np.where(better, doubts, doubt[:, poor])
    return Estimate(value, doubt)


def largest(f: Array) -> Array:
    """Return the largest |f| (m,) of values (count, 6, m), NaN left out."""
    found: Array = np.fmax.reduce(np.abs(f), axis=(0, 1))
    return found


def power_of_two(x: Array) -> Array:
    """Return the power of two at or below positive numbers; the smallest float64 for 0."""
    return np.exp2(np.floor(np.log2(np.maximum(x, np.finfo(np.float64).tiny))))


def ladder_nodes() -> Array:
    """Return the places ±2, ±1, ±½, … of a `ladder`, (2, LEVELS)."""
    side = 2.0 ** (1 - np.arange(LEVELS))
    return np.stack([side, -side])


class Ladder(NamedTuple):
    """A derivative at m places with one step h after the other: ``steps`` (L,), the others (L, m)."""

    steps: Array
    value: Array
    error: Array

    def best(self) -> int:
        """Return the level at which the error is least, at the typical place."""
        return int(np.argmin(np.median(self.error, axis=-1)))

    def chosen(self, least: float, noise: float) -> Steps:
        """Return the best step, with what derivatives by it are like, and the ``noise`` that is known.

        Their size is the largest one that is not 0 within rounding, or ``least`` if all of them are. Rounding
        stays below a twentieth of the bound (of linear functions, for their second derivatives).
        """
        level = self.best()
        value, error = self.least(level)
        size = float(np.abs(value).max(initial=0.0, where=np.abs(value) > error / 10)) or least
        relative = min(float(error.max()) / size, 1.0) if size else 0.0
        return Steps(float(self.steps[level]), size, relative, noise)

    def least(self, level: int = 0) -> Estimate:
        """Return the derivatives (m,) with the least error from a level on."""
        at = level + np.argmin(self.error[level:], axis=0)
        place = np.arange(self.error.shape[1])
        return Estimate(self.value[at, place], self.error[at, place])


def resolution(f: Array, centre: Array) -> float:
    """Return the smallest change of f if tiny steps see none at all, or else its `noise`.

    That is a function known to so many digits, if it is not one that consists of steps.
    """
    changes = np.abs(f - centre)
    if changes.any() and not changes[:, -4:].any():
        return float(np.min(changes, initial=np.inf, where=changes > 0))
    return noise(f, centre)


def noise(f: Array, centre: Array) -> float:
    """Return how much f jumps between points that lie close, from values (2, LEVELS, m) at `ladder_nodes`.

    What remains of second differences with two tiny steps when the curvature is taken out.
    """
    even = f[0] + f[1] - 2 * centre
    jumps = np.abs(even[-5:-1] - 4 * even[-4:]) / 8
    return float(np.max(jumps, initial=0.0, where=np.isfinite(jumps)))


def ladder(f: Array, centre: Array, order: int, unsure: float) -> Ladder:
    """Return the first or second derivatives by every step, from values (2, LEVELS, m) at `ladder_nodes`.

    ``unsure`` is how much the values may be wrong, beyond their rounding. An error is the largest of three
    neighbours, so that no lucky coincidence counts. A step that shorter ones contradict, by more than all can
    err, is too long: it has jumped over something.
    """
    levels = np.arange(2, LEVELS)
    stencil = f[:, levels[:, None] - np.arange(3)]  # h, 2h and 4h on either side: (2, L, 3, m)
    stencil = stencil.transpose(1, 2, 0, 3).reshape(len(levels), len(MULTIPLES), -1)
    steps: Array = np.exp2(1.0 - levels)
    size = np.maximum(np.abs(centre), unsure / np.finfo(np.float64).eps)
    if order == 1:
        middle = np.broadcast_to(centre, (len(levels), *centre.shape))
        value, error = first(stencil, middle, steps[:, None], size)
    else:
        value, error = extrapolated(second_differences(stencil, centre), steps[:, None] ** 2, 4 * size)
    padded = np.pad(error, ((1, 1), (0, 0)), mode="edge")
    error = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    gaps = np.abs(value[:, None] - value) > 10 * (error[:, None] + error)  # (level, other, m)
    contradicted = (gaps & (steps < steps[:, None])[..., None]).any(axis=1)
    return Ladder(steps, value, np.where(contradicted, np.inf, error))
