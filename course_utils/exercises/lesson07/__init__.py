"""Exercises of lesson 07, random landscapes."""

from course_utils.exercises.lesson07.glasses import GROUND_STATE, PREDICTED_INDEX, SPHERE_STEP
from course_utils.exercises.lesson07.networks import ASSUMPTIONS
from course_utils.exercises.lesson07.spectra import GAPS, RADIUS, SADDLES_PER_MINIMUM
from course_utils.exercises.lesson07.volumes import DISTANCES, SHELL

EXERCISES = (
    SHELL,
    DISTANCES,
    RADIUS,
    GAPS,
    SADDLES_PER_MINIMUM,
    PREDICTED_INDEX,
    SPHERE_STEP,
    GROUND_STATE,
    ASSUMPTIONS,
)
