"""Exercises of homework 03, local minima and symmetry."""

from course_utils.exercises.homework03.canonical import CANONICAL_FORM, faults
from course_utils.exercises.homework03.copies import DISTINCT_COPIES
from course_utils.exercises.homework03.digits import DIGITS_MINIMA
from course_utils.exercises.homework03.linear import LINEAR_SADDLES
from course_utils.exercises.homework03.starts import MULTI_START, multi_start, same_minima

EXERCISES = (DISTINCT_COPIES, CANONICAL_FORM, MULTI_START, DIGITS_MINIMA, LINEAR_SADDLES)

__all__ = ["EXERCISES", "faults", "multi_start", "same_minima"]
