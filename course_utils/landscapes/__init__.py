"""Low-dimensional looks at a loss of many parameters: lines, planes, and paths seen from them."""

from course_utils.landscapes.barrier import LineLoss, straight_line
from course_utils.landscapes.basins import BasinMap, basin_map, local_minima
from course_utils.landscapes.projection import ProjectedRun, project_onto_line, projected_run

__all__ = [
    "BasinMap",
    "LineLoss",
    "ProjectedRun",
    "basin_map",
    "local_minima",
    "project_onto_line",
    "projected_run",
    "straight_line",
]
