"""A function v -> Hv as a SciPy operator that trusts the function with nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array


class FunctionOperator(LinearOperator):
    """H by a function of one vector.

    The function gets a copy, so it may change its argument, and its result is copied, so it may return the
    same array every time.
    """

    def __init__(self, function: Callable[[Array], Any], dim: int) -> None:
        super().__init__(np.dtype(np.float64), (dim, dim))  # type: ignore[call-arg]  # the stubs lack it
        self._function = function

    def _matvec(self, v: Array) -> Array:
        result = real_array("what operator returns", self._function(np.array(v, dtype=np.float64).ravel()))
        if result.shape not in (self.shape[:1], (self.shape[0], 1)):
            raise ValueError(
                f"operator must return shape {self.shape[:1]} for a vector of that shape, got {result.shape}"
            )
        return result.ravel().copy()

    def _adjoint(self) -> FunctionOperator:
        return self
