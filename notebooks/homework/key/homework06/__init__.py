"""Key to homework 06, saddle-free Newton."""

from key.homework06 import truncated, trust_region
from key.homework06.digits import ON_DIGITS
from key.homework06.ends import ENDS
from key.homework06.escape import ESCAPE
from key.homework06.truncated import TRUNCATED
from key.homework06.trust_region import TRUST_REGION

EXERCISES = (ESCAPE, TRUNCATED, ENDS, TRUST_REGION, ON_DIGITS)
FRESH = {"hw06.2": truncated.FRESH, "hw06.4": trust_region.FRESH}

__all__ = ["EXERCISES", "FRESH"]
