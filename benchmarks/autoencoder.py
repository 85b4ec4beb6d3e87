"""The course's own side of the deep autoencoder, and what of a Krylov saddle-free step are matrix products.

    python -m benchmarks.autoencoder NAME SUBSPACE

makes one step and prints a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.tasks import images
from course_utils.experiments import autoencoder as experiment
from course_utils.networks import passes, tangents
from course_utils.optimizers import KrylovSaddleFreeNewton


def make(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once."""
    p = images(name)
    network = experiment.network(p.sizes, p.inputs)
    x, v = p.x.astype(np.float64), p.v[0].astype(np.float64)
    network.batch(range(10)).hvp(x, v)  # what only a first product costs
    if kind == "gradient":
        return lambda: network.gradient(x)
    if kind == "one hvp":
        # A new point each time: the forward pass that MLP remembers must not be had for nothing.
        points = iter(x * (1 + 1e-9 * k) for k in range(10**9))
        return lambda: network.hvp(next(points), v)
    raise ValueError(f"kind is unknown: {kind!r}")


def share(name: str, subspace: int) -> dict[str, float]:
    """Return what one Krylov saddle-free step takes, and the parts of it in matrix products.

    ``passes`` is the part in the products of the network's passes, ``share`` that in all products: those
    with the Krylov basis too.

    Times are processor time of the thread that waits for the others: while one core makes what is not a
    product, the others have nothing to do.
    """
    p = images(name)
    network = experiment.network(p.sizes, p.inputs)
    x, rng = p.x.astype(np.float64), np.random.default_rng(0)
    optimizer = KrylovSaddleFreeNewton(subspace)
    network.batch(range(10)).hvp(x, x)
    matmul, inside = np.matmul, {True: 0.0, False: 0.0}

    def clocked(*arrays: Any, **settings: Any) -> Any:
        begin = time.thread_time()
        product = matmul(*arrays, **settings)
        caller = sys._getframe(1).f_globals["__name__"]
        inside[caller in (passes.__name__, tangents.__name__)] += time.thread_time() - begin
        return product

    all_begin, begin = time.process_time(), time.thread_time()
    with mock.patch.object(np, "matmul", clocked):
        optimizer.step(network, x, None, rng)
    seconds = time.thread_time() - begin
    cpu, products = time.process_time() - all_begin, sum(inside.values())
    return {"seconds": seconds, "cpu": cpu, "passes": inside[True] / seconds, "share": products / seconds}


if __name__ == "__main__":
    print(json.dumps(share(sys.argv[1], int(sys.argv[2]))))
