"""Which numbers of a parameter vector form a layer, a unit's incoming and its outgoing weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from course_utils.objectives.base import Array


@dataclass(frozen=True)
class Layer:
    """A weight matrix with its biases, stored unit by unit.

    The numbers of one unit lie together: its weights from unit 0, 1, … of the layer below, then
    its bias. So x[start:stop], reshaped to (outputs, columns), is the matrix [W b] in z = Wa + b.

    Attributes
    ----------
    name : what a legend calls it, for example ``"hidden 1"`` or ``"output"``.
    start : place of the first number in the parameter vector.
    outputs, inputs : units of this layer and of the layer below.
    biases : whether each unit has a bias.
    """

    name: str
    start: int
    outputs: int
    inputs: int
    biases: bool = True

    @cached_property  # asked for many times in every pass
    def columns(self) -> int:
        """Numbers that belong to one unit: its weights and its bias."""
        return self.inputs + self.biases

    @property
    def shape(self) -> tuple[int, int]:
        """That of [W b]: outputs and columns."""
        return self.outputs, self.columns

    @property
    def size(self) -> int:
        """Numbers in the layer."""
        return self.outputs * self.columns

    @property
    def stop(self) -> int:
        """Place just after the last number."""
        return self.start + self.size

    def matrix(self, x: Array) -> Array:
        """Return the view [W b] of shape (..., outputs, columns) into ``x`` of shape (..., dim)."""
        return x[..., self.start : self.stop].reshape(*x.shape[:-1], self.outputs, self.columns)

    def weights(self, x: Array) -> Array:
        """Return the view W of shape (..., outputs, inputs)."""
        return self.matrix(x)[..., : self.inputs]

    def bias(self, x: Array) -> Array:
        """Return the view b of shape (..., outputs); (..., 0) in a layer without biases."""
        return self.matrix(x)[..., self.inputs :].reshape(*x.shape[:-1], self.outputs * self.biases)

    def filter(self, unit: int) -> slice:
        """Return where the incoming weights and the bias of ``unit`` lie in the parameter vector."""
        if not isinstance(unit, (int, np.integer)) or not 0 <= unit < self.outputs:
            raise ValueError(
                f"unit must be in 0 … {self.outputs - 1} of layer {self.name!r}, got {unit!r:.80}"
            )
        start = self.start + unit * self.columns
        return slice(start, start + self.columns)


@dataclass(frozen=True)
class Unit:
    """The numbers around one hidden unit, as places in the parameter vector.

    Attributes
    ----------
    incoming : (inputs,) places of its incoming weights.
    bias : (1,) place of its bias; (0,) in a network without biases.
    outgoing : (outputs of the next layer,) places of the weights that carry its activation on.
    """

    incoming: NDArray[np.intp]
    bias: NDArray[np.intp]
    outgoing: NDArray[np.intp]


def layer_units(layer_sizes: Sequence[int]) -> tuple[int, ...]:
    """Return ``layer_sizes`` as at least two whole numbers ≥ 1, or say what is wrong (`ValueError`)."""
    sizes = np.asarray(layer_sizes)
    if sizes.ndim != 1 or sizes.size < 2 or sizes.dtype.kind not in "iu" or sizes.min() < 1:
        raise ValueError(f"layer_sizes must be at least two positive integers, got {layer_sizes!r:.80}")
    return tuple(sizes.tolist())


def stack_layers(sizes: Sequence[int], *, biases: bool = True) -> tuple[Layer, ...]:
    """Return the layers of a fully connected network with ``sizes`` units from input to output."""
    layers: list[Layer] = []
    start = 0
    for index, (inputs, outputs) in enumerate(pairwise(sizes), start=1):
        name = "output" if index == len(sizes) - 1 else f"hidden {index}"
        layers.append(Layer(name, start, outputs, inputs, biases))
        start = layers[-1].stop
    return tuple(layers)


def check_hidden_layer(layers: Sequence[Layer], layer: int) -> None:
    """Raise ValueError unless ``layer`` is the place of a hidden layer in ``layers``."""
    if not isinstance(layer, (int, np.integer)) or not 0 <= layer < len(layers) - 1:
        raise ValueError(f"layer must be a hidden layer, in 0 … {len(layers) - 2}, got {layer!r:.80}")


def hidden_unit(layers: Sequence[Layer], layer: int, unit: int) -> Unit:
    """Return the places around hidden unit ``unit`` of ``layers[layer]``."""
    check_hidden_layer(layers, layer)
    below, above = layers[layer], layers[layer + 1]
    row = below.filter(unit)
    places = np.arange(row.start, row.stop)
    outgoing = above.start + unit + above.columns * np.arange(above.outputs)
    return Unit(incoming=places[: below.inputs], bias=places[below.inputs :], outgoing=outgoing)
