"""An Objective made of a reader's PyTorch module."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import copy, deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives.base import Array
from course_utils.objectives.checks import chosen_examples
from course_utils.objectives.foreign import ForeignObjective, at_once, library, parameter_arrays
from course_utils.objectives.torch_checks import (
    check_arguments,
    check_passes,
    refuse_training_mode,
)
from course_utils.objectives.torch_parts import (
    arguments,
    converted,
    exact,
    in_float64,
    number_of_examples,
    only_device,
    part_of,
)

if TYPE_CHECKING:
    import torch


class TorchObjective(ForeignObjective):
    """The loss of a PyTorch module on given examples as a function of its parameters; `from_torch` makes it.

    Attributes
    ----------
    layers : the parameters that move, by their names in the module; tied ones count once.
    filters : one slice a row of each weight (the incoming weights of one unit or filter), and one a bias.
    frozen : names of the buffers and of the parameters without ``requires_grad``: constants.
    vectorised : whether a batch of points is one call; if not, it is evaluated point by point.
    """

    def __init__(
        self, module: torch.nn.Module, loss: Callable[..., Any], data: tuple[Any, Any], name: str, domain: Any
    ) -> None:
        torch = library("torch", "from_torch", "torch")
        device = only_device(module)
        refuse_training_mode(module)
        self._module = in_float64(module, device)
        self._loss_function = in_float64(loss, device) if isinstance(loss, torch.nn.Module) else loss
        with exact():
            self._arguments, self._keywords = arguments(converted("inputs", data[0], device))
            self._targets = converted("targets", data[1], device)
        moving = {n: p for n, p in self._module.named_parameters() if p.requires_grad}
        if not sum(p.numel() for p in moving.values()):
            raise ValueError(
                "module must have at least one parameter with requires_grad=True, "
                f"got {len(list(module.parameters()))} parameters, all constant or empty"
            )
        self.frozen = tuple(n for n, _ in self._module.named_buffers()) + tuple(
            n for n, p in self._module.named_parameters() if not p.requires_grad
        )
        self.device = str(device)
        start = np.concatenate([p.detach().cpu().numpy().ravel() for p in moving.values()])
        super().__init__(name, parameter_arrays((n, p.shape) for n, p in moving.items()), start, domain)
        self._sizes = [layer.size for layer in self.layers]
        self._last: tuple[Array, Any] | None = None
        self._flops: float | None = None
        self.vectorised = False
        self._at_once = 1
        self._look_over(module, loss)

    def __repr__(self) -> str:
        frozen = f", {len(self.frozen)} constants" if self.frozen else ""
        return f"<TorchObjective {self.name!r}, dim={self.dim}, float64 on {self.device}{frozen}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_last": None}  # the graph at the last point stays here

    @property
    def filters(self) -> tuple[slice, ...]:
        """Return one slice a row of each array of two or more dimensions, and one for each other array."""
        slices: list[slice] = []
        for layer in self.layers:
            rows = layer.shape[0] if len(layer.shape) > 1 else 1
            width = layer.size // max(rows, 1)
            slices += [slice(layer.start + i * width, layer.start + (i + 1) * width) for i in range(rows)]
        return tuple(slices)

    @property
    def gradient_flops(self) -> float:
        """Arithmetic of the matrix products and convolutions of one gradient, as PyTorch counts it."""
        if self._flops is None:
            from torch.utils.flop_counter import FlopCounterMode

            with exact(), FlopCounterMode(display=False) as counter:
                x = self._tensor(self.start).requires_grad_()
                self._loss(x).backward()
            self._flops = float(counter.get_total_flops()) or super().gradient_flops
        return self._flops

    def module_at(self, x: ArrayLike) -> torch.nn.Module:
        """Return a copy of the module in float64 and evaluation mode, with the parameters ``x`` (dim,)."""
        import torch

        point, module = self._one_point(x), deepcopy(self._module)
        named = dict(module.named_parameters())
        with torch.no_grad():
            for layer in self.layers:
                named[layer.name].copy_(self._tensor(layer.view(point)))
        return module

    @property
    def examples(self) -> int:
        """N, the length of the first axis of all inputs and targets; ValueError where they differ."""
        return number_of_examples((self._arguments, self._keywords, self._targets))

    def batch(self, indices: ArrayLike) -> TorchObjective:
        """Return the same loss on the examples ``indices`` alone, whole numbers or a mask, as a mini-batch.

        The loss must be a mean over the examples for the batch to stand for all of them.
        """
        chosen = chosen_examples(indices, self.examples)
        part = copy(self)
        data = (self._arguments, self._keywords, self._targets)
        part._arguments, part._keywords, part._targets = part_of(data, chosen)
        part._last, part._flops = None, None
        return part

    def _tensor(self, x: Array) -> torch.Tensor:
        import torch

        return torch.tensor(x, dtype=torch.float64, device=self.device)

    def _outputs(self, x: torch.Tensor) -> Any:
        from torch.func import functional_call

        parts = zip(self.layers, x.split(self._sizes), strict=True)
        parameters = {layer.name: part.view(layer.shape) for layer, part in parts}
        return functional_call(self._module, parameters, self._arguments, self._keywords)

    def _loss_of(self, outputs: Any) -> torch.Tensor:
        import torch

        value: torch.Tensor = self._loss_function(outputs, self._targets)
        return value.reshape(()) if isinstance(value, torch.Tensor) and value.numel() == 1 else value

    def _loss(self, x: torch.Tensor) -> torch.Tensor:
        return self._loss_of(self._outputs(x))

    def _gauss_newton_products(self, point: Array, directions: Array) -> Array:
        """Return Gv, (k, dim), at one point (dim,): H with the outputs linearised, Jᵀ(∂²loss/∂z²)Jv."""
        from torch.func import grad, vjp

        with exact():
            z, back = vjp(self._outputs, self._tensor(point))
            # w ↦ Jᵀw is linear, so that the pass back through it is v ↦ Jv, at whatever w; so is ∂²loss/∂z².
            along = vjp(lambda w: back(w)[0], z)[1]
            curved = vjp(grad(self._loss_of), z)[1]

        def product(v: Any) -> Any:
            return back(curved(along(v)[0])[0])

        return self._for_each(product, directions)[0]

    # What a subclass of ForeignObjective writes: rows of points, rows of directions.
    def _values(self, points: Array) -> Array:
        return self._for_each(lambda x: (self._loss(x),), points)[0]

    def _values_and_gradients(self, points: Array) -> tuple[Array, Array]:
        from torch.func import grad_and_value

        gradients, values = self._for_each(grad_and_value(self._loss), points)
        return values, gradients

    def _products(self, point: Array, directions: Array) -> Array:
        from torch.func import grad, vjp

        with exact():
            if self._last is None or not np.array_equal(self._last[0], point):
                # H is symmetric, so a pass back through the gradient gives Hv: one graph serves every v.
                self._last = (point.copy(), vjp(grad(self._loss), self._tensor(point))[1])
        return self._for_each(self._last[1], directions)[0]

    def _for_each(self, function: Callable[[Any], tuple[Any, ...]], rows: Array) -> list[Array]:
        """Return what ``function`` gives for each of ``rows`` (m, dim), in arrays of m rows."""
        from torch.func import vmap

        size = self._at_once if self.vectorised else 1
        parts = []
        with exact():
            for first in range(0, len(rows), size):
                block = self._tensor(rows[first : first + size])
                results = vmap(function)(block) if len(block) > 1 else [r[None] for r in function(block[0])]
                parts.append([result.detach().cpu().numpy() for result in results])
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    def _look_over(self, module: torch.nn.Module, loss: Callable[..., Any]) -> None:
        """Refuse what is no function of the parameters alone, and find out what works for a batch."""
        import torch

        def passed() -> tuple[torch.Tensor, torch.Tensor]:
            x = self._tensor(self.start).requires_grad_()  # no pass may keep what came of another's x
            return x, self._loss(x)

        parts = [("module", self._module), ("module", module), ("loss", self._loss_function), ("loss", loss)]
        generators = [] if self.device == "cpu" else [torch.device(self.device)]
        with torch.random.fork_rng(devices=generators), exact():
            held = check_passes(passed, self._module, parts)
        self._at_once = at_once(held)
        try:
            self._products(self.start, self.start[None])
        except RuntimeError as error:
            raise ValueError(
                f"module and loss must have second derivatives in PyTorch, but {str(error).splitlines()[0]}"
            ) from error
        self.vectorised = self._batches_agree()
        self._check_derivatives("module and loss")

    def _batches_agree(self) -> bool:
        """Tell whether one call for three points, and for three directions, gives what single calls give."""
        rows = self.start + np.array([[0.0], [1e-3], [-1e-3]])

        def answers() -> list[Array]:
            # The value alone as well: PyTorch batches some operations only while it differentiates them.
            return [self._values(rows), *self._values_and_gradients(rows), self._products(rows[0], rows)]

        single = answers()
        self.vectorised, chosen, self._at_once = True, self._at_once, max(self._at_once, 2)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # "performance drop": PyTorch then loops itself, more slowly
                together = answers()
        except Exception:  # whatever a module does that vmap cannot follow
            return False
        finally:
            self.vectorised, self._at_once = False, chosen
        return all(
            a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12 * np.abs(a).max(), equal_nan=True)
            for a, b in zip(single, together, strict=True)
        )


def from_torch(
    module: torch.nn.Module,
    loss: Callable[..., Any],
    inputs: Any,
    targets: Any = None,
    *,
    name: str | None = None,
    domain: Any = None,
) -> TorchObjective:
    """Return the Objective x ↦ loss(module(inputs), targets) of the parameters x of a PyTorch module.

    All of it is a copy: module and data stay as they are, and later training of the module changes nothing
    here. The copy computes in float64, whatever the module's dtype, on the module's device. In it the padding
    row of an embedding is a parameter like any other (``padding_idx`` hides its gradient). Parameters with
    ``requires_grad`` make up x, in the order of ``torch.nn.utils.parameters_to_vector``, tied ones once.
    **Everything else is constant**: buffers such as the running means and variances of batch norm, and
    parameters without ``requires_grad``; ``frozen`` names them. A loss that reads parameters by itself, as
    for a penalty on them, and submodules in a plain list would lose their part of the gradient; they are
    refused: the module's forward computes the penalty and returns it with the outputs.

    Parameters
    ----------
    module : in evaluation mode, ``module.eval()``: in training mode dropout draws random numbers, and batch
        norm changes its buffers, so that there is no function to speak of.
    loss : ``loss(module(inputs), targets)`` must be one number, as in ``torch.nn.functional.cross_entropy``.
    inputs : tensor or array; a tuple of them for several arguments, a dict for keyword arguments. A
        named tuple, such as a ``PackedSequence``, is one argument. Floats become float64, integers (of an
        embedding) and booleans (of a mask) stay.
    targets : what ``loss`` takes beside the outputs, of the same kinds; None for none to speak of.
    name : for legends; the class of the module by default.
    domain : plot window, (low, high) for each of the first two parameters; ±2 by default.

    Raises
    ------
    ModuleNotFoundError
        If PyTorch is not installed (extra ``torch``).
    ValueError
        If the module is in training mode, spread over several devices, on a device without float64, cannot be
        copied, has nothing to move, changes its buffers or weights, or has no second derivatives; if the loss
        is not one finite real number, the same each time; if either reads a tensor with ``requires_grad``
        that is no part of x, as a closure over the module does.

    Notes
    -----
    Derivatives are those of ``torch.func``: reverse mode, twice for Hv. Attention runs in its plain form
    (``SDPBackend.MATH``), as the fused kernels have no second derivative. Gradient and Hv are compared with
    differences once, and a warning tells where they disagree (see `ForeignObjective`): so for Hv in
    ``torch.nn.utils.parametrizations.weight_norm``, whose backward pass takes the norm for a constant.
    """
    library("torch", "from_torch", "torch")
    check_arguments(module, loss)
    return TorchObjective(module, loss, (inputs, targets), name or type(module).__name__, domain)
