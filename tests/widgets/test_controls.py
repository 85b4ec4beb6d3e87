"""Controls refuse settings that cannot work."""

import pytest

from course_utils.widgets import choice, slider


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: slider("s", 1, 0, 0.5), "low must be less than high"),
        (lambda: slider("s", 0, 1, 2), r"value must lie in \[0, 1\]"),
        (lambda: slider("s", 0, 1, 0.5, log=True), "low must be positive"),
        (lambda: slider("s", 0, 1, None), "value must lie"),
        (lambda: choice("c", []), "options must not be empty"),
        (lambda: choice("c", ["a"], "b"), "c must be one of a"),
    ],
)
def test_controls_that_cannot_work_say_so(build, says):
    with pytest.raises(ValueError, match=says):
        build()
