"""Recordings in a notebook's outputs: each picture that a kernel shows is stored with its recording."""

from __future__ import annotations

import base64
from typing import Any

from course_utils.widgets.recording import LIMIT, STATES
from course_utils.widgets.scene import Scene

RECORDING = "application/vnd.nonconvex.recording+json"
"""The MIME type of a recording among a picture's outputs: {"states": how many, "pack": base64}."""


def store_recordings(shell: Any, *, states: int = STATES, limit: int = LIMIT) -> None:
    """Let the IPython ``shell`` add a recording to every `Scene` that it displays from now on.

    ``states`` and ``limit`` are those of `Scene.record`. A picture in which nothing can be moved has none.
    """

    def bundle(shown: Scene) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = shown._repr_mimebundle_()
        if shown.handles or shown.controls:
            recording = shown.record(states=states, limit=limit)
            pack = base64.b64encode(recording.pack).decode()
            data[RECORDING] = {"states": len(recording), "pack": pack}
        return data, metadata

    shell.display_formatter.mimebundle_formatter.for_type(Scene, bundle)
