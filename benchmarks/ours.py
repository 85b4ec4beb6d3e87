"""The course's own side."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.tasks import LANCZOS_STEPS, STARTS, STEPS, TOP, UNCHECKED, problem
from course_utils.networks import MLP


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    if kind == "minimise":
        return _minimise()
    p = problem(name)
    network = MLP(p.sizes, p.inputs, p.targets)
    if kind == "gradient":
        return lambda: network.gradient(p.x)
    if kind == "one hvp":
        # A new point each time: the forward pass that MLP remembers must not be had for nothing.
        points = iter(p.x * (1 + 1e-9 * k) for k in range(10**9))
        return lambda: network.hvp(next(points), p.v[0])
    if kind == "32 hvps":
        points = iter(p.x * (1 + 1e-9 * k) for k in range(10**9))
        return lambda: network.hvp(next(points), p.v)
    if kind == "Hessian":
        return lambda: network.hessian(p.x)
    if kind == "Lanczos":
        return lambda: _lanczos(network, p.x, p.v[0])
    if kind == "top 5":
        return lambda: _top(network, p.x)
    if kind == UNCHECKED:
        return lambda: _top_unchecked(network, p.x)
    if kind == "density":
        return lambda: _mass(network, p.x)
    raise ValueError(f"kind is unknown: {kind!r}")


def _lanczos(network: MLP, x: np.ndarray, start: np.ndarray) -> np.ndarray:
    from course_utils.curvature import lanczos

    return lanczos(network.hessian_operator(x), start, LANCZOS_STEPS).ritz_values[[-1, 0]]


def _top(network: MLP, x: np.ndarray) -> np.ndarray:
    from course_utils.curvature import extreme_eigenpairs

    rng = np.random.default_rng(0)
    found = extreme_eigenpairs(network.hessian_operator(x), TOP, which="largest", tol=1e-6, rng=rng)
    return np.sort(found.eigenvalues)[::-1]


def _top_unchecked(network: MLP, x: np.ndarray) -> np.ndarray:
    from course_utils.curvature import extreme
    from course_utils.curvature.completeness import Complement

    nothing = Complement(lowest=math.inf, highest=-math.inf, margin=0.0, made=0)
    with patch.object(extreme, "probe_complement", lambda *_: nothing):
        return _top(network, x)


def _mass(network: MLP, x: np.ndarray) -> float:
    from course_utils.curvature import spectral_density

    rng = np.random.default_rng(0)
    found = spectral_density(network.hessian_operator(x), steps=LANCZOS_STEPS, probes=1, rng=rng)
    return np.trapezoid(found.density, found.grid)


def _minimise() -> Callable[[], Any]:
    from course_utils.objectives import Rosenbrock
    from course_utils.optimizers import Momentum, minimize

    starts = np.random.default_rng(0).uniform((-2, -1), (2, 3), size=(STARTS, 2))
    return lambda: np.median(
        minimize(Rosenbrock(), Momentum(5e-4, 0.9), starts, STEPS, record="ends").value[-1]
    )
