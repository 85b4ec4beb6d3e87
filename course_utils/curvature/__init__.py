"""Curvature: classification of stationary points, models of a step, spectra of large Hessians."""

from course_utils.curvature.classify import Classification, classify, classify_point, condition_number
from course_utils.curvature.density import SpectralDensity, TraceEstimate, hutchinson_trace, spectral_density
from course_utils.curvature.extreme import EigenpairsResult, extreme_eigenpairs
from course_utils.curvature.krylov import LanczosResult, lanczos
from course_utils.curvature.model import (
    StepModel,
    directional_curvature,
    optimal_step_size,
    step_model,
    taylor_model,
)

__all__ = [
    "Classification",
    "EigenpairsResult",
    "LanczosResult",
    "SpectralDensity",
    "StepModel",
    "TraceEstimate",
    "classify",
    "classify_point",
    "condition_number",
    "directional_curvature",
    "extreme_eigenpairs",
    "hutchinson_trace",
    "lanczos",
    "optimal_step_size",
    "spectral_density",
    "step_model",
    "taylor_model",
]
