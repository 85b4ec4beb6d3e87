"""Random functions and their Hessians: what high dimension does when nothing else is known."""

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
    "estimate_all_positive",
    "sample_goe",
    "semicircle_below",
    "semicircle_density",
]
