"""The pictures of cliffs."""

import numpy as np
import pytest

from course_utils import pictures
from course_utils.objectives import RecurrentCliff
from course_utils.pictures.cliffs import states_and_slopes
from tests.tools.scenes import exercise_every_control


def test_slopes_agree_with_the_exact_gradient_and_with_the_geometric_sum():
    s, slope = states_and_slopes(6.0, -2.9, 12)
    exact = RecurrentCliff(12).gradient([6.0, -2.9])[1]
    np.testing.assert_allclose(2 * (s[-1] - 0.7) * slope[-1], exact, rtol=1e-12)
    np.testing.assert_allclose(states_and_slopes(5.0, -2.5, 9)[1][-1], np.sum(1.25 ** np.arange(9)) / 4)


@pytest.mark.parametrize("make", [pictures.iterated_unit, pictures.catapult])
def test_every_control_of_the_cliff_pictures(make):
    picture = make()
    assert exercise_every_control(picture) > 0
    assert picture.alt


def test_the_catapult_without_a_leash_leaves_and_with_it_stays():
    rows = {row[0]: row for row in pictures.catapult().readout.rows}
    assert float(rows["no clipping"][1]) > 3
    assert float(rows["clip the norm"][1]) == pytest.approx(0.5)
    assert rows["no clipping"][3] == "not yet"
    assert rows["clip the norm"][3].startswith("step")
