"""The still part of a picture of an objective: its landscape or curve, window and critical points."""

from __future__ import annotations

import numpy as np

from course_utils.objectives import Array, Objective
from course_utils.plotting.style import KIND_MARKERS, MARKERS
from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.layers import Landscape, Layer, Line, Points

_SHAPES = {code: name for name, code in MARKERS.items()}
_CURVE_SAMPLES = 401


def check_drawable(objective: Objective) -> None:
    """Raise ValueError unless ``objective`` has one or two parameters."""
    if not isinstance(objective, Objective):
        raise ValueError(
            f"objective must be an Objective, got {objective!r:.80}; "
            "make one of your own function with objectives.from_function(f, dim)"
        )
    if objective.dim > 2:
        raise ValueError(
            f"objective must have one or two parameters to be drawn, got {objective.dim}: "
            "pass its restriction to a line or a plane"
        )


def graph(objective: Objective) -> Array:
    """Return the points (m, 2) of the graph of a function of one variable over its domain."""
    x = np.linspace(*objective.domain[0], _CURVE_SAMPLES)
    with np.errstate(all="ignore"):
        return np.stack([x, objective.value(x[:, None])], axis=-1)


def objective_window(objective: Objective) -> Window:
    """Return the window of a picture: the domain, and for a curve some room above and below."""
    if objective.dim == 2:
        (x0, x1), (y0, y1) = objective.domain
        return x0, x1, y0, y1
    heights = graph(objective)[:, 1]
    heights = heights[np.isfinite(heights)]
    if not heights.size:
        raise ValueError(f"objective must be finite somewhere in {objective.domain}, got {objective.name!r}")
    low, high = float(heights.min()), float(heights.max())
    margin = 0.08 * ((high - low) or 1.0)
    return (*objective.domain[0], low - margin, high + margin)


def objective_panel(objective: Objective, title: str | None = None) -> Panel:
    """Return a panel for ``objective``.

    Both axes have one scale where the domain allows it: gradients cross contours at right angles then.
    """
    window = objective_window(objective)
    shape = (window[3] - window[2]) / (window[1] - window[0])
    equal = objective.dim == 2 and 0.4 <= shape <= 1.3
    x, y = ("x₁", "x₂") if objective.dim == 2 else ("x", "f(x)")
    name = objective.name if title is None else title
    return Panel(name, x, y, window, ratio="equal" if equal else 0.8)


def objective_layers(objective: Objective, resolution: int = 161) -> list[Layer]:
    """Return the landscape, or the curve, and the known critical points in its window."""
    ground: Layer = Landscape(objective, resolution)
    if objective.dim == 1:
        ground = Line(graph(objective), color="grey", width=2.5, label="f")
    x0, x1, y0, y1 = objective_window(objective)
    known: dict[str, list[Array]] = {}
    for point in objective.critical_points:
        at = point.x if objective.dim == 2 else np.append(point.x, objective.value(point.x))
        if x0 <= at[0] <= x1 and y0 <= at[1] <= y1:
            known.setdefault(point.kind, []).append(at)
    marks = [
        Points(np.array(at), "black", _SHAPES[KIND_MARKERS[kind]], label=kind, hollow=True)  # type: ignore[index]
        for kind, at in known.items()
    ]
    return [ground, *marks]
