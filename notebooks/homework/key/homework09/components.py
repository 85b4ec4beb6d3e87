"""Task hw09.2: how much of a path its first principal components hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def explained(path: Array, count: int) -> Array:
    """Return the shares (count,) of the variance of points (T, n) along their first principal components."""
    sizes = np.linalg.svdvals(path - path.mean(axis=0)) ** 2
    return np.asarray(sizes[:count] / sizes.sum())


def _paths(seed: int) -> list[tuple[Array, int]]:
    """Return paths that begin and end far from the origin, longer and shorter than their dimension."""
    rng = np.random.default_rng(seed)
    drawn = []
    for T, n, count in ((6, 2, 2), (5, 9, 2), (40, 4, 3), (12, 30, 5)):
        scales = 1 / np.arange(1, n + 1) ** 0.7
        drawn.append((np.cumsum(scales * rng.normal(size=(T, n)), axis=0) + rng.normal(size=n) + 2, count))
    return drawn


def _by_gram(path: Array, count: int) -> Any:
    """Use the T×T matrix of scalar products."""
    steps = len(path)
    middle = np.eye(steps) - 1 / steps
    values = np.linalg.eigvalsh(middle @ (path @ path.T) @ middle)[::-1]
    return values[:count] / np.trace(middle @ (path @ path.T) @ middle)


# Misconceptions --------------------------------------------------------------------------------


def _not_centred(path: Array, count: int) -> Any:
    sizes = np.linalg.svdvals(path) ** 2
    return sizes[:count] / sizes.sum()


def _from_the_start(path: Array, count: int) -> Any:
    sizes = np.linalg.svdvals(path - path[0]) ** 2
    return sizes[:count] / sizes.sum()


def _not_squared(path: Array, count: int) -> Any:
    sizes = np.linalg.svdvals(path - path.mean(axis=0))
    return sizes[:count] / sizes.sum()


def _of_the_shown(path: Array, count: int) -> Any:
    shares = explained(path, count)
    return shares / shares.sum()


def _centred_by_point(path: Array, count: int) -> Any:
    sizes = np.linalg.svdvals(path - path.mean(axis=1, keepdims=True)) ** 2
    return sizes[:count] / sizes.sum()


def _along_axes(path: Array, count: int) -> Any:
    variances = np.sort(path.var(axis=0))[::-1]
    return variances[:count] / variances.sum()


COMPONENTS = Exercise(
    id="hw09.2",
    title="How much two components hold",
    accepts=function(explained, _paths(92)),
    hints=(
        "Take the mean point away first. Then the singular values of what is left tell how far the path "
        "spreads along each principal component.",
        "Variance goes with the *square* of a singular value: `np.linalg.svd(centred, compute_uv=False) ** "
        "2`.",
        "A share is one of the squares over the sum of all of them, not only of those that are returned.",
    ),
    model=Solution(
        code="""
def explained(path, count):
    sizes = np.linalg.svdvals(path - path.mean(axis=0)) ** 2
    return sizes[:count] / sizes.sum()

exercise("hw09.2").check(explained)
""",
        explanation="The singular value decomposition needs no covariance matrix: a path of a hundred points "
        "in a million dimensions is a small matrix, its covariance is none.",
    ),
    right_answers=(explained, _by_gram),
    misconceptions=(
        Misconception(
            "components of the position",
            _not_centred,
            "You did not take the mean away. Then the first component points from the origin to the path, "
            "whatever the path does.",
        ),
        Misconception(
            "start taken for the mean",
            _from_the_start,
            "You took the start away. A variance is around the mean of the path.",
        ),
        Misconception(
            "singular values for variances",
            _not_squared,
            "Your shares are of singular values. Variances are their squares.",
        ),
        Misconception(
            "share of what is shown",
            _of_the_shown,
            "Your shares add up to 1: you divided by the components that you return. What about the others?",
        ),
        Misconception(
            "mean over coordinates for the mean point",
            _centred_by_point,
            "You took from each point the mean of its own coordinates. The mean point is the mean over the "
            "steps, axis 0.",
        ),
        Misconception(
            "coordinate axes for components",
            _along_axes,
            "You compared the coordinates. Principal components are the directions of largest spread, which "
            "lie between the axes.",
        ),
    ),
)

FRESH = function(explained, _paths(9092))
