"""Connections of browser and kernel that write down when the messages of a drag pass the server.

Each writes lines ``[view, seq, "in" or "out", begin, end]`` (ms since the epoch) to ``server.jsonl`` in its
working directory.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from course_utils.serving import PromptConnection

_ASKED = re.compile(rb'"view":\s*"(\w+)",\s*"seq":\s*(\d+)')
_ANSWERED = re.compile(rb'"reply":\s*\["(\w+)",\s*(\d+)\]')


class _Measured:
    def handle_incoming_message(self, incoming_msg: Any) -> None:
        begin = time.time()
        super().handle_incoming_message(incoming_msg)  # type: ignore[misc]
        raw = incoming_msg if isinstance(incoming_msg, bytes) else incoming_msg.encode()
        _note(_ASKED.search(raw), "in", begin)

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        begin = time.time()
        super().handle_outgoing_message(stream, outgoing_msg)  # type: ignore[misc]
        _note(_ANSWERED.search(b"".join(bytes(part) for part in outgoing_msg)), "out", begin)


def _note(match: re.Match[bytes] | None, way: str, begin: float) -> None:
    if match:
        line = [match[1].decode(), int(match[2]), way, 1000 * begin, 1000 * time.time()]
        with Path("server.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


class Prompt(_Measured, PromptConnection):
    """As the course's installation makes the server."""


class Plain(_Measured, ZMQChannelsWebsocketConnection):
    """As Jupyter Server is by itself."""
