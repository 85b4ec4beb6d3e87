"""A landscape that the reader draws, of hills and hollows, and what optimizers make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.critical_points import CriticalPoint, planar_critical_points
from course_utils.landscapes import NOWHERE, ON_A_CYCLE, basin_map
from course_utils.objectives import GaussianLandscape
from course_utils.optimizers import Adam, GradientDescent, Momentum, Optimizer, Trajectory, minimize
from course_utils.plotting import basin_name, basin_palette
from course_utils.plotting.style import KIND_MARKERS, MARKERS
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider, toggle
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Raster, Table, Text, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

MOST = 6  # hills and hollows
_SIDE = 3.0  # half the window
_WIDTHS, _HEIGHTS = (0.2, 1.5), (-3.0, 3.0)
_STEPS, _MAP_STEPS, _RESOLUTION = 60, 60, 36
_KEPT = 4  # landscapes: while the start or a rate is moved, the ground stays
_ROWS = 12  # critical points in the table: a whole ring of them can be degenerate
_ARRIVED = 0.05  # from a critical point: a run that ends nearer ends there
_Bumps = tuple[tuple[float, float, float, float], ...]
# In a recording: the start and three of the hills and hollows go about, the others and the bowl rest.
_RECORDED = {"start": 6, "count": 7, "learning_rate": 5, "bowl": 1} | {
    f"{what}_{k}": count if k <= 3 else 1
    for what, count in (("place", 6), ("shape", 3))
    for k in range(1, MOST + 1)
}
_SHAPES = {code: name for name, code in MARKERS.items()}
# Where a hill or hollow appears if no mouse says where: (x₁, x₂), (width, height).
_FRESH = (
    ((-1.3, 0.4), (0.7, -2.0)),
    ((1.2, 0.9), (0.6, -1.4)),
    ((0.0, 0.7), (0.45, 1.2)),
    ((0.4, -1.5), (0.5, -1.2)),
    ((-1.4, -1.4), (0.5, 1.2)),
    ((1.8, -0.8), (0.4, 1.5)),
)


class OwnLandscape(Scene):
    """A picture on which the reader draws a landscape; made by `own_landscape`."""

    @property
    def objective(self) -> GaussianLandscape:
        """The landscape as it is drawn now, an Objective to take along; later moves do not change it."""
        return _landscape(_bumps(self.state), self.state.bowl)


def own_landscape(
    landscape: GaussianLandscape | None = None,
    optimizers: Sequence[Optimizer] | None = None,
    *,
    start: tuple[float, float] = (-0.2, 2.2),
) -> OwnLandscape:
    """Return a landscape to draw oneself: hills and hollows that are put, dragged, raised, sunk and widened.

    A double click, or a button, puts one more; beside it stands each one's width and height, to drag too.
    Everything follows: a path of each optimizer from the start, the map of basins of one optimizer, and,
    once the reader asks for them, the critical points with index and certificate. ``picture.objective`` is
    what is drawn.

    Parameters
    ----------
    landscape : to go on with, in the plane, with up to six hills and hollows; three are there by default.
    optimizers : gradient descent, heavy ball and Adam by default. One slider sets all learning rates.
    start : of the runs.

    Raises
    ------
    ValueError
        If the landscape does not fit, or there is no optimizer, or two of one name.
    """
    tools = list(optimizers or (GradientDescent(), Momentum(momentum=0.8), Adam()))
    names = [type(tool).__name__ for tool in tools]
    if len(set(names)) < len(names):
        raise ValueError(f"optimizers must be of different kinds, got {', '.join(names)}")
    places = _places(landscape)
    count = 3 if landscape is None else len(landscape.heights)
    bowl = 0.3 if landscape is None else landscape.bowl

    def tuned(name: str, rate: float) -> Optimizer:
        tool = tools[names.index(name)]
        rated = any(field.name == "learning_rate" for field in fields(tool))
        settings: dict[str, Any] = {"learning_rate": rate} if rated else {}
        return replace(tool, **settings)

    @lru_cache(maxsize=_KEPT)
    def known(bumps: _Bumps, bowl: float) -> tuple[GaussianLandscape, list[CriticalPoint]]:
        f = _landscape(bumps, bowl)
        return f, planar_critical_points(f, resolution=61)

    @lru_cache(maxsize=_KEPT)
    def mapped(bumps: _Bumps, bowl: float, name: str, rate: float) -> tuple[Raster, dict[str, float]]:
        f, points = known(bumps, bowl)
        return _map(f, tuned(name, rate), points)

    def update(state: State) -> View:
        bumps = _bumps(state)
        f, points = known(bumps, state.bowl)
        called = _called(points)
        runs = {name: minimize(f, tuned(name, state.learning_rate), state.start, _STEPS) for name in names}
        raster, shares = mapped(bumps, state.bowl, state.map_of, state.learning_rate)
        marked = points if state.marked else []
        rows: list[tuple[str, ...]] = [
            (
                f"{point.kind} {name}",
                str(point.index),
                number(point.value, 3),
                _small(point.gradient_norm),
                _small(point.residual),
                f"{shares[name]:.0%} of starts" if name in shares else "",
            )
            for point, name in list(zip(marked, called, strict=False))[:_ROWS]
        ]
        if len(marked) > _ROWS:
            rows.append((f"{len(marked) - _ROWS} more", "", "", "", "", ""))
        paths: list[Layer] = []
        for k, (name, run) in enumerate(runs.items()):
            color, dash, marker = series(k)
            look: dict[str, Any] = {"color": color, "dash": dash, "marker": marker, "every": 4}
            paths.append(Line(run.x, label=name, run=name, width=1.6, size=3.0, **look))
            end = _end(run, points, called)
            rows.append((name, "", number(run.value[-1], 3), _small(float(run.gradient_norm[-1])), "", end))
        return View(
            ground=[Landscape(f, resolution=61, levels=7), *_marks(marked), *paths],
            map=[
                raster,
                *[
                    Text(point.x, name, "black", size=13)
                    for point, name in zip(points, called, strict=True)
                    if point.kind == "minimum"
                ],
                *[
                    Line(run.x, "black", width=1.4, run=name)
                    for name, run in runs.items()
                    if name == state.map_of
                ],
            ],
            shapes=[Line([(_WIDTHS[0], 0.0), (_WIDTHS[1], 0.0)], "grey", "dash")],
            readout=Table(rows, ("", "index", "f", "‖g‖", "residual", "ends here")),
            message=_count(points) if state.marked else "",
        )

    window = (-_SIDE, _SIDE, -_SIDE, _SIDE)
    handles = {"start": Handle(start, shape="square", names=("x₁", "x₂"))}
    for k, (at, shape) in enumerate(places, 1):
        handles[f"place_{k}"] = Handle(at, str(k), names=("x₁", "x₂"), among=("count", k))
        handles[f"shape_{k}"] = Handle(
            shape, str(k), "shapes", shape="diamond", names=("width", "height"), among=("count", k)
        )
    return scene(
        update,
        panels={
            "ground": Panel("your landscape", "x₁", "x₂", window, ratio="equal", weight=0.78),
            "map": Panel("which start ends where", "x₁", "x₂", window, ratio="equal", weight=0.78),
            "shapes": Panel("width and height", "width", "height", (*_WIDTHS, *_HEIGHTS), weight=0.6),
        },
        handles=handles,
        controls={
            "count": slider("hills and hollows", 0, MOST, count, whole=True),
            "learning_rate": slider("learning rate η", 0.005, 1.0, 0.2, log=True),
            "bowl": slider("curvature of the bowl", 0.05, 1.0, bowl),
            "map_of": choice("map of", names),
            "marked": toggle("critical points", False),
        },
        alt="A landscape of hills and hollows with the paths of "
        f"{', '.join(names)} from one start; beside it the map of basins, and the width and height of each "
        "hill and hollow. A box marks the critical points.",
        stops=_RECORDED,
        kind=OwnLandscape,
    )


def _small(value: float) -> str:
    """Return a number of which rounding leaves nothing below 10⁻¹²."""
    return "< 10⁻¹²" if value < 1e-12 else number(value, 1)


def _places(
    landscape: GaussianLandscape | None,
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return (x₁, x₂), (width, height) of all that can be there: the given ones first, then fresh ones."""
    if landscape is None:
        return list(_FRESH)
    given = len(landscape.heights)
    if landscape.dim != 2 or given > MOST:
        raise ValueError(
            f"landscape must have two parameters and at most {MOST} hills and hollows, "
            f"got {landscape.dim} and {given}"
        )
    shapes = np.stack([landscape.widths, landscape.heights], axis=-1)
    low, high = np.stack([_WIDTHS, _HEIGHTS], axis=-1)
    if (np.abs(landscape.centers) > _SIDE).any() or ((shapes < low) | (shapes > high)).any():
        raise ValueError(
            f"landscape must have its centers within ±{_SIDE:g}, widths in {_WIDTHS[0]} … {_WIDTHS[1]} and "
            f"heights within ±{_HEIGHTS[1]:g} to be drawn"
        )
    own = [
        ((float(at[0]), float(at[1])), (float(shape[0]), float(shape[1])))
        for at, shape in zip(landscape.centers, shapes, strict=True)
    ]
    return own + list(_FRESH[given:])


def _bumps(state: State) -> _Bumps:
    """Return x₁, x₂, width and height of each hill and hollow that is there."""
    return tuple((*state[f"place_{k}"], *state[f"shape_{k}"]) for k in range(1, state.count + 1))


def _landscape(bumps: _Bumps, bowl: float) -> GaussianLandscape:
    numbers = np.array(bumps, dtype=np.float64).reshape(-1, 4)
    window = ((-_SIDE, _SIDE), (-_SIDE, _SIDE))
    return GaussianLandscape(numbers[:, :2], numbers[:, 3], numbers[:, 2], bowl=bowl, domain=window)


def _called(points: Sequence[CriticalPoint]) -> list[str]:
    """Return A, B, … for minima, the lowest first; S1, … for saddles, M1, … for maxima, D1, … for others."""
    counts = {kind: iter(range(len(points))) for kind in KIND_MARKERS}
    called = []
    for point in points:
        k = next(counts[point.kind])
        letter = {"saddle": "S", "maximum": "M", "degenerate": "D"}.get(point.kind)
        called.append(f"{letter}{k + 1}" if letter else basin_name(k))
    return called


def _marks(points: Sequence[CriticalPoint]) -> list[Layer]:
    marks: list[Layer] = []
    for kind, code in KIND_MARKERS.items():
        at = [point.x for point in points if point.kind == kind]
        if at:
            index = {"minimum": "index 0", "saddle": "index 1", "maximum": "index 2"}.get(kind, "")
            label = f"{kind}, {index}" if index else kind
            marks.append(Points(np.array(at), "black", _SHAPES[code], label=label, hollow=True))
    return marks


def _map(
    f: GaussianLandscape, optimizer: Optimizer, points: Sequence[CriticalPoint]
) -> tuple[Raster, dict[str, float]]:
    """Return the map of basins, and the share of starts of each minimum by its letter."""
    minima = np.array([point.x for point in points if point.kind == "minimum"]).reshape(-1, 2)
    palette = basin_palette(max(1, len(minima)))
    if not len(minima):  # all of them lie outside the window
        labels = np.full((_RESOLUTION, _RESOLUTION), NOWHERE)
        return Raster(labels - ON_A_CYCLE, palette), {}
    found = basin_map(f, optimizer, minima=minima, resolution=_RESOLUTION, steps=_MAP_STEPS)
    names = (basin_name(k) for k in range(len(minima)))
    return Raster(found.labels - ON_A_CYCLE, palette), dict(zip(names, found.shares, strict=True))


def _end(run: Trajectory, points: Sequence[CriticalPoint], called: Sequence[str]) -> str:
    if str(run.status) == "diverged" or not points:
        return str(run.status) if not points else "diverged"
    apart = np.array([np.linalg.norm(point.x - run.x[-1]) for point in points])
    return f"ends at {called[int(apart.argmin())]}" if apart.min() <= _ARRIVED else "still on its way"


def _count(points: Sequence[CriticalPoint]) -> str:
    """Return Morse's sum in words, and what it says if it is not what it has to be."""
    counts = [sum(point.kind == kind for point in points) for kind in ("minimum", "saddle", "maximum")]
    minima, saddles, maxima = counts
    text = f"minima − saddles + maxima = {minima} − {saddles} + {maxima} = {minima - saddles + maxima}"
    degenerate = len(points) - sum(counts)
    if degenerate:
        return f"{text}; {degenerate} more are degenerate, so the sum need not be 1."
    if minima - saddles + maxima != 1:
        return f"{text}, not 1: one lies outside the window, or two are too close to be told apart."
    return text
