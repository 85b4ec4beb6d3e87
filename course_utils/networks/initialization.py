"""Random weights to start from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.networks.activations import Activation
from course_utils.networks.parameters import Layer
from course_utils.objectives.base import Array


def draw_dense(
    layers: Sequence[Layer],
    activations: Sequence[Activation],
    x: Array,
    scale: float,
    rng: np.random.Generator,
) -> None:
    """Write Gaussian weights to ``x`` (..., dim), of scale² times the variance that suits each activation."""
    for layer, activation in zip(layers, activations, strict=True):
        weights = layer.weights(x)
        deviation = scale * np.sqrt(activation.initial_variance(layer.inputs, layer.outputs))
        weights[...] = rng.normal(scale=deviation, size=weights.shape)


def draw_sparse(
    layers: Sequence[Layer], incoming: int, x: Array, scale: float, rng: np.random.Generator
) -> None:
    """Write ``incoming`` Gaussian weights a unit, at random places, to the zeros ``x`` (..., dim)."""
    for layer in layers:
        weights = layer.weights(x)
        chosen = np.argsort(rng.random(weights.shape), axis=-1)[..., : min(incoming, layer.inputs)]
        np.put_along_axis(weights, chosen, rng.normal(scale=scale, size=chosen.shape), axis=-1)
