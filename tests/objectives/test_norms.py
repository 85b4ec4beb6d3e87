"""Norms of vectors of any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives.norms import norms, scaled


@given(st.integers(-1070, 1010), st.integers(1, 30), st.integers(0, 1000))
def test_a_norm_scales_with_its_vector(exponent, n, seed):
    v = np.random.default_rng(seed).integers(-9, 10, size=(3, n)).astype(float)
    expected = np.ldexp(np.linalg.norm(v, axis=-1), exponent)
    np.testing.assert_allclose(norms(np.ldexp(v, exponent)), expected, rtol=4e-16 * n, atol=5e-324)


def test_sizes_do_not_spoil_one_another():
    v = np.array([[3e200, 4e200], [3e-200, 4e-200], [5e-324, 0.0], [0.0, 0.0], [3.0, 4.0], [np.inf, 1.0]])
    np.testing.assert_allclose(norms(v), [5e200, 5e-200, 5e-324, 0.0, 5.0, np.inf], rtol=1e-15)
    assert np.isnan(norms(np.array([[np.nan, 1e300], [3.0, 4.0]]))).tolist() == [True, False]
    assert norms(np.array([1.7e308, 1.7e308])) == np.inf  # 2.4e308 is no float64


def test_any_axis_and_none():
    v = np.arange(24.0).reshape(2, 3, 4)
    for axis in (0, 1, 2, -2):
        np.testing.assert_allclose(norms(v, axis), np.linalg.norm(v, axis=axis), rtol=1e-15)
        assert norms(v, axis, keepdims=True).shape == np.linalg.norm(v, axis=axis, keepdims=True).shape
    assert norms(np.zeros((0, 2))).shape == (0,)
    assert norms(np.zeros((3, 0))).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("v", [[3.0, -1.0], [1.7e308, 1.0], [5e-324, 0.0], [0.0, 0.0]])
def test_scaling_loses_no_digit(v):
    unit, exponent = scaled(np.array(v))
    assert unit.tolist() == [0.0, 0.0] or 0.5 <= np.abs(unit).max() <= 1.0
    np.testing.assert_array_equal(np.ldexp(unit, exponent), v)
