"""Exercises of lesson 08, escape."""

from course_utils.exercises.lesson08.curvature import LEAVING_STEP, OWN_REGION
from course_utils.exercises.lesson08.kindness import HALVINGS, STRICT
from course_utils.exercises.lesson08.noise import ALONG, WAITING
from course_utils.exercises.lesson08.reports import CENSORED, FROM_THE_TOP

EXERCISES = (STRICT, HALVINGS, WAITING, ALONG, LEAVING_STEP, OWN_REGION, FROM_THE_TOP, CENSORED)
