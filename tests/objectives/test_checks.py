"""What is no real number, no whole number or no generator is refused by name, all else passes as it is."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from course_utils.objectives import as_points, quadratic
from course_utils.objectives.checks import generator, real_array, real_number, whole_number


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2],
        (1.0, True),
        np.float32([1, 2]),
        np.arange(3, dtype=np.uint8),
        [Fraction(1, 2), Decimal("0.25")],
        [10**30, 1],
        np.ma.masked_array([1.0, 2.0], [False, False]),
        np.longdouble([1, 2]),
        [],
        3.5,
    ],
    ids=repr,
)
def test_real_numbers_of_every_kind_become_float64(numbers):
    array = real_array("x", numbers)
    assert array.dtype == np.float64
    np.testing.assert_array_equal(
        array, [float(a) for a in np.ravel(numbers)] if np.ndim(numbers) else numbers
    )


def test_float64_is_not_copied():
    x = np.arange(3.0)
    assert real_array("x", x) is x


@pytest.mark.parametrize(
    "other",
    [
        [1j, 2],
        np.zeros(2, complex),
        ["1.0", "2.0"],
        "12",
        b"12",
        [[1.0], [1.0, 2.0]],
        {"a": 1},
        object(),
        np.array(["2020-01-01"], "M8[D]"),
        np.array([1], "m8[s]"),
        np.ma.masked_array([1.0, 2.0], [False, True]),
        [1 + 0j, Fraction(1, 2)],
        [10**400, 1],
    ],
    ids=lambda other: type(other).__name__,
)
def test_what_is_no_real_number_is_named(other):
    with pytest.raises(ValueError, match=r"^start must hold real numbers, got "):
        real_array("start", other)


def test_points_lose_no_imaginary_part():
    with pytest.raises(ValueError, match="x must hold real numbers, got dtype complex128"):
        as_points("x", np.array([1j, 2.0]), 2)
    with pytest.raises(ValueError, match="v must hold real numbers, got dtype complex128"):
        quadratic([1.0, 2.0]).hvp([0.0, 0.0], np.array([1j, 2.0]))


def test_whole_numbers_and_generators():
    assert whole_number("k", np.int8(3), 1) == 3
    for value in (0, 1.0, True, "1", None, np.float64(2)):
        with pytest.raises(ValueError, match="k must be a whole number of at least 1, got "):
            whole_number("k", value, 1)
    rng = np.random.default_rng(0)
    assert generator("rng", rng) is rng
    for value in (0, None, np.random.default_rng, np.random.PCG64(0)):
        with pytest.raises(TypeError, match=r"rng must be a generator, as numpy\.random\.default_rng"):
            generator("rng", value)


@pytest.mark.parametrize("array", [[None, 1.0], np.array(["1", 2], dtype=object)], ids=repr)
def test_objects_that_only_look_like_numbers_are_none(array):
    with pytest.raises(ValueError, match=r"^x must hold real numbers, got "):
        real_array("x", array)


@pytest.mark.parametrize(
    "value",
    ["0.1", None, [1.0], True, np.nan, np.inf, 1j, np.array([1.0]), 10**400],
    ids=lambda v: repr(v)[:20],
)
def test_a_number_is_one_finite_real_number(value):
    with pytest.raises(ValueError, match=r"^rate must be a finite number > 0, got "):
        real_number("rate", value, above=0.0)


def test_numbers_keep_to_their_limits():
    assert real_number("x", np.float32(0.5)) == real_number("x", Fraction(1, 2)) == 0.5
    assert real_number("x", np.inf, above=0.0, finite=False) == np.inf
    assert whole_number("k", np.int8(3), 1, 3) == 3
    with pytest.raises(ValueError, match="x must be a finite number ≥ 0, got -1"):
        real_number("x", -1, at_least=0.0)
    with pytest.raises(ValueError, match="x must be a number > 0, got 0"):
        real_number("x", 0.0, above=0.0, finite=False)
    for k, said in ((0, "0"), (4, "4"), (2.0, "2.0"), (True, "True"), ("2", "'2'")):
        with pytest.raises(ValueError, match=f"k must be a whole number in 1 … 3, got {said}"):
            whole_number("k", k, 1, 3)
