"""Homework 06, saddle-free Newton: the visible checks."""

from course_utils.exercises.homework06.digits import ON_DIGITS
from course_utils.exercises.homework06.ends import ENDS
from course_utils.exercises.homework06.escape import ESCAPE
from course_utils.exercises.homework06.truncated import TRUNCATED
from course_utils.exercises.homework06.trust_region import TRUST_REGION

EXERCISES = (ESCAPE, TRUNCATED, ENDS, TRUST_REGION, ON_DIGITS)
