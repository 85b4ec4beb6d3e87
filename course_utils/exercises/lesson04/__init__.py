"""Exercises of lesson 04, saddle points."""

from course_utils.exercises.lesson04.chance import ALL_POSITIVE, SEPARABLE
from course_utils.exercises.lesson04.escape import ESCAPE_STEPS, EXACTLY_THERE, ONE_STEP
from course_utils.exercises.lesson04.own_rule import OWN_ESCAPE
from course_utils.exercises.lesson04.spare_units import SPARE_UNITS

EXERCISES = (ESCAPE_STEPS, ONE_STEP, EXACTLY_THERE, ALL_POSITIVE, SEPARABLE, SPARE_UNITS, OWN_ESCAPE)
