"""The exercises of the course, a module a lesson and a homework, and what notebooks need to show them.

>>> from course_utils.exercises import exercise
>>> exercise("01.1").check(...).outcome
<Outcome.NOT_ATTEMPTED: 'not attempted'>

How an exercise is written is told in `course_utils.checking`.
"""

from typing import TYPE_CHECKING

from course_utils.checking import Catalogue, Progress, award

if TYPE_CHECKING:
    from course_utils.checking import ProgressMap

progress = Progress("nonconvex-course")
"""The reader's own progress: what was solved and predicted, in a file on the reader's own machine."""

_COURSE = Catalogue(__name__, progress)
exercise = _COURSE.exercise
predict = _COURSE.predict
all_exercises = _COURSE.all_exercises
misconceptions = _COURSE.misconceptions


def where_was_i() -> "ProgressMap":
    """Return a map of what the reader has solved and predicted, and what comes next."""
    from course_utils.checking import ProgressMap  # here, for what the import of ipywidgets costs

    return ProgressMap(progress, _COURSE.contents())


__all__ = ["all_exercises", "award", "exercise", "misconceptions", "predict", "progress", "where_was_i"]
