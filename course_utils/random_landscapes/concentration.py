"""Where the volume of a ball is, and how far apart two random points are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import generator, real_array, whole_number


def shell_fraction(dim: int, thickness: ArrayLike) -> Array:
    """Return which part of a ball's volume lies within ``thickness`` ε of its surface: 1 − (1 − ε)^D.

    Parameters
    ----------
    dim : D.
    thickness : ε as a fraction of the radius, in [0, 1]; any shape.

    Raises
    ------
    ValueError
        If ``dim`` is less than 1 or ``thickness`` outside of [0, 1].
    """
    D, e = whole_number("dim", dim, 1), _fraction("thickness", thickness)
    with np.errstate(divide="ignore"):
        fraction: Array = -np.expm1(D * np.log1p(-e))
    return fraction


def band_fraction(dim: int, half_width: ArrayLike) -> Array:
    """Return which part of a ball's volume has |x₁| ≤ ε, a band around the equator, ε in radii.

    x₁² has a beta distribution with ½ and (D+1)/2. At least 1 − 2e^{−Dε²/2} lies in the band.

    Raises
    ------
    ValueError
        If ``dim`` is less than 1 or ``half_width`` outside of [0, 1].
    """
    from scipy.special import betainc

    D, e = whole_number("dim", dim, 1), _fraction("half_width", half_width)
    fraction: Array = np.asarray(betainc(0.5, (D + 1) / 2, e**2))
    return fraction


def sample_ball(dim: int, count: int, *, rng: np.random.Generator) -> Array:
    """Return ``count`` points spread evenly over the ball of radius 1, shape (count, D).

    Raises
    ------
    ValueError
        If ``dim`` or ``count`` is less than 1.
    """
    whole_number("dim", dim, 1)
    whole_number("count", count, 1)
    generator("rng", rng)
    x = rng.standard_normal((count, dim))
    radius = rng.random(count) ** (1 / dim)
    points: Array = x * (radius / np.linalg.norm(x, axis=-1))[:, None]
    return points


def pair_distances(points: ArrayLike) -> Array:
    """Return ‖x − y‖²/D for all pairs of points (m, D), shape (m, m); the diagonal is ∞.

    Raises
    ------
    ValueError
        If ``points`` are not at least two points.
    """
    x = real_array("points", points)
    if x.ndim != 2 or len(x) < 2 or x.shape[1] < 1:
        raise ValueError(f"points must have shape (m, D) with m ≥ 2, got {x.shape}")
    squares = np.sum(x * x, axis=-1)
    apart: Array = np.maximum(squares[:, None] + squares - 2 * x @ x.T, 0.0) / x.shape[1]
    np.fill_diagonal(apart, np.inf)
    return apart


def _fraction(name: str, value: ArrayLike) -> Array:
    array = real_array(name, value)
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError(f"{name} must lie in [0, 1], got {value!r:.80}")
    return array
