"""Objective, the contract of everything that can be minimised, and the catalogue of test functions."""

from course_utils.objectives.base import Array, Kind, KnownPoint, Objective, as_points

__all__ = ["Array", "Kind", "KnownPoint", "Objective", "as_points"]
