"""Exercises of homework 04, saddle points."""

from course_utils.exercises.homework04.chance import CHANCE
from course_utils.exercises.homework04.judge import JUDGE, judge
from course_utils.exercises.homework04.kicks import KICKS
from course_utils.exercises.homework04.momentum import MOMENTUM_ESCAPE
from course_utils.exercises.homework04.newton import NEWTON_RATES
from course_utils.exercises.homework04.rule import Task, kick_faults, kicks_of
from course_utils.exercises.homework04.spare_unit import SPARE_UNIT

EXERCISES = (MOMENTUM_ESCAPE, KICKS, JUDGE, CHANCE, SPARE_UNIT, NEWTON_RATES)

__all__ = ["EXERCISES", "Task", "judge", "kick_faults", "kicks_of"]
