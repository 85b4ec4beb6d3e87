"""Eigenvalues and their density by PyHessian, in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pyhessian import hessian
from torch import nn

from benchmarks.tasks import LANCZOS_STEPS, TOP, problem
from benchmarks.torch_module import module


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    network, inputs, targets = module(problem(name))

    def call() -> Any:
        operator = hessian(network, nn.CrossEntropyLoss(), data=(inputs, targets), cuda=False)
        if kind.startswith("top 5"):
            return np.sort(operator.eigenvalues(top_n=TOP)[0])[::-1]
        return np.sum(operator.density(iter=LANCZOS_STEPS, n_v=1)[1])

    return call
