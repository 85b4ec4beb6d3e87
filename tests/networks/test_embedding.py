"""Networks embedded in wider ones, by zero units and by split units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.networks import embed_zero_units, split_unit
from tests.tools.networks import assert_same_function, networks_with_a_layer, tanh_and_relu
from tests.tools.search import examples


@examples(40)
@given(networks_with_a_layer(("tanh", "identity")), st.integers(1, 3))
def test_zero_units_keep_function_and_gradient(case: Any, count: int) -> None:
    mlp, x, layer, _ = case
    wide, embedded = embed_zero_units(mlp, x, layer, count)
    assert wide.layer_sizes[layer + 1] == mlp.layer_sizes[layer + 1] + count
    assert_same_function(mlp, x, embedded, wide)
    # All the gradient is that of the narrow network: a critical point stays one.
    narrow, full = mlp.gradient(x), wide.gradient(embedded)
    np.testing.assert_allclose(np.linalg.norm(full, axis=-1), np.linalg.norm(narrow, axis=-1), rtol=1e-12)


@examples(40)
@given(networks_with_a_layer(("tanh", "relu", "sigmoid")), st.sampled_from([0.5, 0.2, -1.0, 1.0]))
def test_split_units_keep_function_and_share_the_gradient(case: Any, share: float) -> None:
    mlp, x, layer, rng = case
    unit = int(rng.integers(mlp.layers[layer].outputs))
    wide, embedded = split_unit(mlp, x, layer, unit, share)
    assert_same_function(mlp, x, embedded, wide)
    narrow, full = mlp.gradient(x), wide.gradient(embedded)
    row, new = mlp.layers[layer].filter(unit), wide.layers[layer].filter(mlp.layers[layer].outputs)
    np.testing.assert_allclose(full[..., row], share * narrow[..., row], rtol=0, atol=1e-13)
    np.testing.assert_allclose(full[..., new], (1 - share) * narrow[..., row], rtol=0, atol=1e-13)
    weights = wide.layers[layer + 1].weights(full)
    np.testing.assert_allclose(weights[..., unit], weights[..., -1], rtol=0, atol=1e-13)


def test_embeddings_say_what_is_wrong() -> None:
    tanh, relu, x = tanh_and_relu()
    with pytest.raises(ValueError, match=r"embed_zero_units needs .* with relu"):
        embed_zero_units(relu, x, 0)
    with pytest.raises(ValueError, match="count must be a whole number of at least 1, got 0"):
        embed_zero_units(tanh, x, 0, 0)
    with pytest.raises(ValueError, match="layer_sizes must go from 3 to 3"):
        tanh.resized((4, 2, 3))
