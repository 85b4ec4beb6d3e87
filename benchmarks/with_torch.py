"""The same network in torch: float64, torch.func for derivatives."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch.func import grad, hessian, jvp, vmap

from benchmarks.tasks import LANCZOS_STEPS, problem


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    p = problem(name)
    inputs, targets = torch.from_numpy(p.inputs), torch.from_numpy(p.targets)
    x, v = torch.from_numpy(p.x), torch.from_numpy(p.v)

    def loss(x: torch.Tensor) -> torch.Tensor:
        a, start = inputs, 0
        for layer, (below, above) in enumerate(pairwise(p.sizes)):
            rows = x[start : start + above * (below + 1)].reshape(above, below + 1)
            start += above * (below + 1)
            z = a @ rows[:, :-1].T + rows[:, -1]
            a = z if layer == len(p.sizes) - 2 else torch.tanh(z)
        return torch.nn.functional.cross_entropy(a, targets)

    gradient = grad(loss)

    def product(v: torch.Tensor) -> torch.Tensor:
        return jvp(gradient, (x,), (v,))[1]

    if kind == "Lanczos":
        from course_utils.curvature import lanczos

        def multiply(u: np.ndarray) -> np.ndarray:
            return product(torch.from_numpy(u)).numpy()

        return lambda: lanczos(multiply, p.v[0], LANCZOS_STEPS).ritz_values[[-1, 0]]
    calls: dict[str, Callable[[], torch.Tensor]] = {
        "gradient": lambda: gradient(x),
        "one hvp": lambda: product(v[0]),
        "32 hvps": lambda: vmap(product)(v),
        "Hessian": lambda: hessian(loss)(x),
    }
    return lambda: calls[kind]().numpy()
