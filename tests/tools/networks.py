"""Networks that several tests use: small, and made the same way every time."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from course_utils.datasets import TextDataset
from course_utils.networks import MLP, RNN, text_windows

TEXT = TextDataset.from_strings("toy", "abcab cabba acb abc " * 20, "abc cab " * 40)


def text_network(units: int = 5, sequences: int = 3, steps: int = 6) -> tuple[RNN, np.ndarray]:
    """Return a recurrent network on windows of ``TEXT``, and parameters whose gradients grow."""
    windows = text_windows(TEXT.train, sequences, steps)
    network = RNN(units, len(TEXT.vocabulary), windows[0])
    return network, network.initial(np.random.default_rng(3), spectral_radius=1.5)


@st.composite
def networks_with_a_layer(
    draw: st.DrawFn, activations: tuple[str, ...]
) -> tuple[MLP, np.ndarray, int, np.random.Generator]:
    """A network with hidden layers, a batch of parameters, one of its hidden layers."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = (3, *draw(st.lists(st.integers(2, 5), min_size=1, max_size=3)), 3)
    mlp = MLP(
        sizes,
        rng.normal(size=(6, 3)),
        rng.integers(0, 3, 6),
        activation=draw(st.sampled_from(activations)),
        biases=draw(st.booleans()),
    )
    x = mlp.initial(rng, shape=draw(st.sampled_from([(), (2,)])))
    return mlp, x + 0.1 * rng.normal(size=x.shape), draw(st.integers(0, len(sizes) - 3)), rng


def assert_same_function(mlp: MLP, x: np.ndarray, other: np.ndarray, wide: MLP | None = None) -> None:
    """Compare losses and predictions at ``x`` and at ``other``, parameters of ``wide`` if it is given."""
    wide = wide or mlp
    np.testing.assert_allclose(wide.value(other), mlp.value(x), rtol=1e-12)
    np.testing.assert_allclose(wide.predict(other), mlp.predict(x), rtol=0, atol=1e-12)


def small_network(
    sizes: tuple[int, ...] = (3, 4, 3), *, weight_decay: float = 1e-2, seed: int = 0, **settings: Any
) -> MLP:
    """Return a network on 60 random examples, with the settings of `MLP`."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(60, sizes[0]))
    if settings.get("loss") == "squared_error":
        # A teacher and noise, so that the minima without weight decay are not at infinity.
        targets = np.tanh(inputs @ rng.normal(size=(sizes[0], sizes[-1])))
        targets += 0.3 * rng.normal(size=targets.shape)
    else:
        targets = rng.integers(sizes[-1], size=60)
    return MLP(sizes, inputs, targets, weight_decay=weight_decay, **settings)


def tanh_and_relu() -> tuple[MLP, MLP, np.ndarray]:
    """Return two networks with two hidden units on the same five examples, and parameters for either."""
    rng = np.random.default_rng(2)
    data = (rng.normal(size=(5, 3)), rng.integers(0, 3, 5))
    tanh, relu = MLP((3, 2, 3), *data), MLP((3, 2, 3), *data, activation="relu")
    return tanh, relu, tanh.initial(rng)
