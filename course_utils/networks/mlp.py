"""Fully connected networks of any depth, with exact first and second derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.networks.activations import ActivationName, activation_named
from course_utils.networks.losses import CrossEntropy, LossName, class_targets, make_loss
from course_utils.networks.network import (
    CHUNK,
    Network,
    check_weight_decay,
    chosen_examples,
    in_chunks,
    penalty,
)
from course_utils.networks.parameters import Unit, hidden_unit, layer_units, stack_layers
from course_utils.networks.passes import (
    Linearization,
    backward,
    forward,
    linearize_in_chunks,
    tangent,
    with_ones,
)
from course_utils.networks.structured_hessian import structured_hessian
from course_utils.objectives.base import Array, as_points
from course_utils.objectives.checks import generator, real_number


class MLP(Network):
    """The loss of a fully connected network on given examples, as a function of its parameters.

    Layer l computes z_l = W_l a_{l−1} + b_l and a_l = φ(z_l); the last layer is linear. The loss is

    - ``"cross_entropy"``: the mean over the examples of −log softmax(z)[target];
    - ``"squared_error"``: the mean over the examples of ½‖z − target‖²;

    plus ½·``weight_decay``·‖θ‖² over all parameters, biases included.

    The parameters of one unit lie together, its incoming weights first, then its bias (see `Layer`).
    Batches of points work in `value` and `gradient` in one call; `hvp` takes a block of directions in
    one pass (Pearlmutter 1994) and remembers the forward pass of the last point; `hessian` is
    assembled from the layers and exactly symmetric. Its peak memory is at most three Hessians (and
    1 MB) plus the activations. ReLU has slope 0 at its kink.

    Parameters
    ----------
    layer_sizes : units from the inputs to the outputs; two numbers make a network without hidden units.
    inputs : (N, layer_sizes[0]) examples.
    targets : (N,) integer classes for cross-entropy; (N, layer_sizes[-1]) for squared error.
    activation : ``"tanh"``, ``"relu"``, ``"sigmoid"`` or ``"identity"``, of all hidden units.
    loss : ``"cross_entropy"`` or ``"squared_error"``.
    weight_decay : strength of the penalty, not negative.
    biases : whether units have biases.

    Attributes
    ----------
    layers : tuple of `Layer`: where each weight matrix and its biases lie.
    filters : one slice a unit: its incoming weights and bias.
    """

    further_costs: ClassVar[Mapping[str, float]] = {"predict": 1 / 3, "error_rate": 1 / 3}

    def __init__(
        self,
        layer_sizes: Sequence[int],
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        activation: ActivationName = "tanh",
        loss: LossName = "cross_entropy",
        weight_decay: float = 0.0,
        biases: bool = True,
    ) -> None:
        sizes = layer_units(layer_sizes)
        data = _examples("inputs", inputs, sizes[0])
        self.layer_sizes = sizes
        self.weight_decay = check_weight_decay(weight_decay)
        self.biases = biases
        self.activation: ActivationName = activation
        self.loss: LossName = loss
        self._phi = activation_named(activation)
        self._loss = make_loss(loss, targets, len(data), sizes[-1])
        self._data = with_ones(data.T, biases)
        self.layers = stack_layers(sizes, biases=biases)
        super().__init__(f"{'-'.join(map(str, sizes))} {activation} network", self.layers[-1].stop)

    @property
    def examples(self) -> int:
        """N, the number of examples."""
        return int(self._data.shape[1])

    @property
    def inputs(self) -> Array:
        """The examples, (N, layer_sizes[0]), read-only."""
        return _read_only(self._data[: self.layer_sizes[0]].T)

    @property
    def targets(self) -> NDArray[Any]:
        """The classes, (N,), or target vectors, (N, layer_sizes[-1]), read-only."""
        return _read_only(self._loss.targets.T)

    def batch(self, indices: ArrayLike) -> MLP:
        """Return the same loss on the examples ``indices`` alone, as a mini-batch."""
        chosen = chosen_examples(indices, self.examples)
        part = copy(self)
        part._data = self._data[:, chosen]
        part._loss = self._loss.examples(chosen).rescaled(1.0 / part.examples)
        return part

    def resized(self, layer_sizes: Sequence[int]) -> MLP:
        """Return the loss of a network with other hidden layers on the same examples."""
        sizes = layer_units(layer_sizes)
        ends = (self.layer_sizes[0], self.layer_sizes[-1])
        if (sizes[0], sizes[-1]) != ends:
            raise ValueError(f"layer_sizes must go from {ends[0]} to {ends[1]}, got {layer_sizes!r}")
        return MLP(
            sizes,
            self.inputs,
            self.targets,
            activation=self.activation,
            loss=self.loss,
            weight_decay=self.weight_decay,
            biases=self.biases,
        )

    def unit(self, layer: int, unit: int) -> Unit:
        """Return where the numbers around hidden unit ``unit`` of ``layers[layer]`` lie."""
        return hidden_unit(self.layers, layer, unit)

    def initial(
        self, rng: np.random.Generator, *, scale: float = 1.0, shape: int | tuple[int, ...] = ()
    ) -> Array:
        """Return random starting parameters, shape (*shape, dim).

        Weights are Gaussian with variance scale²·2/(inputs + outputs) of their layer (Glorot & Bengio
        2010, equation 12), for ReLU scale²·2/inputs (He et al. 2015, equation 10); biases are zero.
        """
        generator("rng", rng)
        start = np.zeros((*np.atleast_1d(np.asarray(shape, dtype=int)), self.dim))
        scale = real_number("scale", scale, at_least=0.0)
        for layer in self.layers:
            weights = layer.weights(start)
            deviation = scale * np.sqrt(self._phi.initial_variance(layer.inputs, layer.outputs))
            weights[...] = rng.normal(scale=deviation, size=weights.shape)
        return start

    def predict(self, x: ArrayLike, inputs: ArrayLike | None = None) -> Array:
        """Return what the network answers, shape (..., N, layer_sizes[-1]).

        Class probabilities for cross-entropy, the outputs for squared error; on the network's own
        examples unless ``inputs`` (N, layer_sizes[0]) are given.
        """
        data = self._data
        if inputs is not None:
            data = with_ones(_examples("inputs", inputs, self.layer_sizes[0]).T, self.biases)

        def answer(points: Array) -> Array:
            return self._loss.response(forward(self.layers, self._phi, points, data)[1]).swapaxes(-1, -2)

        result: Array = in_chunks(answer, as_points("x", x, self.dim), self._points_at_once(data))
        return result

    def error_rate(
        self, x: ArrayLike, inputs: ArrayLike | None = None, targets: ArrayLike | None = None
    ) -> Array:
        """Return the fraction of examples whose most probable class is not their target, shape (...,).

        On the network's own examples unless both ``inputs`` and ``targets`` are given.
        """
        if not isinstance(self._loss, CrossEntropy):
            raise ValueError("error_rate needs classes: loss must be 'cross_entropy', got 'squared_error'")
        if (inputs is None) != (targets is None):
            raise ValueError("inputs and targets must be given together, got only one of them")
        guesses = self.predict(x, inputs).argmax(axis=-1)
        labels = self._loss.targets
        if targets is not None:
            labels = class_targets(targets, guesses.shape[-1], self.layer_sizes[-1])
        rate: Array = (guesses != labels).mean(axis=-1)
        return rate

    def _points_at_once(self, data: Array) -> int:
        return max(1, CHUNK // int(data.shape[1] * (1 + max(self.layer_sizes[1:]))))

    def _value(self, x: Array) -> Array:
        def value(points: Array) -> Array:
            return self._loss.value(forward(self.layers, self._phi, points, self._data)[1])

        loss: Array = in_chunks(value, x, self._points_at_once(self._data))
        return loss + penalty(self.weight_decay, x)

    def _gradient(self, x: Array) -> Array:
        return self._value_and_gradient(x)[1]

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        def both(points: Array) -> tuple[Array, Array]:
            entering, z = forward(self.layers, self._phi, points, self._data)
            value, response = self._loss.value_and_response(z)
            delta = self._loss.gradient(response)
            return value, backward(self.layers, self._phi, points, entering, delta)

        value, gradient = in_chunks(both, x, self._points_at_once(self._data))
        gradient += self.weight_decay * x
        return value + penalty(self.weight_decay, x), gradient

    def _linearize(self, x: Array) -> list[Linearization]:
        return linearize_in_chunks(self.layers, self._phi, self._loss, x, self._data)

    def _products(self, at: list[Linearization], v: Array) -> Array:
        return tangent(self.layers, self._loss, at, v)

    def _loss_hessian(self, x: Array, out: Array) -> None:
        structured_hessian(self.layers, self._phi, self._loss, x, self._data, out)

    @property
    def gradient_flops(self) -> float:
        """Matrix products of one gradient: forward, into the weights, and back through all layers but one."""
        multiplications = 2 * self.dim + sum(layer.outputs * layer.inputs for layer in self.layers[1:])
        return 2.0 * self.examples * multiplications

    @property
    def hessian_cost(self) -> float:
        """Matrix products of one Hessian over those of one gradient.

        Counted row by row: the rows of H that belong to a unit with c incoming numbers, from the diagonal
        on, are a product of (c, N) and (N, dim − start) matrices. What wide layers save by pairs (up to
        half of it) is not counted.
        """
        entries = sum(
            (layer.columns + 1) * (self.dim - layer.filter(unit).start)
            for layer in self.layers
            for unit in range(layer.outputs)
        )
        return float(1.0 + 2.0 * self.examples * entries / self.gradient_flops)


def _read_only(a: NDArray[Any]) -> NDArray[Any]:
    view = a.view()
    view.setflags(write=False)
    return view


def _examples(name: str, inputs: ArrayLike, size: int) -> Array:
    """Return ``inputs`` as (N, size) finite floats with N ≥ 1."""
    data = as_points(name, inputs, size)
    if data.ndim != 2 or len(data) == 0:
        raise ValueError(f"{name} must have shape (N, {size}) with N ≥ 1, got {data.shape}")
    return data
