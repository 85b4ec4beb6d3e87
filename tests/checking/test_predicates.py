"""Predicates: numbers, arrays, choices, directions and subspaces as readers write them."""

from fractions import Fraction

import numpy as np
import pytest

from course_utils.checking import Outcome
from course_utils.checking.engine import Misconception
from course_utils.checking.feedback import not_yet
from course_utils.checking.predicates import (
    array,
    checker,
    choice,
    direction,
    either,
    named,
    number,
    subspace,
)
from tests.tools.toy_exercise import double, make


@pytest.mark.parametrize("five", [5, 5.0, np.float32(5), np.array([[5.004]]), [5], Fraction(5), 5 + 0j])
def test_a_number_counts_however_it_is_written(five):
    assert number(5.0)(five).is_correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "got None"),
        ("5", "quotation marks"),
        (True, "truth value"),
        (np.nan, "NaN"),
        (-np.inf, "infinite"),
        (5 + 1j, "complex"),
        ([5, 5], "got [5, 5]"),
        (np.ones((200, 300)), "shape (200, 300)"),
        ([[1, 2], [3]], "different lengths"),
        ([], "empty list"),
        ({"a": 5}, "a dict"),
        (double, "what it returns"),
        (object(), "type object"),
        (5.02, "rounded too early?"),
        (-5.0, "−5"),
    ],
)
def test_a_number_that_is_none_says_what_came(answer, says):
    verdict = number(5.0)(answer)
    assert verdict.outcome is Outcome.NOT_YET
    assert says in verdict.message


def test_whole_numbers_nearby_may_be_counts():
    verdict = number(250.0)(251)
    assert verdict.outcome is Outcome.NOT_YET
    assert verdict.message == "251 is close, but not within 0.1 %: rounded, or counted one off?"


def test_an_expected_zero_has_an_absolute_tolerance():
    assert number(0.0)(1e-4).is_correct
    assert not number(0.0)(0.1).is_correct


def test_arrays_compare_shape_then_entries():
    expect = array([[1.0, 2.0], [3.0, 4.0]], rtol=1e-3)
    assert expect([[1, 2], [3, 4.003]]).is_correct
    assert "shape (2,)" in expect([1, 2]).message
    assert "1 of 4" in expect([[1, 2], [3, 5]]).message
    assert "got None" in expect(None).message


def test_choices_forgive_spelling_but_not_meaning():
    kind = choice("min-max saddle", ("min-max saddle", "minimum"))
    assert kind(" Min_Max SADDLE. ").is_correct
    assert "minimum" in kind("hill").message
    assert "is not it" in kind("Minimum").message
    assert "got 3" in kind(3).message
    with pytest.raises(ValueError, match="expected must be one of"):
        choice("hill", ("saddle",))


def test_directions_compare_up_to_sign_and_length():
    expect = direction([1.0, 1.0])
    for same in ([1, 1], [-3, -3], np.array([[1e-300], [1e-300]]), [1, 1.001]):
        assert expect(same).is_correct
    assert "45°" in expect([0, 2]).message
    assert "less than 1°" in expect([1, 1.03]).message
    assert "zero vector" in expect([0, 0]).message
    assert "2 numbers" in expect([1, 1, 1]).message


def test_subspaces_compare_by_their_span():
    rng = np.random.default_rng(0)
    basis = rng.normal(size=(6, 2))
    expect = subspace(basis)
    assert expect(basis @ [[2.0, 1.0], [0.0, -1.0]]).is_correct
    assert "tilted" in expect(rng.normal(size=(6, 2))).message
    assert "combination" in expect(basis[:, [0, 0]]).message
    assert "shape (6, 2)" in expect(basis.T).message


def test_a_free_checker_needs_its_own_detectors():
    even = checker(lambda answer: number(0.0)(answer % 2))
    with pytest.raises(ValueError, match="detector"):
        make(even)
    found = tuple(Misconception(f"wrong {i}", i, "", detect=number(i)) for i in (1.0, 3.0, 5.0))
    toy = make(even, misconceptions=found)
    assert toy.check(4).outcome is Outcome.CORRECT
    assert toy.check(3).misconception == "wrong 3.0"


def test_an_answer_is_what_a_function_names_it_unless_it_cannot_be_named():
    def sign(answer):
        if not isinstance(answer, int):
            return not_yet(f"{answer} is no whole number.")
        return "up" if answer > 0 else "down"

    expect = named(sign, "up", "That goes down.")
    assert expect(3).is_correct
    assert expect(-3).message == "That goes down."
    assert expect(0.5).message == "0.5 is no whole number."
    assert named(sign, "down")(-3).is_correct
    with pytest.raises(ValueError, match="detector"):
        make(expect)


def test_either_of_two_is_enough_and_the_first_one_speaks():
    one = either(number(2.0), number(5.0))
    assert one(2.0).is_correct
    assert one(5.0).is_correct
    assert one(3.0).message == number(2.0)(3.0).message
    assert one.like(7.0)(7.0).is_correct
    assert not one.like(7.0)(5.0).is_correct


def test_one_number_fits_however_it_is_wrapped():
    for expected in ([[3.0]], [3.0], 3.0):
        for answer in (3, [3.0], np.array([[3.0]]), np.float32(3)):
            assert array(expected)(answer).is_correct
    assert not array([[3.0]])(4.0).is_correct
    assert not array([3.0, 3.0])(3.0).is_correct


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_stands_for_its_numbers():
    row = np.matrix([1.0, 2.0])
    for answer in (row, row.T):
        assert array([1.0, 2.0])(answer).is_correct
    assert array([[1.0, 2.0]])(row).is_correct
    assert not array([[1.0, 2.0]])(row.T).is_correct
    assert "[[1, 2]]" in number(1.0)(row).message
    assert not array([1.0, 2.0])(np.array([[1.0, 2.0]])).is_correct


def test_several_names_need_one_look_at_an_answer():
    looks = []

    def name(answer):
        looks.append(answer)
        return "odd" if answer % 2 else "even"

    wrongs = tuple(Misconception(one, 1, f"{one}.", detect=named(name, one)) for one in ("a", "b", "odd"))
    toy = make(named(name, "even"), misconceptions=wrongs, right_answers=(2, 4))
    assert toy.check(3).misconception == "odd"
    assert looks == [3, 3]
