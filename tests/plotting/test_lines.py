"""Curves given by their numbers."""

import numpy as np
import pytest

from course_utils import plotting
from course_utils.plotting.lines import lines


def test_curves_differ_in_colour_dash_and_marker():
    x = np.arange(1.0, 50.0)
    figure = lines({"a": (x, x), "b": (x, x**2)}, x="steps", y="f", alt="two curves", log_x=True, log_y=True)
    first, second = figure.axes[0].get_lines()
    assert first.get_color() != second.get_color()
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_marker() != second.get_marker()
    assert figure.alt == "two curves"
    assert figure.axes[0].get_xscale() == figure.axes[0].get_yscale() == "log"
    assert figure.png().startswith(b"\x89PNG")


def test_dots_and_ends_in_given_axes():
    with plotting.figure(6, 3, alt="two panels") as whole:
        left, right = whole.subplots(1, 2)
        assert (
            lines({"a": ([0, 1], [2, 3])}, x="x", y="y", alt="", dots=True, low=0, high=9, axes=left) is whole
        )
    assert left.get_ylim() == (0, 9)
    assert left.get_lines()[0].get_linestyle() == "None"
    assert not right.get_lines()


def test_bad_curves_are_named():
    with pytest.raises(ValueError, match="at least one curve"):
        lines({}, x="x", y="y", alt="none")
    with pytest.raises(ValueError, match=r"curves\['a'\] must be two arrays"):
        lines({"a": ([1, 2], [1])}, x="x", y="y", alt="odd")
