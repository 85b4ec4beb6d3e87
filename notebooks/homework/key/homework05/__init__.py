"""Key to homework 05, cliffs and clipping."""

from key.homework05 import adaptive, global_norm, truncation
from key.homework05.adaptive import ADAPTIVE
from key.homework05.global_norm import GLOBAL_NORM
from key.homework05.products import POWERS, WALL
from key.homework05.text import ON_TEXT
from key.homework05.truncation import TRUNCATION

EXERCISES = (WALL, GLOBAL_NORM, POWERS, TRUNCATION, ADAPTIVE, ON_TEXT)
FRESH = {"hw05.2": global_norm.FRESH, "hw05.4": truncation.FRESH, "hw05.5": adaptive.FRESH}

__all__ = ["EXERCISES", "FRESH"]
