"""What clipping does to directions and to averages."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array, real_number
from course_utils.objectives.lengths import norms, scaled
from course_utils.optimizers.first_order import clip_by_value


def turned_degrees(before: ArrayLike, after: ArrayLike) -> Array:
    """Return the angle in degrees between vectors (..., n); 0 where one of them is zero."""
    a, b = (scaled(real_array(name, v))[0] for name, v in (("before", before), ("after", after)))
    a, b = a * norms(b, keepdims=True), b * norms(a, keepdims=True)
    # Accurate for small angles, where the arc cosine is not (Kahan).
    angle: Array = 2 * np.degrees(np.arctan2(norms(a - b), norms(a + b)))
    return angle


def clipped_rest(samples: ArrayLike, threshold: float) -> float:
    """Return the x at which the gradients x − aᵢ, each clipped at ``threshold``, average to zero.

    It is the minimum of Huber's loss (Huber 1964): the mean of the samples for a large threshold, their
    median for a small one. Where a whole interval is at rest, its middle.
    """
    a = np.sort(real_array("samples", samples).ravel())
    if a.size == 0 or not np.isfinite(a).all():
        raise ValueError(f"samples must be finite numbers, at least one, got {samples!r:.80}")
    threshold = real_number("threshold", threshold, above=0.0)
    # The average is piecewise linear and does not fall: its corners are aᵢ ± h.
    corners = np.sort(np.concatenate([a - threshold, a + threshold]))
    push = clip_by_value(corners[:, None] - a, threshold).mean(axis=1)
    push[np.abs(push) <= 1e-12 * threshold] = 0.0
    at_rest = corners[push == 0]
    if at_rest.size:
        return float((at_rest[0] + at_rest[-1]) / 2)
    k = int(np.searchsorted(push, 0.0))
    return float(corners[k - 1] - push[k - 1] * (corners[k] - corners[k - 1]) / (push[k] - push[k - 1]))
