"""What Python tells the browser of a picture: panels, handles, readouts, and the layers of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.objectives import Array
from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.controls import Choice, Control
from course_utils.widgets.handles import Handle, OnCircle, State
from course_utils.widgets.layers import (
    Arrow,
    Bars,
    Landscape,
    Layer,
    Line,
    Points,
    Raster,
    Table,
    Text,
    color_code,
    layer_points,
    line_steps,
)


def panel_message(panel: Panel) -> dict[str, Any]:
    """Return a panel as the browser draws it, without what lies in it."""
    return {
        "title": panel.title,
        "x": panel.x,
        "y": panel.y,
        "log_x": panel.log_x,
        "log_y": panel.log_y,
        "ratio": panel.plot_ratio,
        "weight": panel.weight,
    }


def handle_message(name: str, handle: Handle, panel: int) -> dict[str, Any]:
    """Return a handle as the browser draws it, in the panel of that number; where it is, a frame tells."""
    return {
        "name": name,
        "label": handle.label or name.replace("_", " "),
        "panel": panel,
        "shape": handle.shape,
        "color": color_code(handle.color),
        "names": list(handle.shown_names),
        "motion": handle.on.motion,
        "among": handle.among and list(handle.among),
    }


def handle_place(handle: Handle, position: Array, state: State) -> dict[str, Any]:
    """Return where a handle is, for a frame."""
    centre = handle.on.middle(state).tolist() if isinstance(handle.on, OnCircle) else None
    return {"at": position.tolist(), "centre": centre}


def control_value(control: Control, value: Any) -> Any:
    """Return a control's value as the browser knows it: menus by their words."""
    return control.words[control.values.index(value)] if isinstance(control, Choice) else value


def readout_message(readout: Table | str | None) -> dict[str, Any] | None:
    """Return the text or the table below a picture; ``None`` for an empty one."""
    if readout is None or isinstance(readout, str):
        return {"text": readout} if readout else None
    return {
        "columns": [str(cell) for cell in readout.columns],
        "rows": [[str(cell) for cell in row] for row in readout.rows],
    }


def _style(layer: Layer) -> dict[str, Any]:
    match layer:
        case Line():
            return {
                "kind": "line",
                "dash": layer.dash,
                "width": layer.width,
                "marker": layer.marker,
                "size": layer.size,
                "every": max(1, int(layer.every)),
                "fill": layer.fill,
                "hollow": False,
                "run": layer.run,
                "steps": line_steps(layer),
            }
        case Points():
            return {
                "kind": "line",
                "dash": "solid",
                "width": 0,
                "marker": layer.marker,
                "size": layer.size,
                "every": 1,
                "fill": 0,
                "hollow": layer.hollow,
            }
        case Arrow():
            return {"kind": "arrow", "dash": layer.dash, "width": layer.width}
        case Bars():
            return {"kind": "bars"}
        case Text():
            return {"kind": "text", "text": layer.text, "anchor": layer.anchor, "size": layer.size}
        case Landscape() | Raster():
            raise ValueError("a Landscape or Raster is the ground of a panel, not one of its frame's layers")


def encode(
    panels: Sequence[Panel], layers: Sequence[Sequence[Layer]], windows: Sequence[Window]
) -> tuple[list[dict[str, Any]], bytes]:
    """Return the panels of a frame and all their points as one float32 buffer.

    Points travel as fractions of their window, computed in double precision: a window of any size
    and place, linear or logarithmic, loses nothing that a screen could show.
    """
    described, chunks, first = [], [], 0
    for panel, inside, window in zip(panels, layers, windows, strict=True):
        entries = []
        for layer in inside:
            if isinstance(layer, (Landscape, Raster)):
                continue
            points = panel.unit(layer_points(layer), window)
            entries.append(
                {
                    **_style(layer),
                    "first": first,
                    "n": len(points),
                    "color": color_code(layer.color),
                    "opacity": layer.opacity,
                    "label": "" if isinstance(layer, Text) else layer.label,
                }
            )
            first += len(points)
            chunks.append(points.astype(np.float32))
        described.append({"window": list(window), "layers": entries})
    return described, b"".join(chunk.tobytes() for chunk in chunks)
