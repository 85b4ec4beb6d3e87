"""Exercises with check, graduated hints and solution, and predictions to commit to before playing.

>>> from course_utils.exercises import exercise
>>> exercise("01.1").check(...).outcome
<Outcome.NOT_ATTEMPTED: 'not attempted'>
"""

from course_utils.exercises.catalogue import all_exercises, exercise, misconceptions
from course_utils.exercises.feedback import Feedback, Outcome

__all__ = ["Feedback", "Outcome", "all_exercises", "exercise", "misconceptions"]
