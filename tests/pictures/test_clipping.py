"""The pictures of clipped directions and averages."""

import pytest

from course_utils import pictures
from tests.tools.scenes import exercise_every_control


@pytest.mark.parametrize("make", [pictures.clip_directions, pictures.clipped_average])
def test_every_control_of_the_clipping_pictures(make):
    picture = make()
    assert exercise_every_control(picture) > 0
    assert picture.alt
