"""Homework 04, saddle points: visible checks without their key (see `checking.released`)."""

from pathlib import Path

from course_utils.checking.released import read
from course_utils.exercises.homework04.kicks import DETECTORS, VISIBLE, keeps_rule
from course_utils.exercises.homework04.rule import Task, kick_faults
from course_utils.exercises.homework04.verdicts import judges

EXERCISES = read(
    Path(__file__).with_name("checks.json"),
    own={"hw04.2": keeps_rule(VISIBLE), **DETECTORS},
    results={"hw04.3": judges},
)

__all__ = ["EXERCISES", "Task", "kick_faults"]
