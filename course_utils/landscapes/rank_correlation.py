"""Whether two quantities rise together, in any way, not only on a straight line."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array


def rank_correlation(x: ArrayLike, y: ArrayLike) -> float:
    """Return Spearman's rank correlation of two samples, in −1 … 1 (Spearman 1904).

    The correlation of the ranks; equal numbers share the mean of theirs. It is that of
    ``scipy.stats.spearmanr``, for a twentieth of the memory: all of scipy.stats takes 20 MB.

    Parameters
    ----------
    x, y : (n,) finite numbers, n ≥ 2, not all of them equal.

    Raises
    ------
    ValueError
        If a sample is not such.

    Examples
    --------
    >>> rank_correlation([1.0, 2.0, 3.0], [1.0, 8.0, 27.0])
    1.0
    """
    ranks = np.stack([_ranks("x", x), _ranks("y", y)]) if np.shape(x) == np.shape(y) else None
    if ranks is None:
        raise ValueError(f"x and y must have the same shape, got {np.shape(x)} and {np.shape(y)}")
    apart = ranks - ranks.mean(axis=1, keepdims=True)
    return float(apart[0] @ apart[1] / np.sqrt((apart[0] @ apart[0]) * (apart[1] @ apart[1])))


def _ranks(name: str, sample: ArrayLike) -> Array:
    """Return the ranks 1 … n of a sample (n,), equal numbers with the mean of theirs."""
    values = real_array(name, sample)
    if values.ndim != 1 or not np.isfinite(values).all() or np.unique(values).size < 2:
        raise ValueError(f"{name} must be finite numbers (n,), not all equal, got {sample!r:.80}")
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last: Array = np.cumsum(count) - (count - 1) / 2
    return last[place]
