"""What `from_torch` asks of a module, a loss and data, and how it takes them over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


@contextmanager
def exact() -> Iterator[None]:
    """Within, every operation has a second derivative, whatever mode the caller is in."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel

    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.inference_mode(False), torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


def only_device(module: torch.nn.Module) -> torch.device:
    """Return where the module lies, or say why it cannot be used there."""
    import torch

    found = {tensor.device for tensor in (*module.parameters(), *module.buffers())}
    if len(found) > 1:
        raise ValueError(f"module must lie on one device, got {', '.join(sorted(map(str, found)))}")
    device = found.pop() if found else torch.device("cpu")
    if device.type in ("meta", "mps"):
        lacks = "memory" if device.type == "meta" else "float64"
        raise ValueError(f"module must lie on a device with float64, got {device}, which has no {lacks}")
    return device


def refuse_training_mode(module: torch.nn.Module) -> None:
    """Say that ``module`` must be in evaluation mode, and why, unless all of it is."""
    training = [f"{n or 'the module'} ({type(m).__name__})" for n, m in module.named_modules() if m.training]
    if training:
        more = ", …" if len(training) > 4 else ""
        raise ValueError(
            "module must be in evaluation mode, for in training mode dropout draws random numbers and batch "
            f"norm changes its buffers: call module.eval(). In training mode: {', '.join(training[:4])}{more}"
        )


def in_float64(module: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    """Return a copy of ``module`` that computes in float64 and evaluation mode."""
    import torch

    if isinstance(module, torch.jit.ScriptModule):
        raise ValueError(
            "module must be one in Python, got a torch.jit.ScriptModule, which takes no parameters"
        )
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        if isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin):
            raise ValueError(f"module must know its shapes, but {name!r} has none yet: run it once")
        if tensor.is_complex():
            raise ValueError(f"module must have real parameters and buffers, but {name!r} is complex")
    try:
        copy = deepcopy(module)
    except Exception as error:
        raise ValueError(
            f"module must be one that copy.deepcopy copies, got {type(error).__name__}: {error} "
            "(weight_norm and spectral_norm: take those of torch.nn.utils.parametrizations)"
        ) from error
    for name, part in copy.named_modules():
        if isinstance(part, torch.nn.Embedding | torch.nn.EmbeddingBag):
            if part.max_norm is not None:
                raise ValueError(f"module must not change its weights, but max_norm of {name or 'it'} does")
            part.sparse, part.padding_idx = False, None  # their gradients are no arrays, or not whole
    return copy.to(device=device, dtype=torch.float64).eval()


def check_loss(value: Any, x: torch.Tensor) -> None:
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


def refuse_other_leaves(value: torch.Tensor, x: torch.Tensor, parts: Iterable[tuple[str, Any]]) -> None:
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


def converted(name: str, data: Any, device: torch.device) -> Any:
    """Return a copy of tensors and arrays, in tuples, lists and dicts, on ``device``; floats in float64."""
    import torch

    if isinstance(data, np.ndarray | np.generic) or _only_numbers(data):
        data = torch.from_numpy(np.array(data))  # a copy: PyTorch warns of read-only arrays
    if isinstance(data, torch.nn.utils.rnn.PackedSequence):  # the sizes of its batches stay on the CPU
        moved = data.to(device=device)
        return moved._replace(data=converted(name, data.data, device))
    if isinstance(data, torch.Tensor):
        if data.is_complex():
            raise ValueError(f"{name} must be real, got {data.dtype}")
        return data.detach().to(
            device=device, dtype=torch.float64 if data.is_floating_point() else data.dtype, copy=True
        )
    if isinstance(data, Mapping):
        return {key: converted(name, value, device) for key, value in data.items()}
    if isinstance(data, tuple | list):
        parts = [converted(name, value, device) for value in data]
        return type(data)(*parts) if hasattr(data, "_fields") else type(data)(parts)
    return data


def _only_numbers(data: Any) -> bool:
    """Tell whether ``data`` is a list of plain numbers, or a list of such lists."""
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(item, int | float | np.number) or _only_numbers(item) for item in data)
    )


def arguments(inputs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return positional and keyword arguments of the module."""
    if isinstance(inputs, dict):
        return (), inputs
    return (inputs if type(inputs) is tuple else (inputs,)), {}


def number_of_examples(data: Any) -> int:
    """Return the length of the first axis of every tensor in ``data``; ValueError where they differ."""
    lengths: set[int] = set()
    _each(data, lambda tensor: lengths.add(len(tensor) if tensor.ndim else 0))
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(
            "inputs and targets must have one length of their first axis, the examples, "
            f"got {sorted(lengths)}"
        )
    return lengths.pop()


def part_of(data: Any, indices: NDArray[np.intp]) -> Any:
    """Return ``data`` with the examples ``indices`` of every tensor alone."""
    import torch

    at = torch.from_numpy(indices)
    return _each(data, lambda tensor: tensor[at.to(tensor.device)])


def _each(data: Any, function: Callable[[Any], Any]) -> Any:
    """Return ``data`` with ``function`` applied to all tensors in its tuples, lists and dicts."""
    import torch

    if isinstance(data, torch.nn.utils.rnn.PackedSequence):
        raise ValueError("inputs and targets must have examples as their first axis, got a PackedSequence")
    if isinstance(data, torch.Tensor):
        return function(data)
    if isinstance(data, Mapping):
        return {key: _each(value, function) for key, value in data.items()}
    if isinstance(data, tuple | list):
        parts = [_each(value, function) for value in data]
        return type(data)(*parts) if hasattr(data, "_fields") else type(data)(parts)
    return data
