"""Norms and unit vectors of every size that float64 holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives.lengths import norms, ordinary, scaled, squares_exponent, times_power, unit


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8), st.integers(-1000, 1000))
def test_a_power_of_two_changes_the_norm_by_itself(numbers, exponent):
    x = np.ldexp(np.array(numbers), exponent)
    largest = np.abs(x).max()
    expected = largest * np.linalg.norm(x / largest) if largest > 0 else 0.0
    assert norms(x) == pytest.approx(expected, rel=1e-14, abs=1e-323)
    length = np.linalg.norm(unit(x))
    assert length == pytest.approx(1.0 if largest > 0 else 0.0, abs=1e-14)
    if largest > 0:
        np.testing.assert_allclose(unit(x) * (norms(x) / largest), x / largest, atol=1e-9)


def test_ordinary_norms_are_those_of_numpy_to_the_last_bit():
    rng = np.random.default_rng(0)
    for n in (1, 2, 3, 7, 20):
        for x in (rng.standard_normal((400, n)), rng.standard_normal((n, 4, 90)).T, rng.standard_normal(n)):
            np.testing.assert_array_equal(norms(x), np.linalg.norm(x, axis=-1))
            np.testing.assert_array_equal(unit(x), x / np.linalg.norm(x, axis=-1, keepdims=True))


def test_a_batch_of_all_sizes_and_what_is_not_finite():
    x = np.array(
        [[3e200, 4e200], [3, 4], [3e-200, 4e-200], [0, 0], [3e-320, 4e-320], [np.inf, 1], [np.nan, 1]]
    )
    np.testing.assert_allclose(norms(x)[:5], [5e200, 5, 5e-200, 0, 5e-320], rtol=1e-3, atol=0)
    assert norms(x)[5] == np.inf
    assert np.isnan(norms(x)[6])
    np.testing.assert_allclose(np.linalg.norm(unit(x[:5]), axis=-1), [1, 1, 1, 0, 1], rtol=1e-14)
    assert norms(np.zeros((0, 3))).shape == (0,)
    assert norms(np.zeros((2, 0))).tolist() == [0, 0]


def test_any_axis_and_what_no_number_can_hold():
    v = np.arange(24.0).reshape(2, 3, 4)
    for axis in (0, 1, 2, -2):
        np.testing.assert_allclose(norms(v, axis), np.linalg.norm(v, axis=axis), rtol=1e-15)
        assert norms(v, axis, keepdims=True).shape == np.linalg.norm(v, axis=axis, keepdims=True).shape
    assert norms(np.array([1.7e308, 1.7e308])) == np.inf  # 2.4e308 is no float64


@pytest.mark.parametrize("v", [[3.0, -1.0], [1.7e308, 1.0], [5e-324, 0.0], [0.0, 0.0], [np.inf, 1.0]])
def test_scaling_loses_no_digit(v):
    smaller, exponent = scaled(np.array(v))
    assert 0.5 <= np.abs(smaller).max() <= 1.0 or v[0] in (0.0, np.inf)
    np.testing.assert_array_equal(np.ldexp(smaller, exponent), v)


@given(
    st.lists(st.floats(width=32, allow_nan=False) | st.floats(-2.0, 2.0), min_size=1, max_size=5),
    st.integers(-1100, 1100),
    st.sampled_from([np.float64, np.float32]),
)
def test_times_a_power_of_two_is_ldexp_to_the_last_bit(numbers, exponent, dtype):
    x, exponents = np.array([numbers, numbers]).astype(dtype), np.array([[exponent], [0]], dtype=np.intc)
    with np.errstate(over="ignore", under="ignore"):
        found, expected = times_power(x, exponents), np.ldexp(x.astype(np.float64), exponents)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


def test_vectors_are_divided_before_they_are_squared_only_where_they_must():
    assert squares_exponent(np.array([1e-90, 3.0]), np.array([-1e90])) == 0
    assert squares_exponent(np.array([1e-300, 0.0]), np.zeros(0)) == np.frexp(1e-300)[1]
    assert squares_exponent(np.array([1e-300, 0.0]), np.array([-1e160])) == np.frexp(1e160)[1]
    for nothing in ([0.0, 0.0], [np.inf, 1.0], [np.nan]):
        assert squares_exponent(np.array(nothing)) == 0


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([1.0, 1e100], True), ([1.0, 0.0], False), ([1e160], False), ([1e-150], False), ([np.nan], False)],
)
def test_lengths_whose_squares_leave_the_range_are_not_ordinary(lengths, expected):
    assert ordinary(np.array(lengths)) is expected
