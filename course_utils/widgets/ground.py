"""The ground of a panel: a landscape shaded by height, with contour lines, computed once and kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import contourpy
import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.plotting.ground import heights_on
from course_utils.plotting.style import GROUND_COLORS
from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.layers import Landscape, Raster

_SHADES = 255
_STRAIGHT = 4e-4  # of a window: a fifth of a pixel in a panel, so that nobody sees what a line has lost


@dataclass(frozen=True)
class Ground:
    """A sampled landscape.

    Attributes
    ----------
    x, y : (columns,) and (rows,) coordinates of the samples.
    values : (rows, columns) heights; where the objective is not finite, its highest finite value.
    levels : (k,) increasing heights of the contour lines, quantiles of the values.
    """

    x: Array
    y: Array
    values: Array
    levels: Array

    @property
    def shades(self) -> Array:
        """Heights as fractions in [0, 1], level by level: (rows, columns)."""
        ends = np.unique(np.concatenate([[self.values.min()], self.levels, [self.values.max()]]))
        return np.interp(self.values, ends, np.linspace(0.0, 1.0, len(ends)))

    def contour_lines(self, levels: Array | None = None) -> Array:
        """Return the lines at ``levels`` as points (m, 2), with a row of NaN between lines."""
        return _lines(self.x, self.y, self.values, self.levels if levels is None else levels)

    def lines_of(self, values: Array, *, stride: int = 1) -> Array:
        """Return the lines of another function at this landscape's levels, as points (m, 2).

        ``values`` (rows, columns) are its heights at every ``stride``-th sample of the grid.
        """
        return _lines(self.x[::stride], self.y[::stride], values, self.levels)


def _lines(x: Array, y: Array, values: Array, levels: Array) -> Array:
    generator = contourpy.contour_generator(x, y, values, name="serial")
    pieces = [np.full((1, 2), np.nan)]
    for level in levels:
        for line in generator.lines(level):
            pieces += [np.asarray(line), np.full((1, 2), np.nan)]
    return np.concatenate(pieces)


def quantile_levels(values: Array, count: int) -> Array:
    """Return at most ``count`` heights with equally much ground between neighbours."""
    return np.unique(np.quantile(values, np.linspace(0, 1, count + 2)[1:-1]))


@lru_cache(maxsize=32)
def sample(objective: Objective, window: Window, resolution: int, levels: int) -> Ground:
    """Evaluate ``objective`` on a grid over ``window``; the same call again costs nothing.

    Raises
    ------
    ValueError
        If the objective does not have two parameters, or is finite nowhere on the grid.
    """
    if objective.dim != 2:
        raise ValueError(f"objective must have dim 2 to be drawn as a landscape, got {objective.dim}")
    x, y = np.linspace(*window[:2], resolution), np.linspace(*window[2:], resolution)
    values = heights_on(objective, x, y)
    finite = np.isfinite(values)
    if not finite.any():
        raise ValueError(f"objective must be finite somewhere in {window}, got {objective.name!r}")
    values = np.where(finite, values, values[finite].max())
    return Ground(x, y, values, quantile_levels(values[finite], levels))


@lru_cache(maxsize=32)
def _unit_lines(layer: Landscape, panel: Panel, window: Window) -> bytes:
    """Return a landscape's contour lines as the browser reads them."""
    ground = sample(layer.objective, window, layer.resolution, layer.levels)
    return _thinned(panel.unit(ground.contour_lines(), window)).astype(np.float32).tobytes()


def _thinned(points: Array) -> Array:
    """Return lines (m, 2) in panel units, NaN between them, without points that lie between their neighbours.

    Every second point goes that is less than `_STRAIGHT` away from the chord of its two neighbours, twice.
    """
    for first in (1, 2, 1, 2):
        inner = np.arange(first, len(points) - 1, 2)
        before, after = points[inner - 1], points[inner + 1]
        chord, way = after - before, points[inner] - before
        area = np.abs(chord[:, 0] * way[:, 1] - chord[:, 1] * way[:, 0])
        length, along = np.hypot(*chord.T), np.sum(chord * way, axis=1)
        between = (along > 0) & (along < length**2)  # never where NaN is a neighbour
        points = np.delete(points, inner[between & (area < _STRAIGHT * length)], axis=0)
    return points


def ground_message(layer: Landscape | Raster, panel: Panel, window: Window) -> dict[str, object]:
    """Return what the browser needs to paint the ground of a panel."""
    if isinstance(layer, Raster):
        cells = np.asarray(layer.cells)[::-1].astype(np.uint8)
        return {
            "columns": cells.shape[1],
            "rows": cells.shape[0],
            "shade": cells.tobytes(),
            "palette": np.rint(np.asarray(layer.palette, float) * 255).astype(np.uint8).tobytes(),
            "lines": _unit_lines(layer.contours, panel, window) if layer.contours else b"",
            "cells": True,
        }
    ground = sample(layer.objective, window, layer.resolution, layer.levels)
    # The browser's first row is the top one.
    shade = np.rint(ground.shades[::-1] * _SHADES).astype(np.uint8)
    palette = np.rint(GROUND_COLORS(np.linspace(0, 1, _SHADES + 1))[:, :3] * 255).astype(np.uint8)
    return {
        "columns": shade.shape[1],
        "rows": shade.shape[0],
        "shade": shade.tobytes(),
        "palette": palette.tobytes(),
        "lines": _unit_lines(layer, panel, window),
        "cells": False,
    }
