"""Key to homework 08, escape."""

from key.homework08 import chain, cubic
from key.homework08.chain import CHAIN
from key.homework08.copies import COPIES
from key.homework08.cubic import CUBIC
from key.homework08.noise import NOISE
from key.homework08.strict import STRICT
from key.homework08.waits import WAITS

EXERCISES = (STRICT, CHAIN, WAITS, COPIES, CUBIC, NOISE)
FRESH = {"hw08.2": chain.FRESH, "hw08.5": cubic.FRESH}

__all__ = ["EXERCISES", "FRESH"]
