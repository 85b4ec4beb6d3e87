"""Key to homework 03, local minima and symmetry."""

from key.homework03 import canonical, starts
from key.homework03.canonical import CANONICAL_FORM
from key.homework03.copies import DISTINCT_COPIES
from key.homework03.digits import DIGITS_MINIMA
from key.homework03.linear import LINEAR_SADDLES
from key.homework03.starts import MULTI_START, multi_start, same_minima

EXERCISES = (DISTINCT_COPIES, CANONICAL_FORM, MULTI_START, DIGITS_MINIMA, LINEAR_SADDLES)
FRESH = {"hw03.2": canonical.FRESH, "hw03.3": starts.FRESH}

__all__ = ["EXERCISES", "FRESH", "multi_start", "same_minima"]
