"""Blocks of the Hessian by pairs: against the sum that defines them, in one go and added up in parts."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.networks.pair_products import add_cross, add_own, empty_own, unpack_own
from course_utils.networks.parameters import Layer


@pytest.mark.parametrize("room", [5, 7, 100])
@pytest.mark.parametrize("units", [1, 2, 6])
@pytest.mark.parametrize("columns", [1, 3, 5])
def test_a_layers_own_block_is_the_sum_over_the_examples(columns: int, units: int, room: int) -> None:
    rng = np.random.default_rng(0)
    s, a = rng.normal(size=(units, units, 8)), rng.normal(size=(columns, 8))
    s += s.swapaxes(0, 1)
    layer = Layer("hidden 1", 0, units, columns, biases=False)
    packed, rows = empty_own(layer), np.full((room, 8), np.nan)
    add_own(packed, s[..., :3], a[:, :3], rows, fresh=True)
    add_own(packed, s[..., 3:], a[:, 3:], rows, fresh=False)
    matrix = np.full((layer.size + 2, layer.size + 1), np.nan)
    unpack_own(packed, layer, matrix[: layer.size, : layer.size])
    expected = np.einsum("oqn,in,pn->oiqp", s, a, a).reshape(layer.size, layer.size)
    np.testing.assert_allclose(matrix[: layer.size, : layer.size], expected, rtol=0, atol=1e-13)
    assert np.isnan(matrix[layer.size :]).all()
    assert np.isnan(matrix[:, layer.size :]).all()


@pytest.mark.parametrize("room", [4, 9, 100])
@pytest.mark.parametrize(("units", "others"), [(1, 1), (3, 2), (2, 5)])
def test_a_block_of_two_layers_is_the_sum_over_the_examples(units: int, others: int, room: int) -> None:
    rng = np.random.default_rng(1)
    s, a, b = rng.normal(size=(units, others, 8)), rng.normal(size=(3, 8)), rng.normal(size=(4, 8))
    matrix, rows = np.full((units * 3, others * 4 + 1), np.nan), np.full((room, 8), np.nan)
    block = matrix[:, 1:]
    add_cross(block, s[..., :5], a[:, :5], b[:, :5], rows, fresh=True)
    add_cross(block, s[..., 5:], a[:, 5:], b[:, 5:], rows, fresh=False)
    expected = np.einsum("oqn,in,pn->oiqp", s, a, b).reshape(units * 3, others * 4)
    np.testing.assert_allclose(block, expected, rtol=0, atol=1e-13)
    assert np.isnan(matrix[:, 0]).all()
