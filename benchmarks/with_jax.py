"""The same network in jax: float64, compiled by jit before the clock starts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.tasks import LANCZOS_STEPS, Problem, problem

jax.config.update("jax_enable_x64", True)


def loss_function(p: Problem) -> Callable[[Any], Any]:
    """Return the loss of a flat parameter vector in the layout of `course_utils.networks.MLP`."""
    inputs, targets = jnp.asarray(p.inputs), jnp.asarray(p.targets)

    def loss(x: Any) -> Any:
        a, start = inputs, 0
        for layer, (below, above) in enumerate(pairwise(p.sizes)):
            rows = x[start : start + above * (below + 1)].reshape(above, below + 1)
            start += above * (below + 1)
            z = a @ rows[:, :-1].T + rows[:, -1]
            a = z if layer == len(p.sizes) - 2 else jnp.tanh(z)
        return -jnp.mean(jax.nn.log_softmax(a)[jnp.arange(len(targets)), targets])

    return loss


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    p = problem(name)
    loss = loss_function(p)
    gradient = jax.grad(loss)
    x, v = jnp.asarray(p.x), jnp.asarray(p.v)

    def product(x: Any, v: Any) -> Any:
        return jax.jvp(gradient, (x,), (v,))[1]

    calls: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
        "gradient": (jax.jit(gradient), (x,)),
        "one hvp": (jax.jit(product), (x, v[0])),
        "32 hvps": (jax.jit(jax.vmap(product, in_axes=(None, 0))), (x, v)),
        "Hessian": (jax.jit(jax.hessian(loss)), (x,)),
    }
    if kind == "Lanczos":
        return _lanczos(jax.jit(product), x, p.v[0])
    call, arguments = calls[kind]
    return lambda: call(*arguments).block_until_ready()


def _lanczos(product: Callable[..., Any], x: Any, start: np.ndarray) -> Callable[[], Any]:
    from course_utils.curvature import lanczos

    def run() -> Any:
        return lanczos(lambda v: np.asarray(product(x, jnp.asarray(v))), start, LANCZOS_STEPS).ritz_values[
            [-1, 0]
        ]

    return run
