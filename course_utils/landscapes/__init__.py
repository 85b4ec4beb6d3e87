"""Low-dimensional looks at a loss of many parameters: lines, curves, planes, and paths seen from them."""

from course_utils.landscapes.barrier import LineLoss, straight_line
from course_utils.landscapes.basins import NOWHERE, ON_A_CYCLE, BasinMap, basin_map, local_minima, settled_at
from course_utils.landscapes.curve import BentCurve
from course_utils.landscapes.projection import ProjectedRun, project_onto_line, projected_run

__all__ = [
    "NOWHERE",
    "ON_A_CYCLE",
    "BasinMap",
    "BentCurve",
    "LineLoss",
    "ProjectedRun",
    "basin_map",
    "local_minima",
    "project_onto_line",
    "projected_run",
    "settled_at",
    "straight_line",
]
