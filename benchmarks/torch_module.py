"""The network of a problem as a torch module, as the libraries built on torch want it."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from benchmarks.tasks import Problem


def module(p: Problem) -> tuple[nn.Sequential, torch.Tensor, torch.Tensor]:
    """Return the network at the problem's point, float64, with its inputs and targets."""
    torch.set_default_dtype(torch.float64)
    parts: list[nn.Module] = []
    start = 0
    for below, above in pairwise(p.sizes):
        rows = torch.from_numpy(p.x[start : start + above * (below + 1)].reshape(above, below + 1))
        start += above * (below + 1)
        layer = nn.Linear(below, above)
        with torch.no_grad():
            layer.weight.copy_(rows[:, :-1])
            layer.bias.copy_(rows[:, -1])
        parts += [layer, nn.Tanh()]
    return nn.Sequential(*parts[:-1]), torch.from_numpy(p.inputs), torch.from_numpy(p.targets)
