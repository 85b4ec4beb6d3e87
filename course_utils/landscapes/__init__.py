"""Low-dimensional looks at a loss of many parameters: lines, curves, planes, and paths seen from them."""

from course_utils.landscapes.barrier import LineLoss, straight_line
from course_utils.landscapes.basins import NOWHERE, ON_A_CYCLE, BasinMap, basin_map, local_minima, settled_at
from course_utils.landscapes.curve import BentCurve
from course_utils.landscapes.directions import normalize_filters, random_directions
from course_utils.landscapes.projection import ProjectedRun, project_onto_line, projected_run
from course_utils.landscapes.subspace import Subspace, plane_through
from course_utils.landscapes.trajectory import PathComponents, principal_components, random_walk_share

__all__ = [
    "NOWHERE",
    "ON_A_CYCLE",
    "BasinMap",
    "BentCurve",
    "LineLoss",
    "PathComponents",
    "ProjectedRun",
    "Subspace",
    "basin_map",
    "local_minima",
    "normalize_filters",
    "plane_through",
    "principal_components",
    "project_onto_line",
    "projected_run",
    "random_directions",
    "random_walk_share",
    "settled_at",
    "straight_line",
]
