"""Well-known special cases of `MLP`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks.activations import ActivationName
from course_utils.networks.mlp import MLP


class DeepLinear(MLP):
    """A product of matrices that learns a linear map: mean of ½‖W_L … W_1 z − target‖².

    Linear in its inputs, yet not convex in its weights: all its minima are global, all other critical
    points are saddles (Baldi & Hornik 1989 for two factors; Kawaguchi 2016, theorem 2.3 for more).

    Parameters are those of `MLP`; there are no biases unless asked for.
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        weight_decay: float = 0.0,
        biases: bool = False,
    ) -> None:
        super().__init__(
            layer_sizes,
            inputs,
            targets,
            activation="identity",
            loss="squared_error",
            weight_decay=weight_decay,
            biases=biases,
        )


class Autoencoder(MLP):
    """A network that learns to give back its inputs through a narrow middle.

    The loss is the mean of ½‖output − input‖². With ``activation="identity"`` and ``biases=False`` its
    critical points are known in closed form (Baldi & Hornik 1989): projections on principal components.

    Parameters
    ----------
    encoder_sizes : hidden units from the inputs to the code; the decoder mirrors them, so that
        ``(30, 5)`` on data of dimension 100 is the network 100-30-5-30-100.
    inputs : (N, d) examples.
    activation, weight_decay, biases : as for `MLP`.
    """

    def __init__(
        self,
        encoder_sizes: Sequence[int],
        inputs: ArrayLike,
        *,
        activation: ActivationName = "tanh",
        weight_decay: float = 0.0,
        biases: bool = True,
    ) -> None:
        data = np.asarray(inputs, dtype=np.float64)
        if data.ndim != 2:
            raise ValueError(f"inputs must have shape (N, d), got {data.shape}")
        if len(encoder_sizes) == 0:
            raise ValueError("encoder_sizes must name at least one hidden layer, got none")
        d = data.shape[1]
        super().__init__(
            (d, *encoder_sizes, *reversed(encoder_sizes[:-1]), d),
            data,
            data,
            activation=activation,
            loss="squared_error",
            weight_decay=weight_decay,
            biases=biases,
        )
