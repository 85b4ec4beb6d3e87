"""Homework 05, cliffs and clipping: the visible checks."""

from course_utils.exercises.homework05.adaptive import ADAPTIVE
from course_utils.exercises.homework05.global_norm import GLOBAL_NORM
from course_utils.exercises.homework05.products import POWERS, WALL
from course_utils.exercises.homework05.text import ON_TEXT
from course_utils.exercises.homework05.truncation import TRUNCATION

EXERCISES = (WALL, GLOBAL_NORM, POWERS, TRUNCATION, ADAPTIVE, ON_TEXT)
