"""Functions of one variable, and how the loss of runs falls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.objectives import Array, Objective
from course_utils.objectives.windows import thin, window_of
from course_utils.plotting.ground import heights_that_show
from course_utils.plotting.landscapes import kind_handles, kind_look
from course_utils.plotting.runs import Runs, named_runs, runs_in_words
from course_utils.plotting.style import COLORS, DASHES, SERIES, add_legend, axes_or_new, style

_AXIS_LABELS = {
    "step": "step",
    "cost": "cost in gradient equivalents",
    "value": "f",
    "gradient_norm": "gradient norm ‖g‖",
}


@style()
def curve(
    objective: Objective,
    trajectories: Runs | None = None,
    *,
    models: Mapping[str, Callable[[Array], Array]] | None = None,
    window: tuple[float, float] | None = None,
    label: str = "x",
    title: str | None = None,
    alt: str | None = None,
    legend: bool = True,
    axes: Axes | None = None,
) -> Figure:
    """Show a function of one variable, with the steps of runs on it and models of it beside it.

    Parameters
    ----------
    objective : of dim 1.
    trajectories : one, several, or name → trajectory; chords join the points of a run.
    models : name → function of x (m,) that returns (m,), such as a Taylor polynomial.
    window : (low, high); the objective's own domain by default.
    label : name of the coordinate.
    title, alt, legend, axes : as in `contour`.

    Raises
    ------
    ValueError
        If the objective or a trajectory has another dim, a model returns another shape, or the window
        makes no sense, or the objective is finite nowhere in it.
    """
    if objective.dim != 1:
        raise ValueError(f"objective must have dim 1 to be drawn as a curve, got {objective.dim}")
    ((low, high),) = ends = window_of(objective, window)
    runs = named_runs(trajectories, 1)
    models = {} if models is None else models
    x = np.linspace(low, high, 401)
    with np.errstate(all="ignore"):
        values = heights_that_show(objective, objective.value(x[:, None]), ends)
    shown = [point for point in objective.critical_points if low <= point.x[0] <= high]
    words = f"Graph of {objective.name}, {label} from {low:g} to {high:g}"
    words += f"; beside it {', '.join(models)}." if models else "."
    whole, area = axes_or_new(axes, 5.4, 3.4, alt or words + runs_in_words(runs))
    (line,) = area.plot(x, values, color="#222222", linestyle="-", label=objective.name)
    handles = [line] if models else []
    for place, (name, model) in enumerate(models.items()):
        modelled = np.asarray(model(x), dtype=np.float64)
        if modelled.shape != x.shape:
            raise ValueError(f"models[{name!r}] must return shape {x.shape}, got {modelled.shape}")
        color, dash, _ = SERIES[(place + 1) % len(SERIES)]
        handles += area.plot(x, modelled, color=COLORS[color], linestyle=DASHES[dash], label=name)
    for run in runs:
        handles.append(run.handle)
        for points, heights in zip(
            run.each_start(run.trajectory.x[..., 0]), run.each_start(run.trajectory.value), strict=True
        ):
            area.plot(points, heights, color=run.color, linestyle=run.dash, linewidth=1.2, marker=run.marker)
    for point in shown:
        area.plot(point.x[0], float(objective.value(point.x)), **kind_look(point.kind), zorder=4)
    bottom, top = float(np.nanmin(values)), float(np.nanmax(values))
    margin = 0.08 * (max(1.0, abs(top)) if thin(bottom, top) else top - bottom)
    area.set(xlim=(low, high), ylim=(bottom - margin, top + margin))
    area.set(xlabel=label, ylabel=f"f({label})", title=objective.name if title is None else title)
    area.grid()
    if legend:
        add_legend(area, [*handles, *kind_handles(shown)], outside=axes is None)
    return whole


@style()
def loss_curves(
    trajectories: Runs,
    *,
    x: Literal["step", "cost"] = "step",
    y: Literal["value", "gradient_norm"] = "value",
    reference: float = 0.0,
    log: bool | None = None,
    title: str = "",
    alt: str | None = None,
    legend: bool = True,
    axes: Axes | None = None,
) -> Figure:
    """Show how runs get on: value or gradient norm against steps or cost, one line a start.

    Parameters
    ----------
    trajectories : one, several, or name → trajectory, recorded as paths.
    x : ``"cost"`` compares methods fairly, in gradient equivalents spent by one start.
    reference : subtracted from the values, such as the known minimum f*.
    log : logarithmic y axis; by default when no value is negative and they span a factor of 30
        (exact zeros are then left out).
    title, alt, legend, axes : as in `contour`.

    Raises
    ------
    ValueError
        If there is no trajectory, ``x`` or ``y`` is unknown, or a reference is given for the norm.
    """
    runs = named_runs(trajectories)
    if not runs:
        raise ValueError("trajectories must hold at least one run, got none")
    for argument, word, known in (("x", x, ("step", "cost")), ("y", y, ("value", "gradient_norm"))):
        if word not in known:
            raise ValueError(f"{argument} must be one of {known}, got {word!r}")
    if reference and y != "value":
        raise ValueError(f"reference is for y='value', got {reference} with y={y!r}")
    words = f"{y.replace('_', ' ').capitalize()} against {_AXIS_LABELS[x]}.{runs_in_words(runs, y)}"
    whole, area = axes_or_new(axes, 5.4, 3.4, alt or words)
    lowest, highest, negative = np.inf, -np.inf, False
    for run in runs:
        across = run.trajectory.cost if x == "cost" else np.arange(len(run.trajectory.cost), dtype=np.float64)
        curves = run.each_start(getattr(run.trajectory, y) - reference)
        opacity = max(0.15, len(curves) ** -0.5)
        for values in curves:
            at = across[: len(values)]
            area.plot(at, values, color=run.color, linestyle=run.dash, alpha=opacity)
            area.plot(at[-1], values[-1], run.marker, color=run.color, alpha=opacity, zorder=3)
            negative = negative or bool((values < 0).any())
            positive = values[values > 0]
            lowest, highest = min(lowest, positive.min(initial=np.inf)), max(highest, values.max())
    if log or (log is None and not negative and highest > 30 * lowest):
        area.set_yscale("log")
    area.set(
        xlabel=_AXIS_LABELS[x], ylabel=f"f − {reference:.4g}" if reference else _AXIS_LABELS[y], title=title
    )
    area.margins(x=0.02)
    area.grid(axis="y")
    if legend:
        add_legend(area, [run.handle for run in runs], outside=axes is None)
    return whole
