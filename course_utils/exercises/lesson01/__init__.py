"""Exercises of lesson 01, curvature and Hessians."""

from course_utils.exercises.lesson01.landscape import OWN_LANDSCAPE
from course_utils.exercises.lesson01.products import HVP, MEAN_CURVATURE
from course_utils.exercises.lesson01.shapes import CLASSIFY, MOST_NEGATIVE
from course_utils.exercises.lesson01.steps import CURVATURE_ALONG, DECREASE

EXERCISES = (DECREASE, CURVATURE_ALONG, MOST_NEGATIVE, CLASSIFY, HVP, OWN_LANDSCAPE, MEAN_CURVATURE)
