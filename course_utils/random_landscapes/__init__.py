"""Random functions and their Hessians: what high dimension does when nothing else is known."""

from course_utils.random_landscapes.network_hessian import (
    critical_energy,
    left_edge,
    negative_share,
    network_density,
    sample_network_hessian,
)
from course_utils.random_landscapes.symmetric_matrices import (
    EXACT_ALL_POSITIVE,
    REPULSION,
    estimate_all_positive,
    sample_goe,
    semicircle_below,
    semicircle_density,
)

__all__ = [
    "EXACT_ALL_POSITIVE",
    "REPULSION",
    "critical_energy",
    "estimate_all_positive",
    "left_edge",
    "negative_share",
    "network_density",
    "sample_goe",
    "sample_network_hessian",
    "semicircle_below",
    "semicircle_density",
]
