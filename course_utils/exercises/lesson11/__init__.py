"""Exercises of lesson 11, second order at scale."""

from course_utils.exercises.lesson11.claims import LEAVING
from course_utils.exercises.lesson11.curvatures import ABSOLUTE, LOW_RANK
from course_utils.exercises.lesson11.diagonals import CLIPPED, ROWS
from course_utils.exercises.lesson11.matrices import BOTH_SIDES, STORAGE

EXERCISES = (ABSOLUTE, LOW_RANK, ROWS, CLIPPED, BOTH_SIDES, STORAGE, LEAVING)
