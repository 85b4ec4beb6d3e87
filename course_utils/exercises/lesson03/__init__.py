"""Exercises of lesson 03, local minima and symmetry."""

from course_utils.exercises.lesson03.between import BARRIER, MATCH
from course_utils.exercises.lesson03.landscape import DECEPTIVE
from course_utils.exercises.lesson03.units import COPIES, FLAT_DIRECTION, SWAP
from course_utils.exercises.lesson03.verdicts import VERDICTS

EXERCISES = (DECEPTIVE, COPIES, SWAP, FLAT_DIRECTION, MATCH, BARRIER, VERDICTS)
