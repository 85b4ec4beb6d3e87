"""Exercises of lesson 09, seeing the landscape."""

from course_utils.exercises.lesson09.hidden import HIDDEN_SADDLE
from course_utils.exercises.lesson09.lines import MONOTONE, PROJECT, WALK
from course_utils.exercises.lesson09.slices import EFFECTIVE, NORMALIZE
from course_utils.exercises.lesson09.subspaces import D90, GRADIENT, WEDGES
from course_utils.exercises.lesson09.tools import TOOLS

EXERCISES = (MONOTONE, PROJECT, WALK, NORMALIZE, HIDDEN_SADDLE, EFFECTIVE, GRADIENT, D90, WEDGES, TOOLS)
