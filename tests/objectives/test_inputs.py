"""What readers may pass, and what is said of the rest."""

from fractions import Fraction

import numpy as np
import pytest

from course_utils.objectives.inputs import random_generator, real_array, real_number, whole_number


@pytest.mark.parametrize(
    "x", [[1, 2], np.array([1, 2], dtype=np.int8), [Fraction(1), 2.0], np.array([True, 2]), (1.0, 2.0)]
)
def test_real_numbers_of_any_kind_are_taken(x):
    ours = real_array("x", x)
    assert ours.dtype == np.float64
    np.testing.assert_array_equal(ours, [1.0, 2.0])


def test_an_array_of_floats_is_not_copied():
    x = np.zeros(3)
    assert real_array("x", x) is x


@pytest.mark.parametrize(
    "x",
    [
        [1j, 2.0],
        np.array([1 + 0j]),
        "0.1",
        ["1", "2"],
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        [[1.0], [1.0, 2.0]],
        [None, 1.0],
        [10**400],
        np.ma.masked_invalid([np.nan, 1.0]),
        {"a": 1},
    ],
    ids=str,
)
def test_anything_else_is_named(x):
    with pytest.raises(ValueError, match=r"^x must hold real numbers, got "):
        real_array("x", x)


@pytest.mark.parametrize(
    "value", ["0.1", None, [1.0], True, np.nan, np.inf, 1j, np.array([1.0]), 10**400], ids=str
)
def test_a_number_is_one_finite_real_number(value):
    with pytest.raises(ValueError, match=r"^rate must be a finite number > 0, got "):
        real_number("rate", value, above=0.0)


def test_numbers_keep_to_their_limits():
    assert real_number("x", np.float32(0.5)) == 0.5
    assert real_number("x", np.inf, above=0.0, finite=False) == np.inf
    assert whole_number("k", np.int8(3), 1, 3) == 3
    with pytest.raises(ValueError, match="x must be a finite number ≥ 0, got -1"):
        real_number("x", -1, at_least=0.0)
    with pytest.raises(ValueError, match="x must be a number > 0, got 0"):
        real_number("x", 0.0, above=0.0, finite=False)
    for k, said in ((0, "0"), (4, "4"), (2.0, "2.0"), (True, "True"), ("2", "'2'")):
        with pytest.raises(ValueError, match=f"k must be a whole number in 1 … 3, got {said}"):
            whole_number("k", k, 1, 3)


@pytest.mark.parametrize("rng", [0, None, np.random, np.random.RandomState(0)], ids=str)
def test_a_generator_is_asked_for(rng):
    with pytest.raises(ValueError, match=r"rng must be a random generator such as numpy.random.default_rng"):
        random_generator("rng", rng)
