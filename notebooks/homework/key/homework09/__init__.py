"""Key to homework 09, seeing the landscape."""

from key.homework09 import components, passes
from key.homework09.components import COMPONENTS
from key.homework09.counts import COUNTS
from key.homework09.nulls import NULLS
from key.homework09.passes import PASSES
from key.homework09.pictures import PICTURES
from key.homework09.planes import PLANES

EXERCISES = (NULLS, COMPONENTS, PLANES, COUNTS, PASSES, PICTURES)
FRESH = {"hw09.2": components.FRESH, "hw09.5": passes.FRESH}

__all__ = ["EXERCISES", "FRESH"]
