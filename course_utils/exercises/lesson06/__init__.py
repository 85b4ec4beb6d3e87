"""Exercises of lesson 06, saddle-free Newton."""

from course_utils.exercises.lesson06.scale import COST, SUBSPACE
from course_utils.exercises.lesson06.steps import ONE_STEP, OWN_STEP, WHERE
from course_utils.exercises.lesson06.trust_region import ABSOLUTE, BEST_STEP

EXERCISES = (ONE_STEP, ABSOLUTE, BEST_STEP, WHERE, OWN_STEP, COST, SUBSPACE)
