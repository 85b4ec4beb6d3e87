"""Exercises of lesson 05, cliffs and clipping."""

from course_utils.exercises.lesson05.bias import REST
from course_utils.exercises.lesson05.clipping import CLIP_BY_NORM, CLIPPED_STEP, WIDEST_TURN
from course_utils.exercises.lesson05.products import NO_EXPLOSION, STATE_SLOPE
from course_utils.exercises.lesson05.rule import OWN_RULE

EXERCISES = (STATE_SLOPE, CLIPPED_STEP, CLIP_BY_NORM, WIDEST_TURN, OWN_RULE, NO_EXPLOSION, REST)
