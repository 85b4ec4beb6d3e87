"""Experiments behind the course on high-dimensional non-convex optimization."""

from course_utils.console import show_every_sign
from course_utils.memory import give_back_after_cells

__version__ = "0.1.0"

give_back_after_cells()
show_every_sign()
