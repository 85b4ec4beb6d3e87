"""The layers of a scene as matplotlib draws them, for its still picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course_utils.plotting.style import DASHES, GROUND_COLORS, MARKERS, style
from course_utils.widgets.axes import Window
from course_utils.widgets.ground import sample
from course_utils.widgets.layers import (
    Arrow,
    Bars,
    Landscape,
    Layer,
    Line,
    Points,
    Raster,
    Text,
    color_code,
    layer_points,
)

_POINTS = 0.75  # typographic points in a CSS pixel
HALO = [patheffects.withStroke(linewidth=3.5, foreground="white", alpha=0.75)]


def label(layer: Layer) -> str:
    """Return what a legend calls a layer; empty if it is not in there."""
    return "" if isinstance(layer, (Text, Landscape, Raster)) else layer.label


def legend_sample(layer: Layer) -> Line2D:
    """Return a legend entry."""
    match layer:
        case Line():
            look: dict[str, Any] = {"linestyle": DASHES[layer.dash], **_marker(layer)}
        case Points():
            look = {"linestyle": "none", **_marker(layer)}
        case Arrow():
            look = {"linestyle": DASHES[layer.dash], "marker": ">"}
        case _:
            look = {"linestyle": "none", "marker": "s", "markersize": 9}
    color = color_code(layer.color) if not isinstance(layer, (Landscape, Raster)) else "black"
    return Line2D([], [], **{"color": color, "label": label(layer), **look})


def _marker(layer: Line | Points) -> dict[str, Any]:
    if not layer.marker:
        return {}
    color = color_code(layer.color)
    hollow = isinstance(layer, Points) and layer.hollow
    return {
        "marker": MARKERS[layer.marker],
        "markersize": 2 * layer.size * _POINTS,
        "markerfacecolor": "white" if hollow else color,
        "markeredgecolor": color if hollow else "white",
        "markeredgewidth": 1.1 if hollow else 0.6,
    }


@style()
def draw_layer(ax: Axes, layer: Layer, window: Window, *, halo: bool) -> None:
    """Draw a layer into a panel that shows ``window``; lines get a white ``halo`` on a ground."""
    match layer:
        case Landscape():
            ground = sample(layer.objective, window, layer.resolution, layer.levels)
            spread = 1e-9 * (1.0 + np.ptp(ground.values))
            edges = np.unique(
                [ground.values.min() - spread, *ground.levels[::2], ground.values.max() + spread]
            )
            shades = GROUND_COLORS(np.linspace(0, 1, len(edges) - 1))
            ax.contourf(ground.x, ground.y, ground.values, levels=edges, colors=shades)
            ax.plot(*ground.contour_lines(ground.levels[::2]).T, color="#6d7f99", linewidth=0.5)
        case Raster():
            colors = np.asarray(layer.palette, float)[np.asarray(layer.cells)]
            ax.imshow(colors, extent=window, origin="lower", aspect="auto", interpolation="nearest")
            if layer.contours is not None:
                over = layer.contours
                ground = sample(over.objective, window, over.resolution, over.levels)
                ax.plot(*ground.contour_lines(ground.levels[::2]).T, color="#3d4a60", linewidth=0.5)
        case Line() | Points():
            x, y = layer_points(layer).T
            line = isinstance(layer, Line) and layer.width > 0
            look = _marker(layer)
            if isinstance(layer, Line):
                look |= {"linewidth": layer.width * _POINTS, "markevery": max(1, int(layer.every))}
                look["linestyle"] = DASHES[layer.dash] if line else "none"
            else:
                look["linestyle"] = "none"
            color = color_code(layer.color)
            ax.plot(
                x, y, color=color, alpha=layer.opacity, path_effects=HALO if halo and line else None, **look
            )
            if isinstance(layer, Line) and layer.fill:
                # Of width 0, a dash from the cycle of styles has length 0: Matplotlib 3.10 refuses it.
                ax.fill(x, y, color=color, alpha=layer.fill, linewidth=0, linestyle="solid")
        case Arrow():
            points = layer_points(layer)
            look = {"arrowstyle": "-|>", "color": color_code(layer.color), "shrinkA": 0, "shrinkB": 0}
            look |= {
                "linewidth": layer.width * _POINTS,
                "linestyle": DASHES[layer.dash],
                "mutation_scale": 14,
            }
            for start, end in zip(points[::2], points[1::2], strict=True):
                arrow = ax.annotate("", end, start, arrowprops=look, annotation_clip=False).arrow_patch
                assert arrow is not None
                arrow.set_clip_path(ax.patch)  # as in the browser: what leaves the panel is cut
        case Bars():
            edges, heights = np.asarray(layer.edges, float), np.asarray(layer.heights, float)
            look = {"bottom": layer.base, "align": "edge", "edgecolor": "white", "linewidth": 0.5}
            look |= {"color": color_code(layer.color), "alpha": layer.opacity}
            ax.bar(edges[:-1], heights - layer.base, np.diff(edges), **look)
        case Text():
            x, y = layer_points(layer)[0]
            look = {"color": color_code(layer.color), "ha": layer.anchor, "va": "center", "clip_on": True}
            ax.text(x, y, layer.text, size=layer.size * _POINTS, path_effects=HALO, **look)
