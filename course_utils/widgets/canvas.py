"""The one front-end part: panels with layers and draggable handles, drawn by the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import ipywidgets
import traitlets

from course_utils.widgets.axes import Panel, Window
from course_utils.widgets.controls import Control
from course_utils.widgets.delivery import STUB, FrontEnd, front_end
from course_utils.widgets.ground import ground_message
from course_utils.widgets.handles import Handle
from course_utils.widgets.layers import Landscape, Layer, Raster
from course_utils.widgets.messages import handle_message, panel_message


class Canvas(anywidget.AnyWidget):
    """A picture in data coordinates. It knows nothing of what it shows: its subclass `Scene` does.

    The browser sends ``{"kind": "move", "view", "seq", "handles": {name: [x, y]}, "controls": {name:
    value}}`` and waits for the frame whose ``reply`` is [view, seq] before it sends the next: the
    latest position wins.
    """

    _esm = STUB

    front = traitlets.Instance(FrontEnd).tag(sync=True, **ipywidgets.widget_serialization)
    alt = traitlets.Unicode().tag(sync=True)
    panel_list: traitlets.List[Any] = traitlets.List().tag(sync=True)
    handle_list: traitlets.List[Any] = traitlets.List().tag(sync=True)
    control_list: traitlets.List[Any] = traitlets.List().tag(sync=True)
    groups: traitlets.List[Any] = traitlets.List().tag(sync=True)
    grounds: traitlets.List[Any] = traitlets.List().tag(sync=True)
    frame: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        panels: Sequence[Panel],
        handles: Mapping[str, tuple[Handle, int]],
        controls: Mapping[str, Control],
        groups: Mapping[str, Sequence[str]],
        alt: str,
    ) -> None:
        self._shown_grounds: list[object] = [None] * len(panels)
        self._count = 0
        super().__init__(
            front=front_end(),
            alt=alt,
            panel_list=[panel_message(panel) for panel in panels],
            handle_list=[handle_message(name, handle, panel) for name, (handle, panel) in handles.items()],
            control_list=[{"name": name, **control.message()} for name, control in controls.items()],
            groups=[{"title": title, "names": list(names)} for title, names in groups.items()],
            grounds=[None] * len(panels),
        )
        self.on_msg(lambda widget, content, buffers: self._receive(content))

    def _receive(self, content: Any) -> None:
        if isinstance(content, dict) and content.get("kind") == "move":
            self._moved(content["handles"], content["controls"], [content["view"], content["seq"]])

    def _moved(self, positions: dict[str, Any], values: dict[str, Any], reply: list[Any]) -> None:
        """Take what the browser sends, positions of handles and values of controls, and `show` the answer."""
        raise NotImplementedError

    def show(
        self,
        panels: Sequence[Panel],
        layers: Sequence[Sequence[Layer]],
        windows: Sequence[Window],
        frame: dict[str, Any],
        reply: list[Any],
    ) -> None:
        """Send one frame; a landscape goes along only if it is another one than before."""
        self._count += 1
        frame = {"count": self._count, "reply": reply, **frame}
        with self.hold_sync():
            self._show_grounds(panels, layers, windows)
            self.frame = frame

    def show_error(self, error: str, settings: dict[str, Any], reply: list[Any]) -> None:
        """Send the last frame again with an error and ``settings``: where handles and controls stand."""
        self._count += 1
        nothing: dict[str, Any] = {
            "data": b"",
            "panels": [],
            "handles": [],
            "controls": {},
            "readout": None,
            "message": "",
        }
        news = {"count": self._count, "reply": reply, "error": error, **settings}
        self.frame = {**news, **nothing, **self.frame, **news}

    def _show_grounds(
        self, panels: Sequence[Panel], layers: Sequence[Sequence[Layer]], windows: Sequence[Window]
    ) -> None:
        grounds, changed = list(self.grounds), False
        for i, (panel, inside, window) in enumerate(zip(panels, layers, windows, strict=True)):
            layer = next((layer for layer in inside if isinstance(layer, (Landscape, Raster))), None)
            key = layer and (layer, window)
            if key != self._shown_grounds[i]:
                self._shown_grounds[i] = key
                grounds[i] = layer and ground_message(layer, panel, window)
                changed = True
        if changed:
            self.grounds = grounds
