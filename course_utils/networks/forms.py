"""Well-known special cases of `MLP`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from numpy.typing import ArrayLike, DTypeLike

from course_utils.networks.activations import ActivationName
from course_utils.networks.mlp import MLP
from course_utils.objectives.checks import real_array


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

    The loss is the mean of ½‖output − input‖², or of the cross-entropy of sigmoid outputs, for inputs in
    0 … 1. With ``activation="identity"`` and ``biases=False`` the critical points of the former are known in
    closed form (Baldi & Hornik 1989): projections on principal components. The deep autoencoder of Hinton &
    Salakhutdinov (2006), of Martens (2010) and of Dauphin et al. (2014) is 784-1000-500-250-30 and back, of
    sigmoid units with a linear code: 2,837,314 parameters.

    Parameters
    ----------
    encoder_sizes : hidden units from the inputs to the code; the decoder mirrors them, so that
        ``(30, 5)`` on data of dimension 100 is the network 100-30-5-30-100.
    inputs : (N, d) examples.
    activation : of all hidden units but those of the code.
    code_activation : of the code. Default: that of the others.
    loss : ``"squared_error"`` or ``"sigmoid_cross_entropy"``.
    weight_decay, biases, dtype : as for `MLP`.
    """

    def __init__(
        self,
        encoder_sizes: Sequence[int],
        inputs: ArrayLike,
        *,
        activation: ActivationName = "tanh",
        code_activation: ActivationName | None = None,
        loss: Literal["squared_error", "sigmoid_cross_entropy"] = "squared_error",
        weight_decay: float = 0.0,
        biases: bool = True,
        dtype: DTypeLike = "float64",
    ) -> None:
        data = real_array("inputs", inputs)
        if data.ndim != 2:
            raise ValueError(f"inputs must have shape (N, d), got {data.shape}")
        if len(encoder_sizes) == 0:
            raise ValueError("encoder_sizes must name at least one hidden layer, got none")
        if loss not in ("squared_error", "sigmoid_cross_entropy"):
            raise ValueError(f"loss must be 'squared_error' or 'sigmoid_cross_entropy', got {loss!r}")
        d, outside = data.shape[1], (activation,) * (len(encoder_sizes) - 1)
        super().__init__(
            (d, *encoder_sizes, *reversed(encoder_sizes[:-1]), d),
            data,
            data,
            activation=activation if code_activation is None else (*outside, code_activation, *outside),
            loss=loss,
            weight_decay=weight_decay,
            biases=biases,
            dtype=dtype,
        )
