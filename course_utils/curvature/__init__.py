"""Curvature: classification of stationary points, models of a step, spectra of large Hessians."""

from course_utils.curvature.classify import Classification, classify, classify_point, condition_number
from course_utils.curvature.density import SpectralDensity, spectral_density
from course_utils.curvature.extreme import EigenpairsResult, extreme_eigenpairs
from course_utils.curvature.krylov import LanczosResult, lanczos
from course_utils.curvature.model import (
    StepModel,
    directional_curvature,
    optimal_step_size,
    step_model,
    taylor_model,
)
from course_utils.curvature.reduction import TridiagonalForm, tridiagonal_form
from course_utils.curvature.trace import DiagonalEstimate, TraceEstimate, diagonal, trace

__all__ = [
    "Classification",
    "DiagonalEstimate",
    "EigenpairsResult",
    "LanczosResult",
    "SpectralDensity",
    "StepModel",
    "TraceEstimate",
    "TridiagonalForm",
    "classify",
    "classify_point",
    "condition_number",
    "diagonal",
    "directional_curvature",
    "extreme_eigenpairs",
    "lanczos",
    "optimal_step_size",
    "spectral_density",
    "step_model",
    "taylor_model",
    "trace",
    "tridiagonal_form",
]
