"""A live map of basins of attraction that changes with the optimizer's settings."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from course_utils.landscapes import NOWHERE, ON_A_CYCLE, BasinMap, basin_map, local_minima, settled_at
from course_utils.objectives import Array, Objective
from course_utils.objectives.numerical import NumericalObjective
from course_utils.objectives.tabulated import Tabulated
from course_utils.optimizers import Momentum, Optimizer, minimize
from course_utils.plotting import basin_name, basin_palette
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import setting_controls, slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Raster, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_KEPT = 64  # maps that are remembered while the start is dragged and sliders go back and forth
_LETTERS = 12  # more minima than that are marked, but not named
_FLOOR = 1e-6  # of the logarithmic axis: nearer to the lowest minimum nothing can be seen
_COLORS = 254  # a raster has no more than 256, two of which are not for minima
_RESTLESS = {ON_A_CYCLE: "a settled cycle (yellow)", NOWHERE: "none: still moving, or gone"}
_COARSE = 24  # starts along each axis for a function that is called point by point


def basin_explorer(
    objective: Objective,
    optimizer: Optimizer | None = None,
    *,
    start: tuple[float, float] | None = None,
    steps: int = 60,
    resolution: int = 60,
    ranges: dict[str, tuple[float, float]] | None = None,
    alt: str | None = None,
) -> Scene:
    """Return a basin map with sliders for the optimizer, and one start to drag on it.

    Every cell of the map is a run of its own, coloured by the minimum in which it comes to rest. Yellow cells
    end on a settled cycle, dark grey ones still move when the steps are over, or have left. Beside the map:
    the objective along the run from the start. A reader's function that does not take arrays is drawn
    coarser, through its `Tabulated` stand-in.

    Parameters
    ----------
    objective : of two parameters, with at least one minimum in its domain.
    optimizer : its settings become sliders; `Momentum` with μ = 0, which is gradient descent, by default.
    start : where the handle is first.
    steps : of every run; a slider goes up to three times as many.
    resolution : starts along each axis of the map.
    ranges : other slider ends, by setting.
    alt : what the first picture shows.

    Raises
    ------
    ValueError
        If the objective does not have two parameters, or no minimum is found.
    """
    if isinstance(objective, NumericalObjective) and not objective.vectorised:
        objective, resolution = Tabulated(objective), min(resolution, _COARSE)
    tool = Momentum(learning_rate=0.01, momentum=0.0) if optimizer is None else optimizer
    minima = local_minima(objective)
    if len(minima) == 0:
        raise ValueError(f"objective must have a minimum inside its domain, found none of {objective.name!r}")
    (x0, x1), (y0, y1) = objective.domain
    palette = basin_palette(min(len(minima), _COLORS))
    ground = Landscape(objective, levels=8)
    values = objective.value(minima).round(9)
    controls = {
        "steps": slider("steps", 10, 3 * steps, steps, whole=True),
        **setting_controls(tool, ranges=ranges),
    }
    settings = [name for name in controls if name != "steps"]

    def tuned(chosen: tuple[float | None, ...]) -> Optimizer:
        return replace(tool, **dict(zip(settings, chosen, strict=True)))

    @lru_cache(maxsize=_KEPT)
    def computed(count: int, chosen: tuple[float | None, ...]) -> tuple[BasinMap, Raster]:
        found = basin_map(objective, tuned(chosen), minima=minima, resolution=resolution, steps=count)
        cells = np.minimum(found.labels - ON_A_CYCLE, len(palette) - 1)
        return found, Raster(cells, palette, contours=ground)

    def update(state: State) -> View:
        chosen = tuple(state[name] for name in settings)
        found, raster = computed(state.steps, chosen)
        run = minimize(objective, tuned(chosen), state.start, state.steps)
        end = int(settled_at(run, minima, found.reach))
        rows = [
            (f"minimum {basin_name(k)}", number(value), f"{share:.1%}", "◂ this start" if k == end else "")
            for k, (value, share) in enumerate(zip(values[:_LETTERS], found.shares, strict=False))
        ]
        if len(minima) > _LETTERS:
            rows.append((f"{len(minima) - _LETTERS} others", "", f"{found.shares[_LETTERS:].sum():.1%}", ""))
        for label, name in _RESTLESS.items():
            share = np.mean(found.labels == label)
            rows.append((name, "", f"{share:.1%}", "◂ this start" if end == label else ""))
        rows.append(("one run", number(run.value[-1]), "", ""))
        path: list[Layer] = [
            Line(run.x, "black", width=1.6, marker="circle", size=2.2, label="one run", run="one run")
        ]
        above = np.maximum(run.value - values.min(), _FLOOR)
        loss = np.stack([np.arange(len(above)), above], axis=-1)
        return View(
            map=[raster, *path, *_marks(minima)],
            loss=[*_levels(values - values.min(), len(above) - 1), Line(loss, "black", run="one run")],
            readout=Table(rows, ("the run comes to rest in …", "f there", "share of starts", "")),
            windows={"loss": (0.0, float(max(1, len(above) - 1)), _FLOOR, None)},
        )

    shape = (y1 - y0) / (x1 - x0)
    first = start or (x0 + 0.2 * (x1 - x0), y0 + 0.75 * (y1 - y0))
    return scene(
        update,
        panels={
            "map": Panel(
                f"{resolution**2:,} starts on {objective.name}",
                "x₁",
                "x₂",
                (x0, x1, y0, y1),
                ratio="equal" if 0.4 <= shape <= 1.3 else 0.8,
                weight=0.85,
            ),
            "loss": Panel("one run, from the handle", "step", "f − lowest minimum", log_y=True, weight=0.85),
        },
        handles={"start": Handle(first, names=("x₁", "x₂"))},
        controls=controls,
        alt=alt
        or f"Map of the basins of {objective.name}: {len(minima)} minima, each start in the colour of the "
        "minimum in which its run comes to rest, with one run drawn.",
    )


def _marks(minima: Array) -> list[Layer]:
    """Return a white disc at every minimum, with its letter where there are few."""
    discs = Points(minima, "white", size=9.0 if len(minima) <= _LETTERS else 3.0)
    letters = [Text(at, basin_name(k), "black", size=13) for k, at in enumerate(minima[:_LETTERS])]
    return [discs, *(letters if len(minima) <= _LETTERS else [])]


def _levels(values: Array, last: int) -> list[Layer]:
    """Return the heights of the minima above the lowest one as dashed lines."""
    shown = np.unique(values[:_LETTERS][values[:_LETTERS] > _FLOOR])
    return [Line([(0.0, v), (float(last), v)], "grey", "dash", width=1.0) for v in shown]
