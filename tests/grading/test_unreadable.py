"""Where a value holds what cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.checking.plain import encode
from course_utils.grading.answering import describe
from course_utils.grading.unreadable import holds_placeholder, unreadable


@pytest.mark.parametrize("value", [1, "opaque", ["opaque", "x"], {"opaque": "opaque"}, np.ones(3), None, ...])
def test_what_can_be_read_has_no_such_place(value):
    assert unreadable(encode(value)) is None


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (lambda lost: lost, ""),
        (lambda lost: [1, lost, lost], "[1]"),
        (lambda lost: {"larger": 1, "smaller": (2, [lost])}, "['smaller'][1][0]"),
        (lambda lost: {3: lost}, "[3]"),
        (lambda lost: {(1, 2): lost}, "[…]"),
        (lambda lost: {lost}, ""),
        (lambda lost: np.array([None, lost]), "[1]"),
    ],
)
def test_the_first_place_is_told(value, place):
    assert unreadable(encode(value(object()))) == (place, "object")


@pytest.mark.parametrize("forged", [[], ["opaque"], ["list", 7], ["dict", [1, [2]]], {}, [["opaque"]]])
def test_forged_data_does_no_harm(forged):
    assert unreadable(forged) in (None, ("", ""))


def test_wide_data_is_looked_at_for_a_while_only():
    wide = ["list", []]
    for _ in range(40):
        wide = ["list", [wide] * 40]
    assert unreadable(wide) is None


def unwritten(x): ...


def written(x):
    return x


@pytest.mark.parametrize("value", [..., [1, ...], {"a": ..., "b": 2}, (..., ...), unwritten])
def test_placeholders_are_told(value):
    assert holds_placeholder(describe(value))


@pytest.mark.parametrize(
    "value", [None, 0, "...", [], {}, {"ellipsis": 1}, ["ellipsis"], np.ones(2), written]
)
def test_what_is_written_is_no_placeholder(value):
    assert not holds_placeholder(describe(value))
