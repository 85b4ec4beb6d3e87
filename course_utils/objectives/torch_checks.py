"""What `from_torch` asks of a module and a loss, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch


def check_arguments(module: Any, loss: Callable[..., Any]) -> None:
    """Say what is wrong with ``module`` or ``loss`` before anything is made of them."""
    import torch

    if not isinstance(module, torch.nn.Module):
        raise ValueError(f"module must be a torch.nn.Module, got {module!r:.80}")
    if isinstance(module, torch.nn.DataParallel | torch.nn.parallel.DistributedDataParallel):
        raise ValueError(
            f"module must be one without copies of itself, got a {type(module).__name__}: take its .module"
        )
    if isinstance(loss, type):
        raise ValueError(
            f"loss must be a function of outputs and targets, got the class {loss.__name__}: "
            f"make one by {loss.__name__}()"
        )
    if not callable(loss):
        raise ValueError(f"loss must be a function of outputs and targets, got {loss!r:.80}")


def refuse_training_mode(module: torch.nn.Module) -> None:
    """Say that ``module`` must be in evaluation mode, and why, unless all of it is."""
    training = [f"{n or 'the module'} ({type(m).__name__})" for n, m in module.named_modules() if m.training]
    if training:
        more = ", …" if len(training) > 4 else ""
        raise ValueError(
            "module must be in evaluation mode, for in training mode dropout draws random numbers and batch "
            f"norm changes its buffers: call module.eval(). In training mode: {', '.join(training[:4])}{more}"
        )


def check_passes(
    passed: Callable[[], tuple[torch.Tensor, torch.Tensor]],
    module: torch.nn.Module,
    parts: Sequence[tuple[str, Any]],
) -> int:
    """Refuse, by two passes, a loss that is no function of the parameters alone.

    ``passed`` returns the parameters and the loss there, of tensors of its own each time; ``parts`` are as
    for `_refuse_other_leaves`. Returns how many numbers a pass holds for the way back.
    """
    import torch

    states = [(buffer, buffer._version) for buffer in module.buffers()]
    held = 0

    def count(saved: Any) -> Any:
        nonlocal held
        held += saved.numel()
        return saved

    try:
        with torch.autograd.graph.saved_tensors_hooks(count, lambda saved: saved):
            x, value = passed()
    except RuntimeError as error:
        if "dtype" in str(error):
            error.add_note(
                "from_torch computes in float64: make no tensors of another dtype in forward, "
                "and keep submodules in a ModuleList, not in a list, so that they are converted"
            )
        raise
    _check_loss(value, x)
    again, repeated = passed()
    _refuse_other_leaves(value, x, parts)
    _refuse_other_leaves(repeated, again, parts)
    _check_repetition(value.item(), repeated.item())
    _check_buffers(module.named_buffers(), states)
    return held


def _check_loss(value: Any, x: torch.Tensor) -> None:
    """Say what is wrong with ``value``, unless it is one real number that depends on ``x``."""
    if not isinstance(value, type(x)) or value.shape != () or not value.is_floating_point():
        got = (
            f"shape {tuple(value.shape)} of {value.dtype}" if isinstance(value, type(x)) else f"{value!r:.80}"
        )
        raise ValueError(f"loss must return a tensor with one real number (say, the mean), got {got}")
    if not value.requires_grad:
        raise ValueError(
            "loss must depend on the parameters, got a constant: does a part detach or use no_grad?"
        )


def _refuse_other_leaves(value: torch.Tensor, x: torch.Tensor, parts: Iterable[tuple[str, Any]]) -> None:
    """Say what ``value``, computed from ``x``, reads beside ``x`` that has a gradient, unless it is nothing.

    ``parts`` are the module and the loss, by what they are called: their parameters have names.
    """
    import torch

    names = {
        id(tensor): f"{name!r} of the {called}"
        for called, part in parts
        if isinstance(part, torch.nn.Module)
        for name, tensor in part.named_parameters()
    }
    others = [leaf for leaf in _leaves(value) if leaf is not x]
    if others:
        shown = [f"{names.get(id(leaf), 'a tensor')}, shape {tuple(leaf.shape)}" for leaf in others[:3]]
        more = f", and {len(others) - 3} more" if len(others) > 3 else ""
        raise ValueError(
            "module and loss must read no tensor with requires_grad beside the parameters that the module "
            f"is given, or its gradient is lost, but they read {'; '.join(shown)}{more}. Compute a penalty "
            "on the parameters in the module's forward and return it with the outputs; keep submodules in a "
            "ModuleList, not in a list; keep nothing from one pass to the next; call requires_grad_(False) "
            "on what is to be constant"
        )


def _leaves(value: torch.Tensor) -> list[torch.Tensor]:
    """Return the tensors with ``requires_grad`` from which ``value`` was computed."""
    if value.grad_fn is None:
        return [value] if value.requires_grad else []
    found, seen, waiting = [], {None}, [value.grad_fn]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):  # the end of a path back, where gradients are collected
            found.append(node.variable)
        waiting += [before for before, _ in node.next_functions]
    return found


def _check_repetition(first: float, second: float) -> None:
    """Say what is wrong with the loss at one point, unless it is finite and comes out the same twice."""
    if not np.isfinite(first):
        raise ValueError(f"module must have a finite loss at its own parameters, got {first}")
    if abs(first - second) > 1e-9 * max(abs(first), abs(second)):
        raise ValueError(
            f"module must give the same loss each time, got {first!r} and {second!r}: does it draw "
            "random numbers (functional dropout needs training=self.training), or keep a state?"
        )


def _check_buffers(
    buffers: Iterable[tuple[str, torch.Tensor]], states: Sequence[tuple[torch.Tensor, int]]
) -> None:
    """Say which of the named ``buffers`` has changed since its ``states``, the tensor and its version."""
    for (name, now), (then, version) in zip(buffers, states, strict=True):
        if now is not then or now._version != version:
            raise ValueError(
                f"module must not change its buffers in evaluation mode, but a pass changed {name!r}"
            )
