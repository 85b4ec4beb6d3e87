"""Eigenvalues and their density by hessian-eigenthings, in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hessian_eigenthings import HessianOperator, lanczos, spectral_density, supervised_loss
from torch import nn

from benchmarks.tasks import LANCZOS_STEPS, TOP, problem
from benchmarks.torch_module import module


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    network, inputs, targets = module(problem(name))
    operator = HessianOperator(network, [(inputs, targets)], supervised_loss(nn.CrossEntropyLoss()))
    if kind.startswith("top 5"):
        settings = {"k": TOP, "max_iter": LANCZOS_STEPS, "which": "LA", "seed": 0}
        return lambda: np.sort(lanczos(operator, **settings).eigenvalues.numpy())[::-1]

    def mass() -> float:
        found = spectral_density(operator, num_runs=1, lanczos_steps=LANCZOS_STEPS, seed=0)
        return np.trapezoid(found.density.numpy(), found.grid.numpy())

    return mass
