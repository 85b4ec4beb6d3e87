"""Curvature: classification of stationary points, models of a step, spectra of large Hessians."""

from course_utils.curvature.classify import Classification, classify, classify_point, condition_number
from course_utils.curvature.model import (
    StepModel,
    directional_curvature,
    optimal_step_size,
    step_model,
    taylor_model,
)

__all__ = [
    "Classification",
    "StepModel",
    "classify",
    "classify_point",
    "condition_number",
    "directional_curvature",
    "optimal_step_size",
    "step_model",
    "taylor_model",
]
