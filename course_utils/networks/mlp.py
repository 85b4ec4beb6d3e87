"""Fully connected networks of any depth, with exact first and second derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from course_utils.networks.activations import ActivationName, activations_named
from course_utils.networks.initialization import draw_dense, draw_sparse
from course_utils.networks.kronecker import kronecker_factors
from course_utils.networks.losses import CrossEntropy, LossName, make_loss
from course_utils.networks.network import (
    CHUNK,
    Network,
    check_weight_decay,
    decayed,
    decayed_gradient,
    in_chunks,
    penalty,
)
from course_utils.networks.parameters import Unit, hidden_unit, layer_units, stack_layers
from course_utils.networks.passes import (
    CACHED,
    forward,
    mean_gradient,
    mean_value,
    mean_value_and_gradient,
    with_ones,
)
from course_utils.networks.precision import DOUBLE, narrowed, of_directions, precision, widened
from course_utils.networks.structured_hessian import structured_hessian
from course_utils.networks.tangents import Linearization, Outline, linearize_in_chunks, tangent
from course_utils.networks.targets import class_targets
from course_utils.objectives.base import Array, as_points
from course_utils.objectives.checks import chosen_examples, generator, real_number, whole_number

# Directions × examples × units of the widest layer up to which a Hessian is quicker by products with all
# directions than from its layers: there many small steps cost more than the arithmetic.
FEW = 2**14


class MLP(Network):
    """The loss of a fully connected network on given examples, as a function of its parameters.

    Layer l computes z_l = W_l a_{l−1} + b_l and a_l = φ(z_l); the last layer is linear. The loss is

    - ``"cross_entropy"``: the mean over the examples of −log softmax(z)[target];
    - ``"sigmoid_cross_entropy"``: the mean over the examples of the sum over the outputs of
      −t log σ(z) − (1 − t) log(1 − σ(z)), for targets t in 0 … 1 such as pixels;
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
    targets : (N,) integer classes for cross-entropy; (N, layer_sizes[-1]) for the other losses.
    activation : ``"tanh"``, ``"relu"``, ``"sigmoid"`` or ``"identity"``, of all hidden units, or one of them
        for each hidden layer.
    loss : ``"cross_entropy"``, ``"sigmoid_cross_entropy"`` or ``"squared_error"``.
    weight_decay : strength of the penalty, not negative.
    biases : whether units have biases.
    dtype : ``"float32"`` computes the passes in single precision, in half of the time and memory. Points,
        values and derivatives are float64 all the same; values are exact to about 1e-7, derivatives to 1e-6
        of their size. The Hessian matrix is always computed in double.

    Attributes
    ----------
    activations : of each hidden layer.
    layers : tuple of `Layer`: where each weight matrix and its biases lie.
    filters : one slice a unit: its incoming weights and bias.
    """

    further_costs: ClassVar[Mapping[str, float]] = {
        "predict": 1 / 3,
        "error_rate": 1 / 3,
        "kronecker_factors": 1.0,
    }

    def __init__(
        self,
        layer_sizes: Sequence[int],
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        activation: ActivationName | Sequence[ActivationName] = "tanh",
        loss: LossName = "cross_entropy",
        weight_decay: float = 0.0,
        biases: bool = True,
        dtype: DTypeLike = "float64",
    ) -> None:
        sizes = layer_units(layer_sizes)
        data = _examples("inputs", inputs, sizes[0])
        self.layer_sizes = sizes
        self.weight_decay = check_weight_decay(weight_decay)
        if not isinstance(biases, bool | np.bool_):
            raise ValueError(f"biases must be True or False, got {biases!r:.80}")
        self.biases = bool(biases)
        self._phis = activations_named(activation, len(sizes) - 2)
        self.activation = activation if isinstance(activation, str) else self.activations
        self.loss: LossName = loss
        self.dtype = precision(dtype)
        self._loss = make_loss(loss, targets, len(data), sizes[-1], self.dtype)
        self._data = with_ones(data.T, self.biases, self.dtype)
        self.layers = stack_layers(sizes, biases=self.biases)
        kind = self.activation if isinstance(self.activation, str) else "-".join(self.activation)
        super().__init__(f"{'-'.join(map(str, sizes))} {kind} network", self.layers[-1].stop)

    @property
    def activations(self) -> tuple[ActivationName, ...]:
        """The activation of each hidden layer."""
        return tuple(phi.name for phi in self._phis)

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
            dtype=self.dtype,
        )

    def unit(self, layer: int, unit: int) -> Unit:
        """Return where the numbers around hidden unit ``unit`` of ``layers[layer]`` lie."""
        return hidden_unit(self.layers, layer, unit)

    def initial(
        self,
        rng: np.random.Generator,
        *,
        scale: float = 1.0,
        shape: int | tuple[int, ...] = (),
        incoming: int | None = None,
    ) -> Array:
        """Return random starting parameters, shape (*shape, dim); biases are zero.

        Weights are Gaussian with variance scale²·2/(inputs + outputs) of their layer (Glorot & Bengio
        2010, equation 12), for ReLU scale²·2/inputs (He et al. 2015, equation 10). With ``incoming``, the
        sparse start of Martens (2010, section 5): so many weights into each unit, at random places, are
        Gaussian with variance scale², the others zero, so that units neither saturate nor are all alike. A
        unit with fewer inputs has them all; Martens takes 15.
        """
        generator("rng", rng)
        start = np.zeros((*np.atleast_1d(np.asarray(shape, dtype=int)), self.dim))
        scale = real_number("scale", scale, at_least=0.0)
        if incoming is not None:
            draw_sparse(self.layers, whole_number("incoming", incoming, 1), start, scale, rng)
        else:  # what enters the last layer comes from the units below it
            last = self._phis[-1:] or activations_named(self.activation or "identity", 1)
            draw_dense(self.layers, (*self._phis, *last), start, scale, rng)
        return start

    def predict(self, x: ArrayLike, inputs: ArrayLike | None = None) -> Array:
        """Return what the network answers, shape (..., N, layer_sizes[-1]).

        Class probabilities for cross-entropy, the outputs for squared error; on the network's own
        examples unless ``inputs`` (N, layer_sizes[0]) are given.
        """
        data = self._data
        if inputs is not None:
            data = with_ones(_examples("inputs", inputs, self.layer_sizes[0]).T, self.biases, self.dtype)

        def answer(points: Array) -> Array:
            z = forward(self.layers, self._phis, narrowed(points, self.dtype), data)[1]
            return widened(self._loss.response(z).swapaxes(-1, -2))

        result: Array = in_chunks(answer, as_points("x", x, self.dim), self._points_at_once(data))
        return result

    def error_rate(
        self, x: ArrayLike, inputs: ArrayLike | None = None, targets: ArrayLike | None = None
    ) -> Array:
        """Return the fraction of examples whose most probable class is not their target, shape (...,).

        On the network's own examples unless both ``inputs`` and ``targets`` are given.
        """
        if not isinstance(self._loss, CrossEntropy):
            raise ValueError(f"error_rate needs classes: loss must be 'cross_entropy', got {self.loss!r}")
        if (inputs is None) != (targets is None):
            raise ValueError("inputs and targets must be given together, got only one of them")
        guesses = self.predict(x, inputs).argmax(axis=-1)
        labels = self._loss.targets
        if targets is not None:
            labels = class_targets(targets, guesses.shape[-1], self.layer_sizes[-1])
        rate: Array = (guesses != labels).mean(axis=-1)
        return rate

    def kronecker_factors(self, x: ArrayLike, rng: np.random.Generator) -> tuple[tuple[Array, Array], ...]:
        """Return (A, S) of every layer at one point ``x`` (dim,), the factors of K-FAC, without weight decay.

        A (columns, columns) is the mean of aaᵀ over what enters the layer, S (outputs, outputs) an unbiased
        estimate of that of ssᵀ over the derivatives by what leaves it, from one random error an example.
        """
        generator("rng", rng)
        point = as_points("x", x, self.dim)
        if point.ndim != 1:
            raise ValueError(f"x must be one point of shape ({self.dim},), got {point.shape}")
        parts = (self.layers, self._phis, self._loss, narrowed(point, self.dtype), self._data)
        return tuple((widened(A), widened(S)) for A, S in kronecker_factors(*parts, rng))

    def _points_at_once(self, data: Array) -> int:
        numbers = CHUNK * DOUBLE.itemsize // self.dtype.itemsize  # the same memory in either precision
        return max(1, numbers // int(data.shape[1] * (1 + max(self.layer_sizes[1:]))))

    def _value(self, x: Array) -> Array:
        def value(points: Array) -> Array:
            return mean_value(self.layers, self._phis, self._loss, narrowed(points, self.dtype), self._data)

        with np.errstate(over="ignore", invalid="ignore"):
            loss: Array = in_chunks(value, x, self._points_at_once(self._data))
        return loss + penalty(self.weight_decay, x)

    def _gradient(self, x: Array) -> Array:
        def gradient(points: Array) -> Array:
            narrow = narrowed(points, self.dtype)
            return mean_gradient(self.layers, self._phis, self._loss, narrow, self._data)

        found = in_chunks(gradient, x, self._points_at_once(self._data))
        return decayed_gradient(self.weight_decay, x, found)

    def _value_and_gradient(self, x: Array) -> tuple[Array, Array]:
        def both(points: Array) -> tuple[Array, Array]:
            narrow = narrowed(points, self.dtype)
            return mean_value_and_gradient(self.layers, self._phis, self._loss, narrow, self._data)

        value, gradient = in_chunks(both, x, self._points_at_once(self._data))
        return decayed(self.weight_decay, x, value, gradient)

    @property
    def _directions_at_once(self) -> int:
        # No more than stay in the cache: a larger block costs new pages of memory, and gains nothing.
        return max(1, min(super()._directions_at_once, CACHED // self.dim))

    def _linearize(self, x: Array) -> list[Linearization] | list[Outline]:
        return linearize_in_chunks(self.layers, self._phis, self._loss, narrowed(x, self.dtype), self._data)

    def _products(self, at: list[Linearization] | list[Outline], v: Array) -> Array:
        return of_directions(lambda v: tangent(self.layers, self._loss, at, v), v, self.dtype)

    def _loss_hessian(self, x: Array, out: Array) -> None:
        # In single precision the products are, too, and the matrix is not.
        few = self.dim <= self._directions_at_once and self.dtype == DOUBLE
        if few and self.dim * self.examples * max(self.layer_sizes) <= FEW:
            super()._loss_hessian(x, out)
        else:
            structured_hessian(self.layers, self._phis, self._loss, x, widened(self._data), out)

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
