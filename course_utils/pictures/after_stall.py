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
_TRAINING, _TEST = "training examples", "other examples"
_ARGUMENT = {_TRAINING: "losses", _TEST: "test"}


def after_the_stall(
    losses: Mapping[str, ArrayLike],
    counted: Mapping[str, Mapping[str, ArrayLike]],
    *,
    what: str = "loss",
    log: bool = False,
    test: Mapping[str, ArrayLike] | None = None,
) -> Scene:
    """Return the losses of runs from one point, up to a line to drag that says who is ahead by then.

    The line begins at the end, so that all curves show where nothing can be dragged. A menu chooses what is
    counted; the line keeps its place along the axis. The ranking at the line stands beneath.

    Parameters
    ----------
    losses : name → (T+1,) losses of a run, the first at the common start.
    counted : what is counted (the words of the menu) → name → (T+1,) increasing amounts, from 0. Where
        "steps" are among them, the ranking tells these; otherwise there is a loss for each step.
    what : what the losses are, for the axis.
    log : whether losses are on a logarithmic axis.
    test : name → (T+1,) the same of examples that were not trained on; a menu then chooses which to see. A
        run that ends above the start there stays in the picture, up to twice its height.

    Raises
    ------
    ValueError
        If there is no run or nothing to count, or lengths do not fit.
    """
    kinds = {_TRAINING: losses} if test is None else {_TRAINING: losses, _TEST: test}
    seen = {
        kind: {name: real_array(f"{_ARGUMENT[kind]}[{name!r}]", values) for name, values in runs.items()}
        for kind, runs in kinds.items()
    }
    names = list(losses)
    if not names or not counted:
        raise ValueError("losses and counted must hold at least one run and one thing to count, got none")
    if set(seen[list(seen)[-1]]) != set(names):
        raise ValueError(f"test must have the names {names}, got {list(seen[_TEST])}")
    spent: dict[str, dict[str, Array]] = {}
    for unit, amounts in counted.items():
        if set(amounts) != set(names):
            raise ValueError(f"counted[{unit!r}] must have the names {names}, got {list(amounts)}")
        spent[unit] = {name: real_array(f"counted[{unit!r}][{name!r}]", amounts[name]) for name in names}
        for kind, runs in seen.items():
            for name in names:
                x, values = spent[unit][name], runs[name]
                if x.shape != values.shape or x.ndim != 1 or len(x) < 2 or (np.diff(x) < 0).any():
                    raise ValueError(
                        f"counted[{unit!r}][{name!r}] must be increasing, one number for each of "
                        f"{_ARGUMENT[kind]}[{name!r}], got shapes {x.shape} and {values.shape}"
                    )
    steps = spent.get("steps", {name: np.arange(len(seen[_TRAINING][name])) for name in names})
    first = next(iter(spent))
    low, high = _window(seen, log)
    label = high / (high / low) ** 0.07 if log else high - 0.07 * (high - low)
    ends = {unit: max(float(x[-1]) for x in runs.values()) for unit, runs in spent.items()}

    def update(state: State) -> View:
        unit = str(state.unit)
        heights = seen[str(state.of) if test is not None else _TRAINING]
        begin = float(heights[names[0]][0])
        share = float(np.clip(state.line[0], *_SHARES))
        budget = share * ends[unit]
        curves: list[Layer] = []
        drawn: list[Layer] = []
        ranking = []
        for k, name in enumerate(names):
            color, dash, marker = series(k)
            x, values = spent[unit][name], heights[name]
            reached = values[: int(np.searchsorted(x, budget, side="right"))]
            curve = _pairs(x[: len(reached)] / ends[unit], np.fmin(reached, 2 * high))
            curves.append(Line(curve, color, dash, label=name))
            best = float(np.fmin.reduce(reached, initial=begin))
            drawn.append(Points((share, best), color, marker, size=6.5))
            looked = max(len(reached) - 1, 0)
            ranking.append((best, name, int(steps[name][looked])))
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
                "from one point on",
                "part of the longest run",
                what,
                (0.0, 1.0, low, high),
                log_y=log,
                ratio=0.6,
            )
        },
        handles={"line": Handle((_SHARES[1], high), label="budget", on=OnLine(high))},
        controls={
            "unit": choice("count", list(spent)),
            **({} if test is None else {"of": choice("of", list(seen))}),
        },
        alt=f"The {what} of {', '.join(names)} from one point on, against {first}, up to a line to drag "
        "that tells which is lowest by then.",
    )


def _window(seen: Mapping[str, Mapping[str, Array]], log: bool) -> tuple[float, float]:
    """Return the lowest and highest loss of the picture; a training loss above its start is a failure."""
    lows, highs = [], []
    for kind, runs in seen.items():
        begin = top = float(next(iter(runs.values()))[0])
        floor = min(float(values[np.isfinite(values)].min()) for values in runs.values())
        if kind == _TEST:
            ends = [float(values[-1]) for values in runs.values() if np.isfinite(values[-1])]
            top = min(max(begin, *ends), begin + abs(begin))
        lows.append(floor / 1.1 if log else floor - 0.06 * (top - floor))
        highs.append(top * 1.1 if log else top + 0.12 * (top - floor))
    return min(lows), max(highs)


def _pairs(x: Array, y: Array) -> Array:
    return np.stack([x, y], axis=-1)
