"""The principal components of a path, and what a path without any aim would show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array, whole_number


@dataclass(frozen=True, eq=False)
class PathComponents:
    """A path seen along its directions of largest variance.

    Attributes
    ----------
    mean : (n,) the mean of its points.
    directions : (k, n) orthonormal, the largest entry of each positive.
    coordinates : (T, k) the points seen along them, from the mean.
    shares : (k,) part of the path's variance along each; 0 for a path that never moves.
    """

    mean: Array
    directions: Array
    coordinates: Array
    shares: Array


def principal_components(points: ArrayLike, count: int = 2) -> PathComponents:
    """Return the first ``count`` principal components of a path of T ``points`` (T, n).

    Raises
    ------
    ValueError
        If ``points`` are not at least two finite points, or ``count`` is not in 1 … min(T − 1, n).
    """
    path = real_array("points", points)
    if path.ndim != 2 or len(path) < 2 or not path.shape[1] or not np.isfinite(path).all():
        raise ValueError(f"points must be finite, of shape (T, n) with T ≥ 2, got {path.shape}")
    count = whole_number("count", count, 1, min(len(path) - 1, path.shape[1]))
    mean = path.mean(axis=0)
    U, sizes, V = np.linalg.svd(path - mean, full_matrices=False)
    V, U, kept = V[:count], U[:, :count], sizes[:count]
    signs = np.sign(np.take_along_axis(V, np.abs(V).argmax(axis=1)[:, None], axis=1))
    # By the largest first: the squares of tiny or huge lengths would leave the numbers.
    relative = sizes / sizes[0] if sizes[0] else sizes
    variance = float(np.sum(relative**2))
    shares = relative[:count] ** 2 / variance if variance else np.zeros(count)
    return PathComponents(mean, V * signs, U * kept * signs.T, shares)


def random_walk_share(component: int, points: int) -> float:
    """Return the share of variance along one component of a random walk of ``points`` points, as n → ∞.

    λ_k ∝ 1/(4 sin²(πk/2T)), whose sum is (T² − 1)/6; 6/(π²k²) for long walks (Antognini & Sohl-Dickstein
    2018, section 3). A walk with independent steps of equal variance in many dimensions has no aim, and
    yet 61 % of its variance lies along one line.

    Parameters
    ----------
    component : k, 1 for the largest.
    points : T, at least 2.

    Raises
    ------
    ValueError
        If k is not in 1 … T − 1.
    """
    points = whole_number("points", points, 2)
    component = whole_number("component", component, 1, points - 1)
    return float(6 / (points**2 - 1) / (4 * np.sin(np.pi * component / (2 * points)) ** 2))
