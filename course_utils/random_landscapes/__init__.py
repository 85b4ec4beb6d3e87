"""Random functions and their Hessians: what high dimension does when nothing else is known."""

from course_utils.random_landscapes.complexity import (
    complexity,
    ground_state_energy,
    predicted_index,
    threshold_energy,
)
from course_utils.random_landscapes.concentration import (
    band_fraction,
    pair_distances,
    sample_ball,
    shell_fraction,
)
from course_utils.random_landscapes.edge import (
    neighbour_gaps,
    sample_largest_eigenvalues,
    tracy_widom,
    tracy_widom_moments,
    wigner_surmise,
)
from course_utils.random_landscapes.gaussian_field import (
    GaussianField,
    expected_critical_points,
)
from course_utils.random_landscapes.network_hessian import (
    critical_energy,
    left_edge,
    negative_share,
    network_density,
    sample_network_hessian,
)
from course_utils.random_landscapes.sphere import (
    SpherePoints,
    descend_on_sphere,
    look_at,
    newton_on_sphere,
    tangent_basis,
    tangent_hessian,
)
from course_utils.random_landscapes.spin_glass import SphericalSpinGlass
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
    "GaussianField",
    "SpherePoints",
    "SphericalSpinGlass",
    "band_fraction",
    "complexity",
    "critical_energy",
    "descend_on_sphere",
    "estimate_all_positive",
    "expected_critical_points",
    "ground_state_energy",
    "left_edge",
    "look_at",
    "negative_share",
    "neighbour_gaps",
    "network_density",
    "newton_on_sphere",
    "pair_distances",
    "predicted_index",
    "sample_ball",
    "sample_goe",
    "sample_largest_eigenvalues",
    "sample_network_hessian",
    "semicircle_below",
    "semicircle_density",
    "shell_fraction",
    "tangent_basis",
    "tangent_hessian",
    "threshold_energy",
    "tracy_widom",
    "tracy_widom_moments",
    "wigner_surmise",
]
