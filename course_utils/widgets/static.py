"""A scene as a small PNG, for paper, code hosts and HTML exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from course_utils.plotting.style import DASHES, GROUND_COLORS, MARKERS, figure, style
from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.ground import sample
from course_utils.widgets.layers import (
    Arrow,
    Bars,
    Landscape,
    Layer,
    Line,
    Points,
    Table,
    Text,
    color_code,
    layer_points,
)

if TYPE_CHECKING:
    from course_utils.widgets.scene import Scene

_WIDTH = 4.2  # inches of a panel of weight 1
_TEXT_LINE = 0.2  # inches
_DPI = 72  # several pictures share a notebook of a few hundred kilobytes
_POINTS = 0.75  # typographic points in a CSS pixel
_HALO = [patheffects.withStroke(linewidth=3.5, foreground="white", alpha=0.75)]


def picture(scene: Scene) -> bytes:
    """Return what the scene shows now as a PNG of a few tens of kilobytes."""
    panels = list(scene.panels.values())
    notes = _readout_lines(scene.readout) + [line for line in (scene.message, scene.error) if line]
    shapes = [(panel.plot_ratio or 0.0) * panel.weight for panel in panels]
    height = _WIDTH * min(max(max(shapes), 0.7 * panels[0].weight * (max(shapes) == 0)), 1.5)
    legend_lines = max(
        sum(1 for layer in scene.layers.get(name, ()) if _label(layer)) for name in scene.panels
    )
    extra = 0.8 + _TEXT_LINE * (len(notes) + 1 + legend_lines)
    with figure(
        _WIDTH * sum(panel.weight for panel in panels) + 0.3, height * 0.85 + extra, alt=scene.alt
    ) as fig:
        axes = fig.subplots(1, len(panels), squeeze=False, width_ratios=[panel.weight for panel in panels])[0]
        shape = None
        for ax, (name, panel) in zip(axes, scene.panels.items(), strict=True):
            shape = panel.plot_ratio or shape or 0.75
            ax.set_box_aspect(shape)
            _draw_panel(ax, panel, scene.layers.get(name, ()), scene.windows.get(name, (0.0, 1.0, 0.0, 1.0)))
        _draw_handles(dict(zip(scene.panels, axes, strict=True)), scene)
        if notes:
            fig.supxlabel("\n".join(["", *notes]), x=0.01, ha="left", fontsize=10, fontfamily="monospace")
    fig.set_dpi(_DPI)
    return fig.png()


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


def _draw_handles(axes: dict[str, Axes], scene: Scene) -> None:
    for name, handle in scene.handles.items():
        ax = axes[handle.panel or next(iter(axes))]
        look: dict[str, Any] = {
            "color": color_code(handle.color),
            "markeredgecolor": "white",
            "markeredgewidth": 1.5,
        }
        ax.plot(*scene.state[name], MARKERS[handle.shape], markersize=11, zorder=10, clip_on=False, **look)
        ax.annotate(
            handle.label or name.replace("_", " "),
            scene.state[name],
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
    ground = any(isinstance(layer, Landscape) for layer in layers)
    ax.grid(not ground)
    samples = []
    for layer in layers:
        _draw_layer(ax, layer, window, halo=ground)
        if _label(layer):
            samples.append(_sample(layer))
    if samples:
        ax.legend(handles=samples, loc="upper left", bbox_to_anchor=(0.0, -0.17), fontsize=10)


def _label(layer: Layer) -> str:
    return "" if isinstance(layer, (Text, Landscape)) else layer.label


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
    color = color_code(layer.color) if not isinstance(layer, Landscape) else "black"
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
            edges = np.unique([ground.values.min() - spread, *ground.levels, ground.values.max() + spread])
            shades = GROUND_COLORS(np.linspace(0, 1, len(edges) - 1))
            ax.contourf(ground.x, ground.y, ground.values, levels=edges, colors=shades)
            ax.plot(*ground.contour_lines(ground.levels[::2]).T, color="#6d7f99", linewidth=0.5)
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
                ax.annotate("", end, start, arrowprops=look, annotation_clip=False)
        case Bars():
            edges, heights = np.asarray(layer.edges, float), np.asarray(layer.heights, float)
            look = {"bottom": layer.base, "align": "edge", "edgecolor": "white", "linewidth": 0.5}
            look |= {"color": color_code(layer.color), "alpha": layer.opacity}
            ax.bar(edges[:-1], heights - layer.base, np.diff(edges), **look)
        case Text():
            x, y = layer_points(layer)[0]
            look = {"color": color_code(layer.color), "ha": layer.anchor, "va": "center", "clip_on": True}
            ax.text(x, y, layer.text, size=layer.size * _POINTS, path_effects=_HALO, **look)
