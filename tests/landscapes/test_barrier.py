"""The barrier on the straight line between two points."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.landscapes import largest_rise, straight_line
from course_utils.objectives import quadratic


def test_barrier_is_measured_from_the_line_between_the_ends():
    saddle = objectives.himmelblau()
    line = straight_line(saddle, [3.0, 2.0], [3.584428, -1.848126], 201)
    assert line.loss[[0, -1]] == pytest.approx([0, 0], abs=1e-6)
    assert line.barrier == pytest.approx(line.loss.max(), abs=1e-6)
    assert line.barrier > 10


def test_a_slope_and_a_bowl_have_no_barrier():
    slope = objectives.from_function(lambda x: 3 * x[0] + x[1], 2)
    assert straight_line(slope, [0, 0], [1, 1]).barrier == pytest.approx(0, abs=1e-12)
    assert straight_line(quadratic([1.0, 2.0]), [-1, 0], [2, 1]).barrier == 0


def test_bad_lines_are_refused():
    bowl = quadratic([1.0, 1.0])
    with pytest.raises(ValueError, match="start must be one point"):
        straight_line(bowl, [[0, 0]], [1, 1])
    with pytest.raises(ValueError, match="count must be a whole number of at least 3"):
        straight_line(bowl, [0, 0], [1, 1], 2)


def test_the_largest_rise_is_over_all_pairs_in_order():
    assert largest_rise([3.0, 1.0, 2.0, 0.5, 1.9, 1.0]) == pytest.approx(1.4)
    assert largest_rise([3.0, 2.0, 2.0, -1.0]) == 0
    assert largest_rise([1.0]) == 0


@pytest.mark.parametrize("values", [[], [[1.0, 2.0]], [1.0, np.nan]])
def test_a_rise_needs_finite_values(values):
    with pytest.raises(ValueError, match="values must be finite"):
        largest_rise(values)
