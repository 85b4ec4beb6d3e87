"""The long runs behind the lessons; ``data/`` ships their results.

``python -m course_utils.experiments --list`` names them, and the same command with a name runs one or goes
on where it stopped. How they are run is told in `course_utils.running`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_utils.running import Experiment

BUILT_IN: tuple[str, ...] = (
    "course_utils.experiments.autoencoder:AUTOENCODER",
    "course_utils.experiments.autoencoder:AUTOENCODER_SMALL",
    "course_utils.experiments.critical_levels:CRITICAL_LEVELS",
    "course_utils.experiments.critical_points:CRITICAL_POINTS",
    "course_utils.experiments.critical_spectra:CRITICAL_SPECTRA",
    "course_utils.experiments.deep_critical_points:DEEP_CRITICAL_POINTS",
    "course_utils.experiments.escape:ESCAPE",
    "course_utils.experiments.exact_methods:EXACT_METHODS",
    "course_utils.experiments.random_landscapes:RANDOM_LANDSCAPES",
    "course_utils.experiments.saddle_free_newton:SADDLE_FREE_NEWTON",
    "course_utils.experiments.student_teacher:STUDENT_TEACHER",
    "course_utils.experiments.subspace_training:SUBSPACE_TRAINING",
    "course_utils.experiments.text_clipping:TEXT_CLIPPING",
    "course_utils.experiments.text_model:TEXT_MODEL",
)
"""The course's own experiments as "module:attribute", imported when they are asked for."""

RESUME = "finished tasks are kept, run the same command to resume"
"""What the command says however it was ended."""


def catalogue() -> dict[str, Experiment]:
    """Return the course's experiments by name."""
    from course_utils.running import named  # with NumPy, whose import the command must be able to interrupt

    return {experiment.name: experiment for experiment in map(named, BUILT_IN)}


__all__ = ["BUILT_IN", "RESUME", "catalogue"]
