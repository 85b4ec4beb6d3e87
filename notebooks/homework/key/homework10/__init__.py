"""Key to homework 10, the critical points of networks."""

from key.homework10 import apart, size
from key.homework10.apart import APART
from key.homework10.kinds import KINDS
from key.homework10.measured import TAKEN_APART
from key.homework10.size import SIZE
from key.homework10.twins import TWINS

EXERCISES = (TWINS, KINDS, APART, SIZE, TAKEN_APART)
FRESH = {"hw10.3": apart.FRESH, "hw10.4": size.FRESH}

__all__ = ["EXERCISES", "FRESH"]
