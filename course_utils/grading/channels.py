"""Where a student's kernel is spoken to: sockets in its own folder, or ports on Windows."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.connect import write_connection_file

from course_utils.grading.wall import NoWall, Wall

_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


def connections(wall: Wall | NoWall, file: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return where the kernel is spoken to, as seen by the grader and as seen by the kernel."""
    key = {"key": uuid4().hex, "signature_scheme": "hmac-sha256"}
    if sys.platform == "win32":
        path, _ = write_connection_file(str(wall.folder / file))
        here = json.loads(Path(path).read_text(encoding="utf-8"))
        return here, here
    # Sockets that are files: a kernel without a network has no other, and nobody else gets at them.
    ports = {f"{name}_port": number for number, name in enumerate(_CHANNELS, start=1)}
    common = {"transport": "ipc", **ports, **key}
    name = file.partition(".")[0]
    return tuple({**common, "ip": os.path.join(place, name)}  # type: ignore[return-value]
                 for place in (str(wall.folder / "channel"), wall.inside("channel")))  # fmt: skip


def places(connection: dict[str, Any]) -> list[Any]:
    """Return the addresses of a connection's channels, as `listens` takes them."""
    if connection["transport"] == "tcp":
        return [(connection["ip"], connection[f"{name}_port"]) for name in _CHANNELS]
    return [f"{connection['ip']}-{connection[f'{name}_port']}" for name in _CHANNELS]


def listens(place: Any) -> bool:
    """Whether a channel's end listens."""
    with socket.socket(socket.AF_INET if isinstance(place, tuple) else socket.AF_UNIX) as probe:
        return probe.connect_ex(place) == 0
