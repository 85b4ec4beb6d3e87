"""Key to homework 07, random landscapes."""

from key.homework07 import hits, ratios
from key.homework07.hits import HITS
from key.homework07.measured import ON_STORE
from key.homework07.ratios import RATIOS
from key.homework07.shares import SHARES
from key.homework07.units import UNITS
from key.homework07.words import WORDS

EXERCISES = (SHARES, UNITS, RATIOS, HITS, ON_STORE, WORDS)
FRESH = {"hw07.3": ratios.FRESH, "hw07.4": hits.FRESH}

__all__ = ["EXERCISES", "FRESH"]
