"""The two factors of each layer that K-FAC multiplies to a block of the Gauss–Newton matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.networks.activations import Activation
from course_utils.networks.losses import CrossEntropy, Loss, SquaredError
from course_utils.networks.parameters import Layer
from course_utils.networks.tangents import linearize
from course_utils.objectives.base import Array


def random_errors(loss: Loss, response: Array, rng: np.random.Generator) -> Array:
    """Return errors s (C, N), each with mean zero and E ssᵀ = ∂²loss/∂z² of its example.

    Such are the derivatives of the loss by z for answers drawn from the network's own predictions; here they
    are made of random signs ξ: B^{1/2}ξ with B = I, diag(p) − ppᵀ or diag(p(1 − p)).
    """
    signs: Array = 2.0 * rng.integers(0, 2, size=response.shape).astype(response.dtype) - 1.0
    if isinstance(loss, SquaredError):
        return signs
    root: Array = np.sqrt(response if isinstance(loss, CrossEntropy) else response * (1.0 - response))
    errors: Array = root * signs
    if isinstance(loss, CrossEntropy):
        errors -= response * errors.sum(axis=0)
    return errors


def kronecker_factors(
    layers: Sequence[Layer],
    activations: Sequence[Activation],
    loss: Loss,
    x: Array,
    data: Array,
    rng: np.random.Generator,
) -> tuple[tuple[Array, Array], ...]:
    """Return (A, S) of every layer at one point: E aaᵀ (columns, columns) and E ssᵀ (outputs, outputs).

    a is what enters the layer, with its one for the bias; s the derivative by what leaves it, carried back
    from `random_errors`. Means are over the examples. With parameters row by row, unit by unit, S ⊗ A stands
    for the layer's block of the Gauss–Newton matrix (Martens & Grosse 2015, equation 1): exact, in the mean
    over the errors, for one example and for a network of one layer with squared error.
    """
    at = linearize(layers, activations, loss, x, data)
    errors = random_errors(loss, at.response, rng)
    examples = data.shape[-1]
    factors: list[tuple[Array, Array]] = []
    for index in range(len(layers) - 1, -1, -1):
        entering = at.entering[index]
        factors.insert(0, (entering @ entering.T / examples, errors @ errors.T / examples))
        slope = at.slopes[index]
        if slope is not None:
            errors = (at.weights[index].T @ errors) * slope
    return tuple(factors)
