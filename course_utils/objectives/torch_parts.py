"""How `from_torch` takes over a module and data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
