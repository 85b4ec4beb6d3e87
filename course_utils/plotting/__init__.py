"""Figures in one look, each with a description for those who do not see it."""

from course_utils.plotting.basins import basin_name, basin_palette, basins
from course_utils.plotting.curves import curve, loss_curves
from course_utils.plotting.landscapes import contour, surface_and_contour
from course_utils.plotting.lines import lines
from course_utils.plotting.pictures import images
from course_utils.plotting.spectra import polar_curvature, spectrum
from course_utils.plotting.style import COLORS, DASHES, MARKERS, SERIES, CourseFigure, figure, style

__all__ = [
    "COLORS",
    "DASHES",
    "MARKERS",
    "SERIES",
    "CourseFigure",
    "basin_name",
    "basin_palette",
    "basins",
    "contour",
    "curve",
    "figure",
    "images",
    "lines",
    "loss_curves",
    "polar_curvature",
    "spectrum",
    "style",
    "surface_and_contour",
]
