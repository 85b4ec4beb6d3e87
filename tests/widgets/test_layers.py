"""Numbers in words."""

import numpy as np
import pytest

from course_utils.widgets import number


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
