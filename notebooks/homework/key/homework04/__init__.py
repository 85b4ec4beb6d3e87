"""Key to homework 04, saddle points."""

from key.homework04 import judge as verdicts
from key.homework04 import kicks
from key.homework04.chance import CHANCE
from key.homework04.judge import JUDGE
from key.homework04.kicks import KICKS, kicks_of
from key.homework04.momentum import MOMENTUM_ESCAPE
from key.homework04.newton import NEWTON_RATES
from key.homework04.spare_unit import SPARE_UNIT

EXERCISES = (MOMENTUM_ESCAPE, KICKS, JUDGE, CHANCE, SPARE_UNIT, NEWTON_RATES)
FRESH = {"hw04.2": kicks.FRESH, "hw04.3": verdicts.FRESH}

__all__ = ["EXERCISES", "FRESH", "kicks_of"]
