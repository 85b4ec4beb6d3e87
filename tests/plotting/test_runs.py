"""Runs get names, looks and numbers in words."""

import pytest

from course_utils.plotting.runs import two_digits
from course_utils.plotting.style import SERIES


def test_no_two_series_look_alike_without_colour():
    assert len({(dash, marker) for _, dash, marker in SERIES}) == len(SERIES)
    assert len({color for color, _, _ in SERIES}) == len(SERIES)


@pytest.mark.parametrize(
    ("number", "words"),
    [(0.0, "0"), (-0.0, "0"), (1234, "1200"), (-0.123, "−0.12"), (99.6, "100"), (3e7, "3e+07"), (2.0, "2")],
)
def test_two_digits(number, words):
    assert two_digits(number) == words
