"""Objective, the contract of everything that can be minimised, and the catalogue of test functions."""

from course_utils.objectives.base import Array, Kind, KnownPoint, Objective, as_points
from course_utils.objectives.catalogue import catalogue
from course_utils.objectives.cliff import RecurrentCliff
from course_utils.objectives.detour import Detour, hills_detour
from course_utils.objectives.foreign import ForeignObjective, ParameterArray
from course_utils.objectives.gaussian_landscape import GaussianLandscape
from course_utils.objectives.jax_function import JaxObjective, from_jax
from course_utils.objectives.many_dimensions import Rastrigin, Rosenbrock, SlopedParabola, curvature_trio
from course_utils.objectives.numerical import NumericalObjective, from_function
from course_utils.objectives.octopus import Octopus
from course_utils.objectives.planar import (
    Planar,
    curved_ravine,
    degenerate_valley,
    flat_direction,
    hills,
    himmelblau,
    min_max_saddle,
    monkey_saddle,
    pickled_by_name,
    plateau,
)
from course_utils.objectives.quadratic import Quadratic, quadratic, rotated_quadratic
from course_utils.objectives.strict_saddles import (
    ExpectedPhaseRetrieval,
    MatrixFactorization,
    PhaseRetrieval,
    TensorDecomposition,
)
from course_utils.objectives.tabulated import Tabulated
from course_utils.objectives.torch_module import TorchObjective, from_torch
from course_utils.objectives.two_wells import two_wells
from course_utils.objectives.wells import Wells

__all__ = [
    "Array",
    "Detour",
    "ExpectedPhaseRetrieval",
    "ForeignObjective",
    "GaussianLandscape",
    "JaxObjective",
    "Kind",
    "KnownPoint",
    "MatrixFactorization",
    "NumericalObjective",
    "Objective",
    "Octopus",
    "ParameterArray",
    "PhaseRetrieval",
    "Planar",
    "Quadratic",
    "Rastrigin",
    "RecurrentCliff",
    "Rosenbrock",
    "SlopedParabola",
    "Tabulated",
    "TensorDecomposition",
    "TorchObjective",
    "Wells",
    "as_points",
    "catalogue",
    "curvature_trio",
    "curved_ravine",
    "degenerate_valley",
    "flat_direction",
    "from_function",
    "from_jax",
    "from_torch",
    "hills",
    "hills_detour",
    "himmelblau",
    "min_max_saddle",
    "monkey_saddle",
    "pickled_by_name",
    "plateau",
    "quadratic",
    "rotated_quadratic",
    "two_wells",
]
