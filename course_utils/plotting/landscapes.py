"""Functions of two variables from above and as surfaces, with the paths that runs take on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from course_utils.objectives import Kind, KnownPoint, Objective
from course_utils.objectives.base import Window
from course_utils.plotting.ground import RESOLUTION, Ground, sample
from course_utils.plotting.runs import NamedRun, Runs, named_runs, runs_in_words, two_digits
from course_utils.plotting.style import GROUND_COLORS, KIND_MARKERS, add_legend, axes_or_new, figure, style

_HALO = [patheffects.withStroke(linewidth=4.2, foreground="white", alpha=0.8)]
# A run that overflows is drawn this many windows far; lines to much farther points break down.
_FARTHEST = 1e4


@style()
def contour(
    objective: Objective,
    trajectories: Runs | None = None,
    *,
    window: Window | None = None,
    levels: int | ArrayLike = 10,
    labels: tuple[str, str] = ("x₁", "x₂"),
    title: str | None = None,
    alt: str | None = None,
    legend: bool = True,
    resolution: int = RESOLUTION,
    axes: Axes | None = None,
) -> Figure:
    """Show a function of two variables from above, with the paths of runs and known critical points.

    A path starts at a hollow circle and ends at a large marker of its own; small ones are its steps.

    Parameters
    ----------
    objective : of dim 2, evaluated once, on the whole grid.
    trajectories : one, several, or name → trajectory. A batch of starts shares one look.
    window : ((low, high), (low, high)); the objective's own domain by default.
    levels : how many bands, equally much ground in each (for a quadratic bowl their heights are
        evenly spaced), or increasing heights.
    labels : names of the two coordinates.
    title : the objective's name by default.
    alt : what the figure shows in words; written from its content by default.
    legend : whether to explain the markers and lines.
    resolution : points of the grid along each axis; fewer for a function that costs much, in a small picture.
    axes : draw into these, with the legend inside, instead of a new figure.

    Raises
    ------
    ValueError
        If the objective or a trajectory has another dim, ``window`` or ``levels`` make no sense, or
        ``resolution`` < 5.
    """
    ground = sample(objective, window, levels, resolution)
    runs = named_runs(trajectories, 2)
    shown = [point for point in objective.critical_points if ground.holds(point.x)]
    words = _in_words("Contour plot", objective, ground, runs, shown, labels)
    wide, high = _inches(ground)
    whole, area = axes_or_new(axes, wide + 1.6, high + 0.8, alt or words)
    _draw_flat(area, ground, runs, shown, labels)
    area.set_title(objective.name if title is None else title)
    if legend:
        add_legend(area, [*(run.handle for run in runs), *kind_handles(shown)], outside=axes is None)
    return whole


@style()
def surface_and_contour(
    objective: Objective,
    trajectories: Runs | None = None,
    *,
    window: Window | None = None,
    levels: int | ArrayLike = 10,
    labels: tuple[str, str] = ("x₁", "x₂"),
    view: tuple[float, float] = (32.0, -60.0),
    title: str | None = None,
    alt: str | None = None,
) -> Figure:
    """Show a function of two variables as a surface and, beside it, from above; as `contour`.

    Parameters
    ----------
    view : elevation and azimuth, in degrees, from which the surface is seen.
    """
    ground = sample(objective, window, levels)
    runs = named_runs(trajectories, 2)
    shown = [point for point in objective.critical_points if ground.holds(point.x)]
    words = _in_words("Surface, and beside it contour plot,", objective, ground, runs, shown, labels)
    whole = figure(8.2, 4.2, alt=alt or words)
    whole.set_layout_engine("constrained")
    solid, flat = whole.add_subplot(1, 2, 1, projection="3d"), whole.add_subplot(1, 2, 2)
    _draw_surface(solid, objective, ground, runs, shown, labels)
    solid.view_init(*view)
    _draw_flat(flat, ground, runs, shown, labels)
    whole.suptitle(objective.name if title is None else title)
    if handles := [*(run.handle for run in runs), *kind_handles(shown)]:
        whole.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), 3))
    return whole


def kind_look(kind: Kind) -> dict[str, Any]:
    """Return marker settings of a critical point: white with a black edge, a shape for each kind."""
    return {
        "marker": KIND_MARKERS[kind],
        "markersize": 10,
        "markerfacecolor": "white",
        "markeredgecolor": "black",
        "markeredgewidth": 1.4,
        "linestyle": "",
    }


def kind_handles(points: Sequence[KnownPoint]) -> list[Line2D]:
    """Return what a legend says about critical points: every kind once."""
    kinds = {point.kind for point in points}
    return [Line2D([], [], **kind_look(kind), label=kind) for kind in KIND_MARKERS if kind in kinds]


def _draw_flat(
    axes: Axes,
    ground: Ground,
    runs: Sequence[NamedRun],
    shown: Sequence[KnownPoint],
    labels: tuple[str, str],
) -> None:
    _draw_ground(axes, ground, labels)
    for run in runs:
        _draw_path(axes, run, ground)
    for point in shown:
        axes.plot(*point.x, **kind_look(point.kind), zorder=4)


def _draw_ground(axes: Axes, ground: Ground, labels: tuple[str, str]) -> None:
    heights = np.ma.masked_invalid(ground.values)
    bands = axes.contourf(
        ground.x, ground.y, heights, levels=ground.levels, cmap=GROUND_COLORS, norm=ground.norm, extend="both"
    )
    axes.contour(
        ground.x,
        ground.y,
        heights,
        levels=ground.levels,
        colors="#283c5a",
        alpha=0.42,
        linewidths=0.7,
        linestyles="-",
    )
    # Inset, because only so it is as tall as axes with equal units.
    bar = axes.figure.colorbar(
        bands, cax=axes.inset_axes((1.025, 0.0, 0.035, 1.0)), spacing="uniform", extendfrac=0
    )
    ticks = ground.levels[:: max(1, round(len(ground.levels) / 6))].copy()
    ticks[np.abs(ticks) < 1e-6 * np.ptp(ground.levels)] = 0.0
    bar.set_ticks(ticks.tolist(), labels=[two_digits(float(tick)) for tick in ticks])
    bar.minorticks_off()
    bar.ax.tick_params(length=2)
    bar.outline.set_visible(False)
    bar.ax.set_title("f")
    # Only with equal units is the gradient seen at right angles to the contour.
    axes.set_aspect("equal" if _has_equal_units(ground) else "auto")
    axes.set(xlim=ground.x[[0, -1]], ylim=ground.y[[0, -1]], xlabel=labels[0], ylabel=labels[1])


def _has_equal_units(ground: Ground) -> bool:
    across, up = np.ptp(ground.x), np.ptp(ground.y)  # their ratio may be beyond double precision
    return bool(0.4 * up < across < 2.5 * up)


def _inches(ground: Ground) -> tuple[float, float]:
    """Return width and height of the axes: 3.8 by 3.1 inches, or what equal units leave of them."""
    if not _has_equal_units(ground):
        return 3.8, 3.1
    scale = min(3.8 / np.ptp(ground.x), 3.1 / np.ptp(ground.y))
    return float(scale * np.ptp(ground.x)), float(scale * np.ptp(ground.y))


def _draw_path(axes: Axes, run: NamedRun, ground: Ground) -> None:
    center = np.array([ground.x.mean(), ground.y.mean()])
    reach = _FARTHEST * np.array([np.ptp(ground.x), np.ptp(ground.y)])
    for points in run.each_start(run.trajectory.x):
        path = np.clip(points, center - reach, center + reach)
        axes.plot(*path.T, color=run.color, linestyle=run.dash, linewidth=1.8, path_effects=_HALO, zorder=3)
        every = max(1, len(path) // 25)
        axes.plot(*path.T, run.marker, color=run.color, markersize=3.8, markevery=every, zorder=3)
        axes.plot(
            *path[0],
            "o",
            color=run.color,
            markerfacecolor="white",
            markersize=8,
            markeredgewidth=1.8,
            zorder=3,
        )
        axes.plot(*path[-1], run.marker, color=run.color, markeredgecolor="white", markersize=8, zorder=5)


def _draw_surface(
    axes: Any,
    objective: Objective,
    ground: Ground,
    runs: Sequence[NamedRun],
    shown: Sequence[KnownPoint],
    labels: tuple[str, str],
) -> None:
    coarse = slice(None, None, 5)
    x, y = np.meshgrid(ground.x[coarse], ground.y[coarse])
    heights = ground.values[coarse, coarse]
    colors = GROUND_COLORS(ground.norm(np.nan_to_num(heights)))
    axes.plot_surface(
        x,
        y,
        heights,
        facecolors=colors,
        rstride=1,
        cstride=1,
        linewidth=0.3,
        edgecolor="#283c5a66",
        shade=False,
    )
    lift = 0.01 * np.ptp(heights[np.isfinite(heights)])
    for run in runs:
        for points, values in zip(
            run.each_start(run.trajectory.x), run.each_start(run.trajectory.value), strict=True
        ):
            inside = np.array([ground.holds(point) for point in points])
            path = np.where(inside[:, None], np.column_stack([points, values + lift]), np.nan)
            axes.plot(*path.T, color=run.color, linestyle=run.dash, zorder=10)
            axes.plot(*path[inside][-1:].T, run.marker, color=run.color, markeredgecolor="white", zorder=11)
    for point in shown:
        axes.plot(*point.x, float(objective.value(point.x)) + lift, **kind_look(point.kind), zorder=12)
    axes.set(xlabel=labels[0], ylabel=labels[1])
    axes.set_zlabel("f", rotation=0)
    axes.locator_params(nbins=4)
    axes.set_box_aspect((1, 1, 0.75), zoom=0.95)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color("#fafafa")


def _in_words(
    what: str,
    objective: Objective,
    ground: Ground,
    runs: Sequence[NamedRun],
    shown: Sequence[KnownPoint],
    labels: tuple[str, str],
) -> str:
    spans = (
        f"{name} from {e[0]:g} to {e[-1]:g}" for name, e in zip(labels, (ground.x, ground.y), strict=True)
    )
    words = f"{what} of {objective.name}, {' and '.join(spans)}"
    kinds = [point.kind for point in shown]
    counts = ", ".join(f"{kinds.count(kind)} × {kind}" for kind in KIND_MARKERS if kind in kinds)
    return f"{words}{'; marked: ' + counts if counts else ''}.{runs_in_words(runs)}"
