"""Where a recorded handle or control can stand: its stops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.objectives import Array
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import Choice, Control, Toggle
from course_utils.widgets.handles import Handle, OnCircle, OnGraph, OnLine, OnPolyline


@dataclass(frozen=True)
class Axis:
    """The stops along one thing that can be moved: a control, or a coordinate of a handle.

    Attributes
    ----------
    name : of the control or the handle.
    part : what its stops are: ``"value"`` of a control; ``"x"`` or ``"y"`` of a handle in data coordinates,
        its ``"angle"`` in radians, or ``"point"`` of a polyline.
    stops : what the update function sees there.
    units : (k,) where they are on the way from 0 to 1, or (k, 2) for points; by it the nearest stop is found.
    first : number of the stop at which the scene stands first.
    """

    name: str
    part: str
    stops: tuple[Any, ...]
    units: Array
    first: int

    def __len__(self) -> int:
        return len(self.stops)


def _with_first(even: Array, first: float) -> tuple[Array, int]:
    """Return even stops in [0, 1] the nearest of which has given way to ``first``, and its number."""
    nearest = int(np.argmin(np.abs(even - first)))
    stops = even.copy()
    stops[nearest] = first
    return stops, nearest


def _from_unit(unit: float, low: float, high: float, log: bool) -> float:
    return low * (high / low) ** unit if log else low + unit * (high - low)


def _to_unit(value: float, low: float, high: float, log: bool) -> float:
    return math.log(value / low) / math.log(high / low) if log else (value - low) / (high - low)


def control_axis(name: str, control: Control, value: Any, count: int) -> Axis:
    """Return the stops of a control: every word of a menu, and ``count`` places of a slider."""
    if count == 1:
        return Axis(name, "value", (value,), np.zeros(1), 0)
    if isinstance(control, (Choice, Toggle)):
        stops: tuple[Any, ...] = control.values if isinstance(control, Choice) else (False, True)
        first = next(k for k, stop in enumerate(stops) if stop is value or stop == value)
        return Axis(name, "value", stops, np.arange(len(stops), dtype=float), first)
    off = control.switch and value == control.off
    way = (control.low, control.high, control.log)
    most = min(count, round(control.high - control.low) + 1) if control.whole else count
    even = np.linspace(0, 1, most)
    units = even if off else _with_first(even, _to_unit(float(value), *way))[0]
    taken = [control.take(_from_unit(unit, *way)) for unit in units]
    if not off:
        taken[int(np.argmin(np.abs(units - _to_unit(float(value), *way))))] = value
    stops = tuple(dict.fromkeys(taken))  # whole numbers may fall together
    units = np.array([_to_unit(float(stop), *way) for stop in stops])
    if control.switch:
        stops, units = (*stops, control.off), np.append(units, -1.0)  # no way leads there
    return Axis(name, "value", stops, units, stops.index(value))


def handle_axes(name: str, handle: Handle, panel: Panel, at: Array, count: int) -> list[Axis]:
    """Return the stops of a handle; ``at`` (2,) is where it is first, relative to what it hangs on."""
    if isinstance(handle.on, OnCircle):
        centre = np.zeros(2) if isinstance(handle.on.centre, str) else np.asarray(handle.on.centre)
        now = math.atan2(*(at - centre)[::-1])
        turns = np.arange(count) / count
        angles = tuple(float(angle) for angle in now + 2 * np.pi * turns)
        return [Axis(name, "angle", angles, turns, 0)]
    window: Any = panel.window
    if isinstance(handle.on, OnPolyline):
        corners = np.asarray(handle.on.points, dtype=np.float64)
        length = np.append(0.0, np.cumsum(np.hypot(*np.diff(panel.unit(corners, window), axis=0).T)))
        even = np.linspace(0, length[-1], count)
        points = np.stack([np.interp(even, length, column) for column in corners.T], axis=-1)
        nearest = int(np.argmin(np.hypot(*(panel.unit(points, window) - panel.unit(at[None], window)).T)))
        points[nearest] = at
        return [Axis(name, "point", tuple(map(tuple, points)), panel.unit(points, window), nearest)]
    axes = []
    first = panel.unit(at[None], window)[0]
    one = isinstance(handle.on, (OnLine, OnGraph))
    for k, (part, log) in enumerate((("x", panel.log_x), ("y", panel.log_y))):
        if one and part == "y":
            continue
        units, number = _with_first(np.linspace(0, 1, count), float(first[k]))
        low, high = window[2 * k : 2 * k + 2]
        stops = [float(_from_unit(unit, low, high, log)) for unit in units]
        stops[number] = float(at[k])
        axes.append(Axis(name, part, tuple(stops), units, number))
    return axes
