"""The right answers, checked: classes, vectors, shares."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.objectives.base import Array
from course_utils.objectives.checks import real_array


def class_targets(targets: ArrayLike, examples: int, classes: int) -> NDArray[np.intp]:
    """Return ``targets`` as (examples,) integers in 0 … classes − 1, or say what is wrong."""
    labels = np.asarray(targets)
    if labels.shape != (examples,):
        raise ValueError(f"targets must have shape ({examples},), one class an example, got {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise ValueError(f"targets must be integer classes for cross_entropy, got dtype {labels.dtype}")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"targets must lie in 0 … {classes - 1}, got values from {labels.min()} to {labels.max()}"
        )
    return labels.astype(np.intp)


def vector_targets(
    targets: ArrayLike, examples: int, outputs: int, dtype: np.dtype[Any], loss: str = "squared_error"
) -> Array:
    """Return ``targets`` as (outputs, examples) floats; (examples,) is enough for one output."""
    values = real_array("targets", targets)
    if values.ndim == 1 and outputs == 1:
        values = values[:, None]
    if values.shape != (examples, outputs):
        raise ValueError(f"targets must have shape ({examples}, {outputs}) for {loss}, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("targets must be finite, got NaN or infinity")
    return np.array(values.T, order="C", dtype=dtype)


def share_targets(targets: ArrayLike, examples: int, outputs: int, dtype: np.dtype[Any]) -> Array:
    """Return ``targets`` as (outputs, examples) numbers in 0 … 1, or say what is wrong."""
    shares = vector_targets(targets, examples, outputs, dtype, "sigmoid_cross_entropy")
    low, high = shares.min(), shares.max()
    if low < 0 or high > 1:
        raise ValueError(
            f"targets must lie in 0 … 1 for sigmoid_cross_entropy, got values from {low:g} to {high:g}"
        )
    return shares
