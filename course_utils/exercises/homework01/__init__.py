"""Exercises of homework 01, curvature and Hessians."""

from course_utils.exercises.homework01.classifier import LOGISTIC_HVP, SOFTMAX_HESSIAN, logistic_hvp
from course_utils.exercises.homework01.differences import DIFFERENCE_STEPS
from course_utils.exercises.homework01.digits import DIGITS_CURVATURE
from course_utils.exercises.homework01.gradient_check import (
    GRADIENT_CHECK,
    FlawedGradient,
    with_a_zero_entry,
    wrong_entries,
)
from course_utils.exercises.homework01.stationary import KIND, KINDS, kind

EXERCISES = (SOFTMAX_HESSIAN, LOGISTIC_HVP, DIFFERENCE_STEPS, GRADIENT_CHECK, KIND, DIGITS_CURVATURE)

__all__ = [
    "EXERCISES",
    "KINDS",
    "FlawedGradient",
    "kind",
    "logistic_hvp",
    "with_a_zero_entry",
    "wrong_entries",
]
