"""Exercises of lesson 02, ill-conditioning and step size."""

from course_utils.exercises.lesson02.conditioning import CONDITION_NUMBER, WAY_TO_MINIMUM
from course_utils.exercises.lesson02.own_rule import OWN_RULE
from course_utils.exercises.lesson02.progress import DIRECTIONS_DONE, STEPS_NEEDED
from course_utils.exercises.lesson02.step_sizes import BEST_RATE, BREAK_EVEN, STABILITY_LIMIT

EXERCISES = (
    CONDITION_NUMBER,
    BEST_RATE,
    WAY_TO_MINIMUM,
    BREAK_EVEN,
    STABILITY_LIMIT,
    STEPS_NEEDED,
    OWN_RULE,
    DIRECTIONS_DONE,
)
