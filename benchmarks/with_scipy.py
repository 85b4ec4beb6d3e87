"""A loop over scipy.optimize.minimize, with the exact gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import minimize

from benchmarks.tasks import SCIPY_STARTS, STARTS, STEPS
from course_utils.objectives import Rosenbrock


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    if kind != "minimise":
        raise ValueError(f"kind is unknown: {kind!r}")
    objective = Rosenbrock()
    starts = np.random.default_rng(0).uniform((-2, -1), (2, 3), size=(STARTS, 2))[:SCIPY_STARTS]

    def value_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = objective.value_and_gradient(x)
        return float(value), gradient

    def loop() -> Any:
        options = {"maxiter": STEPS}
        return np.median(
            [minimize(value_and_gradient, x, jac=True, method="BFGS", options=options).fun for x in starts]
        )

    return loop
