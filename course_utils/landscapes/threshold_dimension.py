"""How many random directions a training run needs to reach most of what all parameters reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array, real_number, whole_number


def threshold_dimension(dims: ArrayLike, scores: ArrayLike, level: float) -> Array:
    """Return for every curve the dimension at which it first reaches ``level``, (...,); ∞ if it never does.

    Between two measured dimensions the score is taken to be linear in log d. With ``level`` = 0.9 times the
    score of the whole network it is d₉₀, the intrinsic dimension of Li et al. (2018, section 2), which they
    take from single runs; here every seed has a curve and a d₉₀ of its own.

    Parameters
    ----------
    dims : (m,) increasing and positive.
    scores : (..., m) accuracies, higher is better.
    level : the score to reach.

    Raises
    ------
    ValueError
        If the shapes do not fit, or ``dims`` is not increasing and positive.
    """
    d, y = real_array("dims", dims), real_array("scores", scores)
    level = real_number("level", level)
    if d.ndim != 1 or d.size == 0 or d[0] <= 0 or (np.diff(d) <= 0).any():
        raise ValueError(f"dims must be increasing positive numbers (m,), got {dims!r:.80}")
    if y.ndim == 0 or y.shape[-1] != d.size or not np.isfinite(y).all():
        raise ValueError(f"scores must be finite, of shape (..., {d.size}), got {y.shape}")
    reached = y >= level
    first = reached.argmax(axis=-1)
    before = np.maximum(first - 1, 0)
    low, high = (np.take_along_axis(y, at[..., None], axis=-1)[..., 0] for at in (before, first))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(first > 0, (level - low) / (high - low), 1.0)
    found = d[before] * (d[first] / d[before]) ** share
    return np.where(reached.any(axis=-1), found, np.inf)


@dataclass(frozen=True)
class MedianInterval:
    """The median of a sample, and two of its members between which the true median lies.

    Attributes
    ----------
    median, low, high : of what was measured.
    level : probability that such an interval holds the true median, whatever the distribution.
    """

    median: float
    low: float
    high: float
    level: float


def median_interval(sample: ArrayLike, level: float = 0.95) -> MedianInterval:
    """Return the sample's median and the narrowest interval of order statistics with at least ``level``.

    Each of N members is below the true median with probability ½, so their number is binomial: the k-th
    smallest and the k-th largest miss it with probability 2 P(B < k), B ~ Bin(N, ½) (the sign test turned
    round). Infinite members are allowed: they say "larger than all that was tried". Where even the smallest
    and the largest do not make ``level``, they are returned with the level that they do make.

    Raises
    ------
    ValueError
        If ``sample`` is not (N,) with N ≥ 2 and without NaN, or ``level`` is not in (0, 1).
    """
    from scipy.special import bdtr  # P(B ≤ k); scipy.stats would take eight times the memory

    values = np.asarray(sample, dtype=np.float64)
    if not 0 < real_number("level", level) < 1:
        raise ValueError(f"level must be between 0 and 1, got {level!r}")
    if values.ndim != 1 or np.isnan(values).any():
        raise ValueError(f"sample must be numbers (N,) without NaN, got shape {values.shape}")
    count = whole_number("the size of sample", values.size, 2)
    ordered: NDArray[np.float64] = np.sort(values)
    k = 1
    while 2 * (k + 1) <= count and 1 - 2 * bdtr(k, count, 0.5) >= level:
        k += 1
    reached = 1 - 2 * float(bdtr(k - 1, count, 0.5))
    middle = (ordered[(count - 1) // 2], ordered[count // 2])
    median = float(middle[0]) if middle[0] == middle[1] else float(sum(middle) / 2)
    return MedianInterval(median, float(ordered[k - 1]), float(ordered[count - k]), reached)
