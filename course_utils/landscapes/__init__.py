"""Low-dimensional looks at a loss of many parameters: lines, curves, planes, and paths seen from them."""

from course_utils.landscapes.barrier import LineLoss, largest_rise, straight_line
from course_utils.landscapes.basins import NOWHERE, ON_A_CYCLE, BasinMap, basin_map, local_minima, settled_at
from course_utils.landscapes.curve import BentCurve
from course_utils.landscapes.directions import normalize_filters, random_directions
from course_utils.landscapes.projection import ProjectedRun, project_onto_line, projected_run
from course_utils.landscapes.random_walk import projected_walk, random_walk, walk_residual
from course_utils.landscapes.rank_correlation import rank_correlation
from course_utils.landscapes.subspace import Subspace, plane_through
from course_utils.landscapes.threshold_dimension import MedianInterval, median_interval, threshold_dimension
from course_utils.landscapes.trajectory import PathComponents, principal_components, random_walk_share
from course_utils.landscapes.wedges import PlanePoint, Wedges, nearest_on_plane

__all__ = [
    "NOWHERE",
    "ON_A_CYCLE",
    "BasinMap",
    "BentCurve",
    "LineLoss",
    "MedianInterval",
    "PathComponents",
    "PlanePoint",
    "ProjectedRun",
    "Subspace",
    "Wedges",
    "basin_map",
    "largest_rise",
    "local_minima",
    "median_interval",
    "nearest_on_plane",
    "normalize_filters",
    "plane_through",
    "principal_components",
    "project_onto_line",
    "projected_run",
    "projected_walk",
    "random_directions",
    "random_walk",
    "random_walk_share",
    "rank_correlation",
    "settled_at",
    "straight_line",
    "threshold_dimension",
    "walk_residual",
]
