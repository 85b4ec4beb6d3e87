"""Eigenvalues (by SciPy on its operator) and their density by curvlinops, in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from curvlinops import HessianLinearOperator, lanczos_approximate_spectrum
from scipy.sparse.linalg import eigsh
from torch import nn

from benchmarks.tasks import LANCZOS_STEPS, TOP, problem
from benchmarks.torch_module import module


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    network, inputs, targets = module(problem(name))
    operator = HessianLinearOperator(
        network,
        nn.CrossEntropyLoss(),
        list(network.parameters()),
        [(inputs, targets)],
        check_deterministic=False,
    )
    if kind.startswith("top 5"):
        matrix = operator.to_scipy()
        return lambda: np.sort(eigsh(matrix, TOP, which="LA", tol=1e-6, return_eigenvectors=False))[::-1]

    def mass() -> float:
        grid, density = lanczos_approximate_spectrum(operator, LANCZOS_STEPS)
        return np.trapezoid(density.numpy(), grid.numpy())

    return mass
