"""The exercises of the course, a module a lesson and a homework, and what notebooks need to show them.

>>> from course_utils.exercises import exercise
>>> exercise("01.1").check(...).outcome
<Outcome.NOT_ATTEMPTED: 'not attempted'>

How an exercise is written is told in `course_utils.checking`.
"""

from course_utils.checking import Catalogue, award, predict

_COURSE = Catalogue(__name__)
exercise = _COURSE.exercise
all_exercises = _COURSE.all_exercises
misconceptions = _COURSE.misconceptions

__all__ = ["all_exercises", "award", "exercise", "misconceptions", "predict"]
