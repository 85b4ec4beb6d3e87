"""Homework 02, ill-conditioning and step size: visible checks without their key (see `checking.released`)."""

from pathlib import Path

from course_utils.checking.released import read
from course_utils.exercises.homework02.paths import follows
from course_utils.exercises.homework02.products import ProductsOnly, asks_for_the_gradient, returns

EXERCISES = read(
    Path(__file__).with_name("checks.json"),
    own={
        "hw02.3": follows,
        "hw02.4": returns,
        "gradient taken for the steepest direction": asks_for_the_gradient,
    },
)

__all__ = ["EXERCISES", "ProductsOnly"]
