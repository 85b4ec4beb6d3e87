"""What a scene is made of and what it shows in a state: the same pure functions live and recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.objectives import Array
from course_utils.widgets.axes import Panel, Window, resolve_window
from course_utils.widgets.controls import Control
from course_utils.widgets.handles import Handle, OnCircle, State
from course_utils.widgets.layers import Layer
from course_utils.widgets.messages import control_value, encode, handle_place, readout_message
from course_utils.widgets.view import View


@dataclass(frozen=True)
class Drawn:
    """What a scene shows in a state: its layers and windows by panel, in the panels' order."""

    view: View
    layers: tuple[tuple[Layer, ...], ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Parts:
    """What a scene is made of, apart from where its handles and controls are now.

    ``panels``, ``handles``, ``controls`` and ``stops`` are by name; the update function must be pure.
    """

    update: Callable[[State], View]
    panels: Mapping[str, Panel]
    handles: Mapping[str, Handle]
    controls: Mapping[str, Control]
    groups: Mapping[str, Sequence[str]]
    alt: str
    stops: Mapping[str, int] = field(default_factory=dict)

    def panel_of(self, handle: str) -> str:
        """Return the name of the panel that a handle lives in; the first one by default."""
        return self.handles[handle].panel or next(iter(self.panels))

    def hung_on(self, handle: str) -> str:
        """Return the name of the handle that this one goes along with; empty if there is none."""
        on = self.handles[handle].on
        return on.centre if isinstance(on, OnCircle) and isinstance(on.centre, str) else ""

    def place(self, wanted: Mapping[str, Array], values: Mapping[str, Any]) -> dict[str, Array]:
        """Put every handle where it may go, in order: a later one may hang on an earlier one.

        ``wanted`` (2,) are positions by handle, relative to the handle that it hangs on.
        """
        placed: dict[str, Array] = {}
        seen: dict[str, Any] = {**values, **wanted}
        for name, handle in self.handles.items():
            centre = self.hung_on(name)
            at = wanted[name] + (placed[centre] if centre else np.zeros(2))
            if not isinstance(handle.on, OnCircle):  # to clip it would turn it
                window = self.panels[self.panel_of(name)].window
                low, high = (np.array(window[k::2], dtype=float) for k in (0, 1))
                at = np.clip(at, low, high)
            placed[name] = np.array(handle.on.place(at, State(seen)), dtype=float)
            seen[name] = placed[name].copy()  # the reader's to change in place
        return placed

    def draw(self, placed: Mapping[str, Array], values: Mapping[str, Any]) -> Drawn:
        """Return what is to be seen; ValueError or TypeError if the view does not fit the scene."""
        view = self.update(State({**values, **{name: at.copy() for name, at in placed.items()}}))
        if not isinstance(view, View):
            raise TypeError(f"the update function must return a View, got {type(view).__name__}")
        unknown = (set(view.layers) | set(view.windows)) - set(self.panels)
        if unknown:
            raise ValueError(f"View names panels that the scene does not have: {', '.join(sorted(unknown))}")
        layers = tuple(view.layers.get(name, ()) for name in self.panels)
        windows = tuple(
            resolve_window(panel, inside, view.windows.get(name))
            for (name, panel), inside in zip(self.panels.items(), layers, strict=True)
        )
        return Drawn(view, layers, windows)

    def settings(self, placed: Mapping[str, Array], values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the browser needs to show where the handles and controls stand."""
        state = State({**values, **placed})
        return {
            "handles": [handle_place(handle, placed[name], state) for name, handle in self.handles.items()],
            "controls": {name: control_value(c, values[name]) for name, c in self.controls.items()},
        }

    def frame(self, drawn: Drawn, placed: Mapping[str, Array], values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the browser needs to show it, apart from the grounds of its panels."""
        described, data = encode(list(self.panels.values()), drawn.layers, drawn.windows)
        return {
            "panels": described,
            **self.settings(placed, values),
            "readout": readout_message(drawn.view.readout),
            "message": drawn.view.message,
            "error": drawn.view.error,
            "data": data,
        }
