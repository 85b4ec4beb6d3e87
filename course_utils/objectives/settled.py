"""How a reader's function is differentiated: method and steps, settled by derivatives at a few points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.objectives.base import Array
from course_utils.objectives.differences import (
    Steps,
    contradicted,
    ladder,
    ladder_nodes,
    noise,
    resolution,
)
from course_utils.objectives.reader_function import ReaderFunction
from course_utils.objectives.stencils import COMPLEX_STEP

PROBES = 5


@dataclass(frozen=True)
class Method:
    """How to differentiate a function.

    Attributes
    ----------
    derivatives : "complex step" or "differences": the method of gradients.
    gradient_error, hessian_error : estimated errors of their entries, relative to the largest of them.
    first, second : steps of first and second differences of values.
    of_slopes : steps of differences of complex-step gradients; ``second`` where there are none.
    """

    derivatives: str
    gradient_error: float
    hessian_error: float
    first: Steps
    second: Steps
    of_slopes: Steps


def probes(f: ReaderFunction, points: Array) -> Array:
    """Return up to five of the ``points`` (n, k) at which f is finite, (n, m).

    ValueError if there is none; the first five are tried before the others.
    """
    for some in (points[:, :PROBES], points):
        value = f.real(some)
        finite = np.isfinite(value)
        if np.count_nonzero(finite) == PROBES or (some is points and finite.any()):
            return some[:, finite][:, :PROBES]
    raise ValueError(f"f must be finite somewhere in its domain, got {value[0]} at x = {points[:, 0]}")


def settled(f: ReaderFunction, x: Array, scale: Array, rng: np.random.Generator) -> Method:
    """Return method and steps by derivatives at the probes ``x`` (n, m), along a diagonal each.

    ``scale`` (n,) is the length of a step of 1 along each coordinate, a power of two.
    """
    # Of few digits, so that x + u h has no rounding error of its own.
    u = rng.integers(8, 17, size=x.shape) / 16 * rng.choice([-1.0, 1.0], size=x.shape)
    u *= scale[:, None]
    nodes = x[:, None, None] + ladder_nodes()[..., None] * u[:, None, None]  # (n, 2, levels, m)
    centre, values = f.real(x), f.real(nodes)
    eps, unsure = float(np.finfo(np.float64).eps), resolution(values, centre)
    noisy = unsure / eps
    slopes, bends = ladder(values, centre, 1, unsure), ladder(values, centre, 2, unsure)
    first = slopes.chosen(float(np.ptp(centre)) / 4, noisy)
    second = bends.chosen(first.size / 4, noisy)
    by_differences = Method("differences", first.error, second.error, first, second, second)
    exact = f.complex(x + 1j * COMPLEX_STEP * u).imag / COMPLEX_STEP
    if contradicted(exact, slopes.least()).any():
        return by_differences
    ramps = f.complex(nodes + 1j * COMPLEX_STEP * u[:, None, None]).imag / COMPLEX_STEP
    if np.isnan(ramps).all():
        return by_differences
    unsure = noise(ramps, exact)
    of_slopes = ladder(ramps, exact, 1, unsure).chosen(first.size / 4, unsure / eps)
    return Method("complex step", eps, of_slopes.error, first, second, of_slopes)
