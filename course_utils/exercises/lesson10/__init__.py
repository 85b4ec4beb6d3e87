"""Exercises of lesson 10, the critical points of networks."""

from course_utils.exercises.lesson10.linear import INDEX
from course_utils.exercises.lesson10.model import CRITICAL_LEVEL, ENERGY
from course_utils.exercises.lesson10.spectra import SPARE_SPECTRUM
from course_utils.exercises.lesson10.theorems import THEOREMS
from course_utils.exercises.lesson10.trap import RESIDUAL
from course_utils.exercises.lesson10.wider import ZERO_UNITS
from course_utils.exercises.lesson10.xor import PLATEAU

EXERCISES = (INDEX, THEOREMS, PLATEAU, ZERO_UNITS, RESIDUAL, SPARE_SPECTRUM, ENERGY, CRITICAL_LEVEL)
