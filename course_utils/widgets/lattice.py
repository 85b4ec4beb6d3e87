"""Which states of a scene are recorded: a choice among all combinations of stops."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from course_utils.objectives import Array
from course_utils.widgets.controls import Slider
from course_utils.widgets.drawn import Parts
from course_utils.widgets.stops import Axis, control_axis, handle_axes

# Stops where there is room for all combinations, and the fewest for which all combinations are still better
# than the lines and planes through the first state.
_MOST = {"handle": 17, "slider": 41}
_FEWEST = {"handle": 7, "slider": 5}
_SOME, _SEVERAL, _FEW = 5, 4, 3  # stops of what accompanies another thing in those lines and planes
# Stops in them of a handle, of a slider, and of the first handle beside a control, the best first: sliders
# give way sooner, each of their stops is a plane; and a handle that stays where it was dragged when a slider
# is moved next is worth more than many stops of either.
_SLICED = (
    *((13, 13, 5), (11, 11, 5), (9, 9, 5), (11, 9, 4), (9, 9, 4), (9, 7, 4), (9, 6, 4), (13, 13, _FEW)),
    *((handle, max(3, handle - 2), _FEW) for handle in range(13, 2, -1)),
)


@dataclass(frozen=True)
class Lattice:
    """The states to record: each is one stop along every axis.

    ``states`` (N, axes) are numbers of stops, without repetition; the scene's first state comes first.
    """

    axes: tuple[Axis, ...]
    states: Array

    @property
    def first(self) -> Array:
        """The first state (axes,)."""
        return np.array([axis.first for axis in self.axes], dtype=np.int64)

    def at(self, state: Array) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return the handles' places, as `Parts.place` wants them, and the controls' values in a state."""
        wanted: dict[str, Array] = {}
        values: dict[str, Any] = {}
        for axis, k in zip(self.axes, state, strict=True):
            stop = axis.stops[int(k)]
            match axis.part:
                case "value":
                    values[axis.name] = stop
                case "angle":
                    wanted[axis.name] = np.array([math.cos(stop), math.sin(stop)])
                case "point":
                    wanted[axis.name] = np.asarray(stop, dtype=float)
                case part:
                    place = wanted.setdefault(axis.name, np.zeros(2))
                    place["xy".index(part)] = stop
        return wanted, values


Free = dict[int, list[int]]  # number of an axis → its stops in a line or plane; the others stay first


def _all_combinations(axes: Sequence[Axis]) -> Array:
    grid = np.meshgrid(*(np.arange(len(axis)) for axis in axes), indexing="ij")
    return np.stack([g.ravel() for g in grid], axis=-1) if axes else np.zeros((1, 0), dtype=int)


def _slice(axes: Sequence[Axis], free: Free) -> Array:
    """Return the states in which only ``free`` axes leave the first state, for the stops given."""
    choices = [free.get(k, (axis.first,)) for k, axis in enumerate(axes)]
    return np.stack([g.ravel() for g in np.meshgrid(*choices, indexing="ij")], axis=-1)


def _spread(axis: Axis, count: int) -> list[int]:
    """Return ``count`` stops of an axis from end to end, or all around a circle, one of them the first."""
    if axis.part == "angle":
        return sorted({round(k * len(axis) / count) for k in range(min(count, len(axis)))})
    chosen = np.rint(np.linspace(0, len(axis) - 1, min(count, len(axis)))).astype(int)
    if axis.first in chosen:
        return sorted(set(chosen.tolist()))
    # One gives way to the first stop: so that none is far from all of them, and rather none of the ends.
    swapped = [np.sort(np.append(np.delete(chosen, k), axis.first)) for k in range(len(chosen))]
    ends = [0, len(axis) - 1]

    def farthest(stops: Array) -> tuple[float, int]:
        gaps = np.diff(stops, prepend=-stops[0], append=2 * ends[1] - stops[-1])
        return float(gaps.max()) / 2, -int(np.isin(ends, stops).sum())

    return [int(stop) for stop in min(swapped, key=farthest)]


def _beside(axis: Axis) -> list[int]:
    """Return the first stop of an axis and those before and after it."""
    return [k for k in range(axis.first - 1, axis.first + 2) if 0 <= k < len(axis)]


def _lines(axes: Sequence[Axis]) -> dict[str, dict[int, list[int]]]:
    """Return for each thing that can be moved all stops of its axes, by number."""
    lines: dict[str, dict[int, list[int]]] = {}
    for k, axis in enumerate(axes):
        if len(axis) > 1:
            lines.setdefault(axis.name, {})[k] = list(range(len(axis)))
    return lines


def _useful(
    axes: Sequence[Axis], places: int, among: Mapping[str, str]
) -> tuple[list[Free], list[Free], list[Free]]:
    """Return lines and planes through the first state, the most useful first: lines, vital and other planes.

    Lines are each handle and each control by itself. Vital is each control with ``places`` stops along the
    first handle: whoever has dragged it moves a control next, and it should stay. Then come one more and
    one less of what comes and goes (``among``: handle → its control) with some places of each; the controls
    with a few places of the other handles; two handles at a few places each, and these with each control;
    any two things, one of them at a few stops, menus before sliders; some stops of both. All up to the two
    handles is vital where ``places`` is large.
    """
    fine = _lines(axes)

    def coarse(name: str, count: int) -> Free:
        return {k: _spread(axes[k], count) for k in fine[name]}

    few = {name: coarse(name, _FEW) for name in fine}
    length = {name: max(map(len, own.values())) for name, own in fine.items()}
    order = sorted(fine, key=length.__getitem__)  # menus first
    is_control = {axis.name: axis.part == "value" for axis in axes}
    controls = [name for name in order if is_control[name]]
    handles = [name for name in fine if not is_control[name]]

    dragged = [fine[c] | coarse(h, places) for h in handles[:1] for c in controls]
    more: list[Free] = []
    for handle in sorted(handles, key=lambda name: -length[name]):
        control = among.get(handle)
        if control in fine:
            more.append({k: _beside(axes[k]) for k in fine[control]} | coarse(handle, _SEVERAL))
    more += [fine[c] | few[h] for c in controls for h in handles[1:]]
    two = [few[a] | few[b] for a, b in combinations(handles, 2)]
    more += [*two, *(fine[c] | both for c in reversed(controls) for both in two)]
    pairs: list[Free] = [fine[a] | few[b] for b in order for a in fine if a != b]
    pairs += [coarse(a, _SOME) | coarse(b, _SOME) for a, b in combinations(fine, 2)]
    if handles and places == _FEW:
        return list(fine.values()), dragged, more + pairs
    return list(fine.values()), dragged + more, pairs


def _slices(axes: Sequence[Axis], most: int, places: int, among: Mapping[str, str]) -> tuple[Array, bool]:
    """Return the most useful states, about ``most``, and whether all vital ones are in; see `_useful`.

    The lines are returned in any case; a plane that no longer fits in as a whole is left out.
    """
    lines, vital, others = _useful(axes, places, among)
    states: dict[tuple[int, ...], None] = {}  # a set that keeps its order
    complete = True
    for number, free in enumerate([*lines, *vital, *others], start=-len(lines)):
        grown = states | dict.fromkeys(map(tuple, _slice(axes, free).tolist()))
        if number < 0 or len(grown) <= most:
            states = grown
        elif number < len(vital):
            complete = False
    return np.array(list(states)), complete


def lattice(
    parts: Parts,
    placed: Mapping[str, Array],
    values: Mapping[str, Any],
    most: int,
    stops: Mapping[str, int],
) -> Lattice:
    """Return about ``most`` states around the first one, in which every handle and control can be moved.

    All combinations of stops where enough stops fit in; elsewhere the lines and planes through the first
    state: each handle and control by itself, each control with some places of the first handle, then other
    pairs, and two handles with a control. A menu keeps all of its words, and a handle at least three stops
    along each coordinate: where even the lines have more than ``most`` states, these are returned.

    Parameters
    ----------
    placed, values : the first state: positions (2,) of handles, values of controls.
    most : states.
    stops : how many along a handle's coordinate or a control, by name; 1 leaves it where it is.
    """

    def axes(handle: int, slider: int) -> tuple[Axis, ...]:
        found: list[Axis] = []
        for name, h in parts.handles.items():
            hung = parts.hung_on(name)
            at = placed[name] - (placed[hung] if hung else 0.0)
            count = stops.get(name, handle)
            # One coordinate alone, or a circle, deserves more stops than each of two.
            alone = name not in stops and h.on.motion != "plane"
            panel = parts.panels[parts.panel_of(name)]
            found += handle_axes(name, h, panel, at, 2 * count if alone else count)
        for name, control in parts.controls.items():
            count = stops.get(name, slider if isinstance(control, Slider) else 2)
            found.append(control_axis(name, control, values[name], count))
        return tuple(found)

    for share in np.linspace(1, 0, 12):
        counts = (round(_FEWEST[k] + share * (_MOST[k] - _FEWEST[k])) for k in ("handle", "slider"))
        full = axes(*counts)
        if math.prod(map(len, full)) <= most:
            states = _all_combinations(full)
            break
    else:
        among = {name: handle.among[0] for name, handle in parts.handles.items() if handle.among}
        for handle, slider, places in _SLICED:
            full = axes(handle, slider)
            states, complete = _slices(full, most, places, among)
            alone = sum(math.prod(map(len, own.values())) for own in _lines(full).values())
            if complete and alone <= most / 2:  # the other half is for combinations
                break
    first = np.array([axis.first for axis in full], dtype=np.int64)
    own = np.all(states == first, axis=1)
    return Lattice(full, np.concatenate([first[None], states[~own]]))
