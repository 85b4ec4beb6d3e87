"""The picture of how products of Jacobians grow."""

from course_utils import pictures
from tests.tools.networks import text_network
from tests.tools.scenes import exercise_every_control


def test_every_control_of_the_jacobian_picture():
    picture = pictures.jacobian_growth(*text_network())
    assert exercise_every_control(picture) > 0
    assert picture.alt
