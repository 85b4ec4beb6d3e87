"""Numbers in words, and the steps of a run."""

import numpy as np
import pytest

from course_utils.widgets import Line, Panel, Points, number
from course_utils.widgets.layers import line_steps
from course_utils.widgets.messages import encode


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.43621, "0.4362"),
        (-12.5, "−12.5"),
        (1234567.0, "1.235·10⁶"),
        (2.3e-7, "2.3·10⁻⁷"),
        (-1e-30, "−1·10⁻³⁰"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "NaN"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text


def test_a_run_brings_its_name_and_its_steps():
    points = [(0.0, 1.0), (1.0, 0.5), (3.0, 0.2)]
    assert line_steps(Line(points, run="Adam")) is None
    assert line_steps(Line(points, run="Adam", steps=np.array([0, 10, 40]))) == [0, 10, 40]
    window = (0.0, 3.0, 0.0, 1.0)
    described, _ = encode(
        [Panel()], [[Line(points, run="Adam", steps=[0, 10, 40]), Points(points)]], [window]
    )
    line, markers = described[0]["layers"]
    assert (line["run"], line["steps"]) == ("Adam", [0, 10, 40])
    assert "run" not in markers


@pytest.mark.parametrize("steps", [[0, 1], [0, 1, 1], [-1, 0, 1], [0.0, 1.0, 2.0], [[0, 1, 2]]])
def test_steps_that_do_not_fit_are_refused(steps):
    with pytest.raises(ValueError, match="steps must be increasing whole numbers ≥ 0, one a point, got"):
        line_steps(Line([(0.0, 1.0), (1.0, 0.5), (3.0, 0.2)], run="Adam", steps=steps))
