"""Exercises of homework 02, ill-conditioning and step size."""

from course_utils.exercises.homework02.digits import RISING_LOSS
from course_utils.exercises.homework02.last_step import BARZILAI_BORWEIN, barzilai_borwein
from course_utils.exercises.homework02.pixels import PIXELS
from course_utils.exercises.homework02.power_iteration import LARGEST_EIGENVALUE, ProductsOf, ProductsOnly
from course_utils.exercises.homework02.prediction import STEP_RULES
from course_utils.exercises.homework02.spectrum import RATES

EXERCISES = (RATES, STEP_RULES, BARZILAI_BORWEIN, LARGEST_EIGENVALUE, RISING_LOSS, PIXELS)

__all__ = ["EXERCISES", "ProductsOf", "ProductsOnly", "barzilai_borwein"]
