"""Critical points: finding them, certifying them, and making them exactly."""

from course_utils.critical_points.certify import CriticalPoint, certify, residual_by_cutoff
from course_utils.critical_points.embedding import (
    NarrowerNetwork,
    embedded_critical_points,
    split_patterns,
    split_unit,
    zero_unit_patterns,
)
from course_utils.critical_points.exhaustive import Census, every_critical_point
from course_utils.critical_points.linear_autoencoder import ProjectionPoint, linear_autoencoder_points
from course_utils.critical_points.minimum import find_minimum
from course_utils.critical_points.planar import euler_characteristic, planar_critical_points
from course_utils.critical_points.search import (
    damped_newton_search,
    noisy_path_starts,
    trust_region_search,
)
from course_utils.critical_points.symmetry import align, same_up_to_symmetry, without_duplicates

__all__ = [
    "Census",
    "CriticalPoint",
    "NarrowerNetwork",
    "ProjectionPoint",
    "align",
    "certify",
    "damped_newton_search",
    "embedded_critical_points",
    "euler_characteristic",
    "every_critical_point",
    "find_minimum",
    "linear_autoencoder_points",
    "noisy_path_starts",
    "planar_critical_points",
    "residual_by_cutoff",
    "same_up_to_symmetry",
    "split_patterns",
    "split_unit",
    "trust_region_search",
    "without_duplicates",
    "zero_unit_patterns",
]
