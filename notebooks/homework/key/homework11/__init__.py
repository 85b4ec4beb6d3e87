"""Key to homework 11, second order at scale."""

from key.homework11 import absolute, boundary
from key.homework11.absolute import ABSOLUTE
from key.homework11.boundary import BOUNDARY
from key.homework11.prices import PRICES
from key.homework11.probes import PROBES
from key.homework11.race import RACE

EXERCISES = (PRICES, PROBES, BOUNDARY, ABSOLUTE, RACE)
FRESH = {"hw11.3": boundary.FRESH, "hw11.4": absolute.FRESH}

__all__ = ["EXERCISES", "FRESH"]
