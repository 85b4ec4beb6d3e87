"""A picture of several ways to go on from one point, counted in units that the reader chooses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array
from course_utils.objectives.checks import real_array
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice
from course_utils.widgets.handles import Handle, OnLine, State
from course_utils.widgets.layers import Layer, Line, Points, Table, Text, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_SHARES = (0.0, 1.0)  # of the longest run: where the line can be dragged


def after_the_stall(
    losses: Mapping[str, ArrayLike],
    counted: Mapping[str, Mapping[str, ArrayLike]],
    *,
    what: str = "loss",
    log: bool = False,
) -> Scene:
    """Return the losses of runs from one point, up to a line to drag that says who is ahead by then.

    The line begins at the start, so that the end can be guessed. A menu chooses what is counted; the line
    keeps its place along the axis. The ranking at the line stands beneath.

    Parameters
    ----------
    losses : name → (T+1,) losses of a run, the first at the common start.
    counted : what is counted (the words of the menu) → name → (T+1,) increasing amounts, from 0. Where
        "steps" are among them, the ranking tells these; otherwise there is a loss for each step.
    what : what the losses are, for the axis.
    log : whether losses are on a logarithmic axis.

    Raises
    ------
    ValueError
        If there is no run or nothing to count, or lengths do not fit.
    """
    heights = {name: real_array(f"losses[{name!r}]", values) for name, values in losses.items()}
    if not heights or not counted:
        raise ValueError("losses and counted must hold at least one run and one thing to count, got none")
    spent: dict[str, dict[str, Array]] = {}
    for unit, amounts in counted.items():
        if set(amounts) != set(heights):
            raise ValueError(f"counted[{unit!r}] must have the names {list(heights)}, got {list(amounts)}")
        spent[unit] = {name: real_array(f"counted[{unit!r}][{name!r}]", amounts[name]) for name in heights}
        for name, values in heights.items():
            x = spent[unit][name]
            if x.shape != values.shape or x.ndim != 1 or len(x) < 2 or (np.diff(x) < 0).any():
                raise ValueError(
                    f"counted[{unit!r}][{name!r}] must be increasing, one number a loss, got shape {x.shape}"
                )
    steps = spent.get("steps", {name: np.arange(len(values)) for name, values in heights.items()})
    first = next(iter(spent))
    everything = np.concatenate([values[np.isfinite(values)] for values in heights.values()])
    begin = float(next(iter(heights.values()))[0])
    floor = float(everything.min())
    low = floor / 1.1 if log else floor - 0.06 * (begin - floor)
    high = begin * 1.1 if log else begin + 0.12 * (begin - floor)
    label = high / (high / low) ** 0.07 if log else high - 0.07 * (high - low)
    ends = {unit: max(float(x[-1]) for x in runs.values()) for unit, runs in spent.items()}

    def update(state: State) -> View:
        unit = str(state.unit)
        share = float(np.clip(state.line[0], *_SHARES))
        budget = share * ends[unit]
        curves: list[Layer] = []
        drawn: list[Layer] = []
        ranking = []
        for k, (name, values) in enumerate(heights.items()):
            color, dash, marker = series(k)
            x = spent[unit][name]
            reached = values[: int(np.searchsorted(x, budget, side="right"))]
            curve = _pairs(x[: len(reached)] / ends[unit], np.fmin(reached, 2 * high))
            curves.append(Line(curve, color, dash, label=name))
            best = float(np.fmin.reduce(reached, initial=begin))
            drawn.append(Points((share, best), color, marker, size=6.5))
            seen = max(len(reached) - 1, 0)
            ranking.append((best, name, int(steps[name][seen])))
        ranking.sort(key=lambda one: one[0])
        rows = [(name, number(best, 4), f"{made:,}") for best, name, made in ranking]
        return View(
            runs=[
                *curves,
                Line([(share, low), (share, high)], "black", "dot", width=1.6),
                *drawn,
                Text((share, label), number(budget, 3), anchor="left" if share < 0.5 else "right"),
            ],
            readout=Table(rows, (f"after {number(budget, 3)} {unit}", f"lowest {what} so far", "steps made")),
            message=f"Ahead: {ranking[0][1]}." if budget else "All are at the start.",
        )

    return scene(
        update,
        panels={
            "runs": Panel(
                "after the stall",
                "part of the longest run",
                what,
                (0.0, 1.0, low, high),
                log_y=log,
                ratio=0.6,
            )
        },
        handles={"line": Handle((_SHARES[0], low), label="budget", on=OnLine(low))},
        controls={"unit": choice("count", list(spent))},
        alt=f"The {what} of {', '.join(heights)} from one point on, against {first}, up to a line to drag "
        "that tells which is lowest by then.",
    )


def _pairs(x: Array, y: Array) -> Array:
    return np.stack([x, y], axis=-1)
