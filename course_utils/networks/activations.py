"""Activation functions, written through their own output so that a pass stores nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from course_utils.objectives.base import Array

ActivationName = Literal["tanh", "relu", "sigmoid", "identity"]


@dataclass(frozen=True)
class Activation:
    """An activation φ with its first two derivatives as functions of a = φ(z).

    Attributes
    ----------
    name : ``"tanh"``, ``"relu"``, ``"sigmoid"`` or ``"identity"``.
    apply : replaces z by φ(z) in place.
    slope : a ↦ φ′(z).
    bend : a ↦ φ″(z)/φ′(z); ``None`` where φ″ is zero.
    initial_variance : (inputs, outputs) ↦ variance of the initial weights of such a layer.
    odd : φ(−z) = −φ(z), so that a unit may change sign.
    homogeneous : φ(βz) = βφ(z) for β > 0, so that a unit may be rescaled.
    """

    name: ActivationName
    apply: Callable[[Array], None]
    slope: Callable[[Array], Array]
    bend: Callable[[Array], Array] | None
    initial_variance: Callable[[int, int], float]
    odd: bool = False
    homogeneous: bool = False


def _tanh(z: Array) -> None:
    np.tanh(z, out=z)


def _relu(z: Array) -> None:
    np.maximum(z, 0.0, out=z)


def _sigmoid(z: Array) -> None:
    # As scipy.special.expit, and for complex numbers too: (1 + tanh(z/2))/2 would be 0 from z = −40 on.
    np.negative(z, out=z)
    with np.errstate(over="ignore"):  # 1/∞ = 0
        np.exp(z, out=z)
    z += 1.0
    np.reciprocal(z, out=z)


def _identity(z: Array) -> None:
    del z


def _tanh_slope(a: Array) -> Array:
    slope = a * a
    np.subtract(1.0, slope, out=slope)
    return slope


def _tanh_bend(a: Array) -> Array:
    return -2.0 * a


def _sigmoid_slope(a: Array) -> Array:
    slope = 1.0 - a
    slope *= a
    return slope


def _sigmoid_bend(a: Array) -> Array:
    bend = -2.0 * a
    bend += 1.0
    return bend


def _relu_slope(a: Array) -> Array:
    # At the kink the slope is taken as 0, the usual choice.
    return (a > 0.0).astype(a.dtype)


def _glorot(inputs: int, outputs: int) -> float:
    return 2.0 / (inputs + outputs)


def _he(inputs: int, outputs: int) -> float:
    # ReLU passes on half of the variance: twice as much must come in.
    del outputs
    return 2.0 / inputs


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation("tanh", _tanh, _tanh_slope, _tanh_bend, _glorot, odd=True),
    "relu": Activation("relu", _relu, _relu_slope, None, _he, homogeneous=True),
    "sigmoid": Activation("sigmoid", _sigmoid, _sigmoid_slope, _sigmoid_bend, _glorot),
    "identity": Activation("identity", _identity, np.ones_like, None, _glorot, odd=True, homogeneous=True),
}


def activations_named(
    names: ActivationName | Sequence[ActivationName], layers: int
) -> tuple[Activation, ...]:
    """Return the activation of each of the hidden ``layers``: one name for all of them, or one for each.

    Raises
    ------
    ValueError
        If a name is unknown, or there are more or fewer names than layers.
    """
    one = not isinstance(names, list | tuple)
    given: tuple[Any, ...] = (names,) if one else tuple(names)
    for name in given:
        if not isinstance(name, str) or name not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {name!r}")
    if not one and len(given) != layers:
        raise ValueError(
            f"activation must be one name, or one for each of the hidden layers, here {layers}, got {names!r}"
        )
    return tuple(ACTIVATIONS[name] for name in (given * layers if one else given))
