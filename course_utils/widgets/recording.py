"""A scene recorded on a lattice of states, for pages that have no kernel."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.objectives import Array
from course_utils.widgets import packing
from course_utils.widgets.controls import Choice
from course_utils.widgets.drawn import Drawn, Parts
from course_utils.widgets.ground import ground_message
from course_utils.widgets.handles import OnCircle
from course_utils.widgets.lattice import Lattice, lattice
from course_utils.widgets.layers import Landscape, Raster
from course_utils.widgets.messages import handle_message, panel_message

STATES = 500  # that a recording holds at most, unless told otherwise
LIMIT = 700_000  # bytes
_FEWEST = 3  # states that are worth a recording
_DIGITS = 7  # significant ones, of places and windows: far more than a screen shows


@dataclass(frozen=True)
class Recording:
    """The frames of a scene at many states; made by `Scene.record`.

    Attributes
    ----------
    lattice : which states were recorded; those whose update function raised are left out.
    pack : all of it in few bytes, as the browser reads it (`course_utils.widgets.packing`).
    """

    lattice: Lattice
    pack: bytes

    def __len__(self) -> int:
        return len(self.lattice.states)

    def __repr__(self) -> str:
        return f"Recording({len(self)} states, {len(self.pack):,} bytes)"

    @cached_property
    def _read(self) -> tuple[dict[str, Any], list[packing.Floats], list[bytes]]:
        return packing.read(self.pack)

    def frame(self, k: int) -> dict[str, Any]:
        """Return frame ``k`` as the browser draws it, coordinates to half a quantum, with its grounds."""
        header, chunks, grounds = self._read
        look = json.loads(header["texts"][header["frames"]["look"][k]])
        own = header["frames"]["chunks"][k]
        first = 0
        layers = [layer for panel in look["panels"] for layer in panel]
        for layer, chunk in zip(layers, own, strict=True):
            layer |= {"first": first, "n": len(chunks[chunk])}
            first += len(chunks[chunk])
        words = json.loads(header["texts"][header["frames"]["words"][k]])
        windows = json.loads(header["texts"][header["frames"]["windows"][k]])
        shown = [
            None if number < 0 else header["grounds"][number] for number in header["frames"]["grounds"][k]
        ]
        return {
            "panels": [
                {"window": window, "layers": inside}
                for window, inside in zip(windows, look["panels"], strict=True)
            ],
            "data": np.concatenate([chunks[chunk] for chunk in own] + [np.empty((0, 2), np.float32)]),
            "handles": json.loads(header["texts"][header["frames"]["places"][k]]),
            "controls": {
                axis["name"]: axis["values"][int(stop)]
                for axis, stop in zip(header["axes"], self.lattice.states[k], strict=True)
                if axis["part"] == "value"
            },
            **words,
            "grounds": [
                ground
                and {
                    **ground,
                    "shade": packing.raised(grounds[ground["shade"]], ground["columns"]),
                    "palette": grounds[ground["palette"]],
                    "lines": chunks[ground["lines"]],
                }
                for ground in shown
            ],
        }


class _Writer:
    """Collects frames; what several of them share is kept once."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.texts, self.chunks, self.blobs, self.grounds = (packing.Once() for _ in range(4))
        self.frames: dict[str, list[Any]] = {
            name: [] for name in ("look", "words", "windows", "places", "chunks", "grounds")
        }
        self.ground_of: dict[Any, int] = {}
        self.kept: list[Drawn] = []  # what `ground_of` tells apart by identity must not die

    def add(self, wanted: Mapping[str, Array], values: Mapping[str, Any]) -> bool:
        """Record a state; return False, and record nothing, if it cannot be drawn."""
        try:
            with np.errstate(all="ignore"):
                placed = self.parts.place(wanted, values)
                drawn = self.parts.draw(placed, values)
                frame = self.parts.frame(drawn, placed, values)
                grounds = [self._ground(drawn, k) for k in range(len(drawn.windows))]
        except Exception:
            return False
        data = np.frombuffer(frame["data"], np.float32).reshape(-1, 2)
        layers = [layer for panel in frame["panels"] for layer in panel["layers"]]
        own = [
            self.chunks.number(data[layer["first"] : layer["first"] + layer["n"]].tobytes())
            for layer in layers
        ]
        for layer in layers:
            del layer["first"], layer["n"]
        columns = {
            "look": {"panels": [panel["layers"] for panel in frame["panels"]]},
            "words": {name: frame[name] for name in ("readout", "message", "error")},
            "windows": [_short(panel["window"]) for panel in frame["panels"]],
            "places": [
                {"at": _short(place["at"]), "centre": place["centre"] and _short(place["centre"])}
                for place in frame["handles"]
            ],
        }
        for name, content in columns.items():
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            self.frames[name].append(self.texts.number(text))
        self.frames["chunks"].append(own)
        self.frames["grounds"].append(grounds)
        return True

    def _ground(self, drawn: Drawn, k: int) -> int:
        """Return the number of the ground of panel ``k``; −1 if there is none."""
        layer = next((layer for layer in drawn.layers[k] if isinstance(layer, (Landscape, Raster))), None)
        if layer is None:
            return -1
        key = (k, layer, drawn.windows[k])
        if key not in self.ground_of:
            self.kept.append(drawn)
            panel = list(self.parts.panels.values())[k]
            message: dict[str, Any] = dict(ground_message(layer, panel, drawn.windows[k]))
            message["lines"] = self.chunks.number(message["lines"])
            message["shade"] = packing.flattened(message["shade"], message["columns"])
            for name in ("shade", "palette"):
                message[name] = self.blobs.number(message[name])
            self.ground_of[key] = self.grounds.number(json.dumps(message))
        return self.ground_of[key]

    def pack(self, found: Lattice) -> bytes:
        """Return the pack."""
        parts = self.parts
        names = list(parts.panels)
        header = {
            "alt": parts.alt,
            "panels": [panel_message(panel) for panel in parts.panels.values()],
            "handles": [
                handle_message(name, handle, names.index(parts.panel_of(name)))
                for name, handle in parts.handles.items()
            ],
            "controls": [{"name": name, **control.message()} for name, control in parts.controls.items()],
            "groups": [{"title": title, "names": list(inside)} for title, inside in parts.groups.items()],
            "axes": [_axis_message(parts, axis) for axis in found.axes],
            "states": found.states.tolist(),
            "texts": list(self.texts),
            "frames": self.frames,
            "grounds": [json.loads(text) for text in self.grounds],
        }
        return packing.write(header, list(self.chunks), list(self.blobs))


def _short(numbers: Any) -> list[float]:
    return [float(f"{number:.{_DIGITS}g}") for number in numbers]


def _axis_message(parts: Parts, axis: Any) -> dict[str, Any]:
    """Return an axis as the browser finds the nearest stop on it."""
    message = {"name": axis.name, "part": axis.part, "units": axis.units.round(6).tolist()}
    if axis.part == "value":
        control = parts.controls[axis.name]
        if isinstance(control, Choice):
            return message | {"values": [control.words[control.values.index(stop)] for stop in axis.stops]}
        return message | {"values": list(axis.stops)}
    handle = parts.handles[axis.name]
    panel = parts.panels[parts.panel_of(axis.name)]
    place = {"window": panel.window, "log_x": panel.log_x, "log_y": panel.log_y}
    if isinstance(handle.on, OnCircle):
        return message | {"start": axis.stops[0]}
    return message | place


def record(
    parts: Parts,
    placed: Mapping[str, Array],
    values: Mapping[str, Any],
    *,
    states: int = STATES,
    limit: int = LIMIT,
    stops: Mapping[str, int] | None = None,
) -> Recording:
    """Return the recording of a scene around its state ``placed``, ``values``; see `Scene.record`."""
    check_whole(states=states, limit=limit)
    check_stops([*parts.handles, *parts.controls], stops or {})
    if not parts.handles and not parts.controls:
        raise ValueError("the scene must have a handle or a control to be recorded, it has none")
    stops = {**parts.stops, **(stops or {})}
    most = states
    while True:
        recording = _recorded(parts, lattice(parts, placed, values, most, stops))
        size = len(recording.pack)
        if size <= limit:
            return recording
        most = min(len(recording) - 1, most - 1, int(0.9 * most * limit / size))
        if most < _FEWEST:
            raise ValueError(
                f"limit must leave room for {_FEWEST} states of this scene, got {limit} bytes, "
                f"where {len(recording)} states take {size}"
            )


def _recorded(parts: Parts, found: Lattice) -> Recording:
    """Return the recording of the states that can be drawn; ValueError if the first cannot."""
    writer = _Writer(parts)
    drawn = []
    for state in found.states:
        wanted, values = found.at(state)
        drawn.append(writer.add(wanted, values))
    if not drawn[0]:
        raise ValueError("the scene must draw the state that it stands in, but its update function raised")
    kept = Lattice(found.axes, found.states[np.array(drawn)])
    return Recording(kept, writer.pack(kept))


def check_whole(**numbers: Any) -> None:
    """Raise TypeError or ValueError for what is no whole number of at least 1, by its name."""
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{name} must be a whole number, got {value!r}")
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")


def check_stops(known: Sequence[str], stops: Mapping[str, int]) -> None:
    """Raise TypeError or ValueError unless ``stops`` gives some of the names ``known`` whole numbers ≥ 1."""
    check_whole(**{f"stops[{name!r}]": count for name, count in stops.items()})
    strangers = [name for name in stops if name not in known]
    if strangers:
        raise ValueError(
            f"stops must name handles and controls ({', '.join(known)}), got {', '.join(strangers)}"
        )
