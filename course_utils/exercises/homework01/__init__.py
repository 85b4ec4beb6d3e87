"""Homework 01, curvature and Hessians: visible checks without their key (see `checking.released`)."""

from functools import partial
from pathlib import Path

from course_utils.checking.predicates import choice
from course_utils.checking.released import read
from course_utils.exercises.homework01.flawed import (
    DETECTORS,
    FlawedGradient,
    finds_mistakes,
    gradients,
    with_a_zero_entry,
)

KINDS = ("minimum", "maximum", "saddle", "degenerate", "not stationary")
EXERCISES = read(
    Path(__file__).with_name("checks.json"),
    own={"hw01.4": finds_mistakes(gradients()), **DETECTORS},
    results={"hw01.5": partial(choice, options=KINDS)},
)

__all__ = ["EXERCISES", "KINDS", "FlawedGradient", "with_a_zero_entry"]
