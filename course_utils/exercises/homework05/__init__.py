"""Homework 05, cliffs and clipping: visible checks without their key (see `checking.released`)."""

from pathlib import Path

from course_utils.checking.released import read
from course_utils.exercises.homework05.arrays import same_arrays

EXERCISES = read(Path(__file__).with_name("checks.json"), results={"hw05.2": same_arrays})
