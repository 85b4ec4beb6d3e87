"""Sums of terms of both signs that float64 does not hold: their sign is that of exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import flat_direction, min_max_saddle, monkey_saddle, plateau, quadratic
from course_utils.objectives.beyond import homogeneous, rising
from tests.tools.search import examples

LARGEST = Fraction(np.finfo(float).max)

# Sizes from 1e-30 to 1e271, of so few digits that two terms cancel altogether or by five digits at most.
numbers = st.builds(lambda m, e: m * 2.0**e, st.integers(-9, 9), st.integers(-100, 900))


def check(value, exact):
    """Compare with an exact sum, ±∞ where float64 has no number of its size."""
    if abs(exact) > LARGEST:
        assert value == (np.inf if exact > 0 else -np.inf)
    else:
        assert value == pytest.approx(float(exact), rel=1e-10)


@examples(200)
@given(numbers, numbers)
def test_forms_of_two_numbers_of_any_size(a, b):
    A, B = Fraction(a), Fraction(b)
    for f, exact in (
        (min_max_saddle(), A**2 - B**2),
        (quadratic([2.0, -2.0]), A**2 - B**2),
        (quadratic([[0.0, 1.0], [1.0, 0.0]]), A * B),
        (flat_direction(4), A**2 + B**4),
        (flat_direction(4, -1), A**2 - B**4),
        (flat_direction(3), A**2 + B**3),
        (flat_direction(5, -1), A**2 - B**5),
    ):
        check(f.value([a, b]), exact)


@examples(200)
@given(numbers, numbers)
def test_the_monkey_saddle_far_away(a, b):
    A, B = Fraction(a), Fraction(b)
    size = max(abs(a), abs(b))
    if size > 0 and min(abs(a), abs(b)) > 1e-60 * size:  # no term is lost beside another
        check(monkey_saddle().value([a, b]), A**3 - 3 * A * B**2)
        check(monkey_saddle().gradient([a, b])[0], 3 * A**2 - 3 * B**2)


def test_ordinary_values_are_those_of_the_formula_to_the_last_bit():
    a, b = np.random.default_rng(0).standard_normal((2, 100))
    points = np.stack([a, b], axis=-1)
    np.testing.assert_array_equal(min_max_saddle().value(points), a**2 - b**2)
    np.testing.assert_array_equal(monkey_saddle().value(points), a**3 - 3 * a * b**2)
    np.testing.assert_array_equal(flat_direction(4, -1).value(points), a**2 - b**4)


def test_what_rises_is_infinite_where_its_terms_overflow_and_is_left_alone_elsewhere():
    x = np.array([1.0, 1e200, -1e200, 1e120])
    np.testing.assert_array_equal(rising(lambda: x**4 - x**3), [0.0, np.inf, np.inf, np.inf])
    np.testing.assert_array_equal(plateau().value([[1e200, -1e200], [0.0, 1e120]]), [np.inf, np.inf])
    assert rising(lambda: np.float64(3.0)) == 3.0


def test_shapes_broadcast_and_points_that_are_not_finite_have_no_value():
    a, b = np.array([[1e200], [2.0]]), np.array([2e200, 1.0, 1e200])
    expected = [[-np.inf, np.inf, 0.0], [-np.inf, 3.0, -np.inf]]
    np.testing.assert_array_equal(homogeneous(lambda a, b: a**2 - b**2, 2, a, b), expected)
    for bad in (np.nan, np.inf):
        assert np.isnan(homogeneous(lambda a, b: a**2 - b**2, 2, np.array(bad), np.array(bad)))
