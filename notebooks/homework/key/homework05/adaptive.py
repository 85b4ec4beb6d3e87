"""Task hw05.5: a threshold that follows the norms seen so far."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.engine import Exercise, Misconception, Solution
from course_utils.checking.functions import function

Array = NDArray[np.float64]


def adaptive_lengths(norms: Array, quantile: float, warm_up: int) -> Array:
    """Return the lengths after clipping each step at a quantile of the norms before it."""
    lengths = np.array(norms, dtype=np.float64)
    for t in range(warm_up, len(lengths)):
        lengths[t] = min(norms[t], np.quantile(norms[:t], quantile))
    return lengths


def _cases(seed: int = 55) -> list[tuple[Array, float, int]]:
    rng = np.random.default_rng(seed)
    spiked = np.exp(0.2 * rng.normal(size=30))
    spiked[[4, 17, 18, 25]] *= 20
    return [
        (np.array([1.0, 2.0, 3.0, 10.0, 1.5]), 0.5, 2),
        (spiked, 0.9, 10),
        (np.linspace(3, 1, 12) + 0.2 * rng.normal(size=12), 0.5, 1),
        (np.exp(rng.normal(size=25)), 0.75, 5),
    ]


def _by_thresholds(norms: Array, quantile: float, warm_up: int) -> Any:
    history: list[float] = []
    result = []
    for norm in norms:
        threshold = np.quantile(history, quantile) if len(history) >= warm_up else np.inf
        result.append(min(norm, threshold))
        history.append(norm)
    return np.array(result)


def _sees_itself(norms: Array, quantile: float, warm_up: int) -> Any:
    later = [min(norms[t], np.quantile(norms[: t + 1], quantile)) for t in range(warm_up, len(norms))]
    return np.concatenate([norms[:warm_up], later])


def _remembers_clipped(norms: Array, quantile: float, warm_up: int) -> Any:
    lengths = np.array(norms)
    for t in range(warm_up, len(norms)):
        lengths[t] = min(norms[t], np.quantile(lengths[:t], quantile))
    return lengths


def _knows_the_end(norms: Array, quantile: float, warm_up: int) -> Any:
    return np.concatenate([norms[:warm_up], np.minimum(norms[warm_up:], np.quantile(norms, quantile))])


def _drops_long(norms: Array, quantile: float, warm_up: int) -> Any:
    clipped = adaptive_lengths(norms, quantile, warm_up)
    return np.where(clipped < norms, 0.0, norms)


ADAPTIVE = Exercise(
    id="hw05.5",
    title="A threshold that follows the norms",
    accepts=function(adaptive_lengths, _cases()),
    hints=(
        "At step t you know the norms of the steps before it: `norms[:t]`. From step `warm_up` on these are "
        "enough for a quantile.",
        "The threshold is `np.quantile(norms[:t], quantile)`, of the norms as they came, and the length is "
        "the smaller of norm and threshold.",
    ),
    model=Solution(
        code="""
def adaptive_lengths(norms, quantile, warm_up):
    lengths = np.array(norms, dtype=float)
    for t in range(warm_up, len(norms)):
        lengths[t] = min(norms[t], np.quantile(norms[:t], quantile))
    return lengths

exercise("hw05.5").check(adaptive_lengths)
""",
        explanation="A threshold for every step, from what was seen before it. The history holds the norms "
        "before clipping: clipped ones would pull the threshold down, step by step, towards zero.",
    ),
    right_answers=(adaptive_lengths, _by_thresholds),
    misconceptions=(
        Misconception(
            "threshold that has seen its own step",
            _sees_itself,
            "Your quantile includes the norm of the step itself, so that an exploding gradient raises the "
            "threshold that should stop it.",
        ),
        Misconception(
            "history of clipped lengths",
            _remembers_clipped,
            "Your history holds lengths after clipping. Then every clip lowers the next threshold, and "
            "never a norm raises it again.",
        ),
        Misconception(
            "threshold from the whole run",
            _knows_the_end,
            "You took the quantile of all norms. While training, those of later steps are not known yet.",
        ),
        Misconception(
            "first steps clipped as well",
            lambda norms, quantile, warm_up: adaptive_lengths(norms, quantile, 1),
            "You clip from the second step on. A quantile of one or two norms is no more than luck: the "
            "first `warm_up` steps pass as they are.",
        ),
        Misconception(
            "long steps left out",
            _drops_long,
            "Where the norm is above the threshold your length is zero. Clipping makes such a step short, it "
            "does not skip it.",
        ),
    ),
)

FRESH = function(adaptive_lengths, _cases(9055)[1:])
