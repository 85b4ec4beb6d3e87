"""Homework 03, local minima and symmetry: visible checks without their key (see `checking.released`)."""

from pathlib import Path

from course_utils.checking.released import read
from course_utils.exercises.homework03.forms import DETECTORS, examples, faults, has_one_form
from course_utils.exercises.homework03.minima import finds, finds_unmerged, finds_unsorted

EXERCISES = read(
    Path(__file__).with_name("checks.json"),
    own={
        "hw03.2": has_one_form(examples()),
        "hw03.3": finds,
        "minima in the order of discovery": finds_unsorted,
        "ends compared to all digits": finds_unmerged,
        **DETECTORS,
    },
)

__all__ = ["EXERCISES", "faults"]
