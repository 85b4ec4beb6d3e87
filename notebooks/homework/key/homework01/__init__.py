"""Key to homework 01, curvature and Hessians."""

from key.homework01 import classifier, gradient_check, stationary
from key.homework01.classifier import LOGISTIC_HVP, SOFTMAX_HESSIAN, logistic_hvp
from key.homework01.differences import DIFFERENCE_STEPS
from key.homework01.digits import DIGITS_CURVATURE
from key.homework01.gradient_check import GRADIENT_CHECK, wrong_entries
from key.homework01.stationary import KIND, kind

EXERCISES = (SOFTMAX_HESSIAN, LOGISTIC_HVP, DIFFERENCE_STEPS, GRADIENT_CHECK, KIND, DIGITS_CURVATURE)
FRESH = {"hw01.2": classifier.FRESH, "hw01.4": gradient_check.FRESH, "hw01.5": stationary.FRESH}

__all__ = ["EXERCISES", "FRESH", "kind", "logistic_hvp", "wrong_entries"]
