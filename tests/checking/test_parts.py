"""Answers of several parts."""

import numpy as np
import pytest

from course_utils.checking import Misconception, Outcome
from course_utils.checking.parts import parts
from course_utils.checking.predicates import array, choice, number
from tests.tools.toy_exercise import make

RIGHT = {"size": 3.0, "word": "up", "pair": [1.0, 2.0]}


def exercise():
    accepts = parts(size=number(3.0), word=choice("up", ("up", "down")), pair=array([1.0, 2.0]))
    wrong = tuple(
        Misconception(f"wrong {name}", {**RIGHT, name: value}, f"That is not the {name}.")
        for name, value in (("size", 4.0), ("word", "down"), ("pair", [2.0, 1.0]))
    )
    return make(accepts, right_answers=(RIGHT, RIGHT), misconceptions=wrong)


class Unreadable:
    def _raise(self, *_):
        raise RuntimeError("closed")

    __array__ = __len__ = __float__ = __eq__ = __iter__ = _raise
    __hash__ = object.__hash__


@pytest.mark.parametrize("bad", [Unreadable(), np.zeros(20_000_000), object(), None, print])
def test_a_part_that_cannot_be_read_costs_no_other(bad):
    feedback = exercise().check(**{**RIGHT, "size": bad})
    assert feedback.outcome is Outcome.NOT_YET
    assert feedback.message.startswith("`size`: ")
    assert feedback.message.endswith("Right already: `word`, `pair`.")


def test_a_part_that_is_missing_costs_no_other():
    for given in ({"word": "up", "pair": [1, 2]}, {**RIGHT, "size": ...}):
        feedback = exercise().check(given)
        assert feedback.outcome is Outcome.NOT_ATTEMPTED
        assert feedback.message == "Still to answer: `size`. Right already: `word`, `pair`."
    feedback = exercise().check(word="sideways", pair=[1, 2])
    assert feedback.outcome is Outcome.NOT_YET
    assert "Still to answer: `size`." in feedback.message
    assert feedback.message.startswith("`word`: Expected one of")


def test_a_misconception_is_named_beside_a_missing_part():
    assert exercise().check(word="down", pair=[1, 2]).misconception == "wrong word"


def test_a_part_of_another_name_is_told_and_the_others_are_judged():
    feedback = exercise().check({**RIGHT, "Size": 3.0})
    assert feedback.outcome is Outcome.NOT_YET
    assert feedback.message == "No part is called `Size`: there are `size`, `word`, `pair`."

    misspelled = {"sise": 3.0, "word": "sideways", "pair": [1, 2]}
    feedback = exercise().check(misspelled)
    assert feedback.outcome is Outcome.NOT_YET
    assert feedback.message.startswith(
        "No part is called `sise`: did you mean `size`? `word`: Expected one of"
    )
    assert feedback.message.endswith("Still to answer: `size`. Right already: `pair`.")

    assert exercise().check({7: 3.0}).message.startswith("No part is called `7`: there are `size`,")
    assert exercise().check(sise=..., word="down", pair=[1, 2]).misconception == "wrong word"
