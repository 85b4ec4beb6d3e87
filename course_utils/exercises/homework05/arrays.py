"""Task hw05.2: a list of arrays, compared with the right one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.checking.describe import describe
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.predicates import Predicate, real_array

Array = NDArray[np.float64]


def same_arrays(expected: Sequence[Array]) -> Predicate:
    """Expect a list of arrays of the same shapes and numbers."""
    return Predicate(expected, _compare)


def _compare(output: Any, expected: Sequence[Array]) -> Verdict:
    if not isinstance(output, (list, tuple)):
        return not_yet(f"Expected a list of arrays, got {describe(output)}.")
    if len(output) != len(expected):
        return not_yet(f"Expected a list of {len(expected)} arrays, got {len(output)}.")
    scale = max(float(np.abs(g).max()) for g in expected) or 1.0
    for place, (came, target) in enumerate(zip(output, expected, strict=True)):
        entry = f"Entry {place} of the list"
        values, problem = real_array(came, f"an array of shape {target.shape}", target.ndim)
        if values is None:
            return not_yet(f"{entry}: {problem}")
        if values.shape != target.shape:
            return not_yet(f"{entry} has shape {values.shape}, expected {target.shape}.")
        if np.abs(values - target).max() > 1e-6 * scale:
            norms = f"{np.linalg.norm(values):.3g}, expected {np.linalg.norm(target):.3g}"
            return not_yet(f"{entry} is off; its norm is {norms}.")
    return correct()
