"""What the notebook server does for readers: quick pictures, alt texts in exports, fonts of formulas.

A reply of a kernel is three small frames (busy, message, idle). Jupyter Server leaves Nagle's algorithm on
for kernel WebSockets, so that the second one waits until the browser has acknowledged the first, which it
does up to 40 ms later. Installing the course makes the servers of its environment use `PromptConnection`:
JupyterLab and Notebook load this module as a server extension, Voilà is told in its configuration.

One server shows JupyterLab and Notebook 7, and both bring the fonts of formulas, under the same names.
Jupyter Server remembers where it found a file by its name alone: what one program has shown is refused to
the other (403), whose formulas lose their fonts. With the course it looks in the program's own folder.

The exports in the menu of JupyterLab and Notebook go through `course_utils.exporting.AltTexts`, which is
named here and not imported: nbconvert's 8 MB are for the server that exports something.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

_SETTING = "kernel_websocket_connection_class"
_ALT_TEXTS = "course_utils.exporting.AltTexts"


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter Server's own connection of a browser and a kernel, without Nagle's algorithm."""

    def connect(self) -> Any:
        """Connect, and send every frame from now on as soon as it is there."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()


class RemembersNothing(dict[str, str]):
    """Takes the place of names with the files that were found for them, and keeps none."""

    def __setitem__(self, name: str, file: str) -> None:
        """Let the pair go."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "course_utils.serving"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Export alt texts, find files anew, use `PromptConnection` unless somebody has chosen another one."""
    settings = server.web_app.settings
    settings["config"]["HTMLExporter"].setdefault("preprocessors", []).append(_ALT_TEXTS)
    if settings[_SETTING] is ZMQChannelsWebsocketConnection:
        settings[_SETTING] = PromptConnection
    FileFindHandler._static_paths = RemembersNothing()
