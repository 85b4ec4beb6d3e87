"""The pictures of clipped directions and averages."""

import pytest

from course_utils import pictures
from tests.tools.scenes import exercise_every_control


@pytest.mark.parametrize("make", [pictures.clip_directions, pictures.clipped_average])
def test_every_control_of_the_clipping_pictures(make):
    picture = make()
    assert exercise_every_control(picture) > 0
    assert picture.alt


def test_the_first_threshold_does_not_tell_where_clipped_descent_rests():
    picture = pictures.clipped_average()
    shown = dict(picture.readout.rows)
    assert shown["rest of clipped descent"] == shown["mean: the minimum"]
    picture.set("threshold", 0.1)
    shown = dict(picture.readout.rows)
    assert abs(float(shown["rest of clipped descent"]) - float(shown["median"])) < 0.5
