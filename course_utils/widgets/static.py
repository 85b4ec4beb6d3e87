"""A scene as a small PNG, for paper, code hosts and HTML exports."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course_utils.plotting.style import DASHES, GROUND_COLORS, MARKERS, figure, style
from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.ground import sample
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import (
    Arrow,
    Bars,
    Landscape,
    Layer,
    Line,
    Points,
    Raster,
    Table,
    Text,
    color_code,
    layer_points,
)
from course_utils.widgets.view import View

# Inches: the plot of a panel of weight 1, what surrounds it, and a line of text.
_PLOT = 3.2
_LEFT, _RIGHT, _TOP, _BELOW, _LINE = 0.75, 0.2, 0.35, 0.62, 0.2
_MONOSPACE = 8 / 90  # width of a character of the readout: whole pixels, of which there are 90 an inch
_DPI = 72  # several pictures share a notebook of a few hundred kilobytes
_POINTS = 0.75  # typographic points in a CSS pixel
_HALO = [patheffects.withStroke(linewidth=3.5, foreground="white", alpha=0.75)]


def picture(
    panels: Mapping[str, Panel],
    view: View,
    windows: Mapping[str, Window],
    handles: Mapping[str, Handle],
    state: State,
    *,
    alt: str,
    error: str,
) -> bytes:
    """Return what a scene shows, with its handles where ``state`` has them, as a PNG of some tens of kB."""
    widths = [_PLOT * panel.weight for panel in panels.values()]
    heights: list[float] = []
    for panel, plot in zip(panels.values(), widths, strict=True):
        heights.append(
            panel.plot_ratio * plot if panel.plot_ratio else heights[-1] if heights else 0.75 * plot
        )
    samples = [[_sample(layer) for layer in view.layers.get(name, ()) if _label(layer)] for name in panels]
    width = sum(widths) + len(panels) * (_LEFT + _RIGHT)
    notes = _notes(view, error, int((width - 0.3) / _MONOSPACE))
    width = max(width, 0.3 + _MONOSPACE * max(map(len, notes), default=0))
    legend = _LINE * max(map(len, samples)) + 0.1
    height = _TOP + max(heights) + _BELOW + legend + _LINE * len(notes) + 0.1
    with figure(width, height, alt=alt) as fig:
        fig.set_layout_engine("none")
        axes: dict[str, Axes] = {}
        left = 0.0
        for k, (name, panel) in enumerate(panels.items()):
            low = height - _TOP - max(heights)
            box = ((left + _LEFT) / width, low / height, widths[k] / width, heights[k] / height)
            axes[name] = fig.add_axes(box)
            window = windows.get(name, (0.0, 1.0, 0.0, 1.0))
            _draw_panel(axes[name], panel, view.layers.get(name, ()), window)
            if samples[k]:
                anchor = ((left + _LEFT - 0.1) / width, (low - _BELOW + 0.08) / height)
                look = {
                    "bbox_to_anchor": anchor,
                    "borderaxespad": 0.0,
                    "borderpad": 0.0,
                    "labelspacing": 0.25,
                }
                fig.legend(handles=samples[k], loc="upper left", fontsize=10, **look)
            left += _LEFT + widths[k] + _RIGHT
        _draw_handles(axes, handles, state)
        lowest = 0.08 + _LINE * len(notes)
        for k, note in enumerate(notes):
            fig.text(
                0.15 / width, (lowest - _LINE * (k + 0.5)) / height, note, fontsize=10, family="monospace"
            )
        fig.set_dpi(_DPI)
    made = fig.png()
    fig.clear()  # its parts refer to one another, so that Python would keep them for quite a while
    return made


def _notes(view: View, error: str, columns: int) -> list[str]:
    """Return the readout and the messages as lines of text."""
    notes = _readout_lines(view.readout)
    for text in (view.message, error):
        for line in text.splitlines():
            notes += textwrap.wrap(line, columns)
    return notes


def _readout_lines(readout: Table | str | None) -> list[str]:
    """Return a readout as lines of text in columns."""
    if readout is None or isinstance(readout, str):
        return [readout] if readout else []
    rows = [
        list(map(str, row)) for row in ([readout.columns] if readout.columns else []) + list(readout.rows)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _draw_handles(axes: dict[str, Axes], handles: Mapping[str, Handle], state: State) -> None:
    for name, handle in handles.items():
        if not handle.is_there(state):
            continue
        ax = axes[handle.panel or next(iter(axes))]
        look: dict[str, Any] = {
            "color": color_code(handle.color),
            "markeredgecolor": "white",
            "markeredgewidth": 1.5,
        }
        ax.plot(*state[name], MARKERS[handle.shape], markersize=11, zorder=10, clip_on=False, **look)
        ax.annotate(
            handle.label or name.replace("_", " "),
            state[name],
            (8, 8),
            textcoords="offset points",
            weight="bold",
            zorder=11,
            path_effects=_HALO,
        )


def _draw_panel(ax: Axes, panel: Panel, layers: tuple[Layer, ...], window: Window) -> None:
    ax.set(xlabel=panel.x, ylabel=panel.y)
    if panel.title:
        ax.set_title(panel.title, loc="left")
    ax.set_xscale("log" if panel.log_x else "linear")
    ax.set_yscale("log" if panel.log_y else "linear")
    ax.set(xlim=window[:2], ylim=window[2:])
    ground = any(isinstance(layer, (Landscape, Raster)) for layer in layers)
    ax.grid(not ground)
    for layer in layers:
        _draw_layer(ax, layer, window, halo=ground)


def _label(layer: Layer) -> str:
    return "" if isinstance(layer, (Text, Landscape, Raster)) else layer.label


def _sample(layer: Layer) -> Line2D:
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
    return Line2D([], [], **{"color": color, "label": _label(layer), **look})


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
def _draw_layer(ax: Axes, layer: Layer, window: Window, *, halo: bool) -> None:
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
                x, y, color=color, alpha=layer.opacity, path_effects=_HALO if halo and line else None, **look
            )
            if isinstance(layer, Line) and layer.fill:
                ax.fill(x, y, color=color, alpha=layer.fill, linewidth=0)
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
            ax.text(x, y, layer.text, size=layer.size * _POINTS, path_effects=_HALO, **look)
