"""The deep autoencoder in torch: single precision, each derivative in both ways that torch has.

Every layer has its own weights and biases, as in a module; nothing is put together in one vector.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch.func import grad, jvp
from torch.nn.functional import binary_cross_entropy_with_logits, linear

from benchmarks.tasks import images

Tensors = tuple[torch.Tensor, ...]


class Rows:
    """What torch finds for each layer, put together as `course_utils.networks.MLP` has it, when asked for."""

    def __init__(self, parts: Tensors) -> None:
        self.parts = parts

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        pairs = zip(self.parts[::2], self.parts[1::2], strict=True)
        rows = [torch.column_stack([w, b]).ravel().detach().numpy() for w, b in pairs]
        return np.concatenate(rows).astype(dtype)


def torch_func(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once, by torch.func: forward over reverse for products."""
    loss, x, v = _loss(name)
    small = _loss("10 images")[0]
    gradient, of_few = grad(loss), grad(small)
    jvp(of_few, (x,), (v,))  # what only a first product costs
    if kind == "gradient":
        return lambda: Rows(gradient(x))
    return lambda: Rows(jvp(gradient, (x,), (v,))[1])


def torch_autograd(kind: str, name: str) -> Callable[[], Any]:
    """Return a call that does the task once, by torch.autograd: twice backwards for products."""
    loss, x, v = _loss(name)
    small = _loss("10 images")[0]
    for part in x:
        part.requires_grad_()

    def product(f: Callable[[Tensors], torch.Tensor]) -> Tensors:
        return torch.autograd.grad(torch.autograd.grad(f(x), x, create_graph=True), x, v)

    product(small)
    if kind == "gradient":
        return lambda: Rows(torch.autograd.grad(loss(x), x))
    return lambda: Rows(product(loss))


def _loss(name: str) -> tuple[Callable[[Tensors], torch.Tensor], Tensors, Tensors]:
    p = images(name)
    inputs = torch.from_numpy(p.inputs)
    layers = list(pairwise(p.sizes))

    def parts(flat: np.ndarray) -> Tensors:
        found, start = [], 0
        for below, above in layers:
            rows = torch.from_numpy(flat[start : start + above * (below + 1)]).reshape(above, below + 1)
            start += above * (below + 1)
            found += [rows[:, :-1].clone(), rows[:, -1].clone()]
        return tuple(found)

    def loss(x: Tensors) -> torch.Tensor:
        a = inputs
        for index in range(len(layers)):
            z = linear(a, x[2 * index], x[2 * index + 1])
            straight = index in (len(layers) // 2 - 1, len(layers) - 1)  # the code and the last layer
            a = z if straight else torch.sigmoid(z)
        return binary_cross_entropy_with_logits(a, inputs, reduction="sum") / len(inputs)

    return loss, parts(p.x), parts(p.v[0])
