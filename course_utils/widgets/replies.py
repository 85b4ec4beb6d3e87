"""Answers to a moved handle in two messages in place of three: the picture, and that the kernel is idle.

A kernel says that it is busy before it looks at a message. Where the course does not configure the server
(`course_utils.serving`), Nagle's algorithm makes the picture wait until the browser has acknowledged that
small frame, up to 40 ms; and each frame has to pass every proxy on the way. Nobody misses it: a picture
that waits for long says so itself. With "idle" the browser's side ends a request, so that one stays.
"""

from __future__ import annotations

import sys
from typing import Any

_hushed: Any = None  # the kernel of this process, once it answers so


def answer_in_two_messages() -> None:
    """Let this process, if it is one of ipykernel's, answer a picture's moves without saying "busy" first."""
    global _hushed
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    kernel: Any = getattr(shell, "kernel", None)
    say: Any = getattr(kernel, "_publish_status", None)
    if say is None or kernel is _hushed:
        return

    def publish(status: str, channel: str, parent: Any = None) -> None:
        if status != "busy" or not _is_move(parent or kernel.get_parent(channel)):
            say(status, channel, parent)

    kernel._publish_status = publish
    _hushed = kernel


def _is_move(message: Any) -> bool:
    """Return whether a message of the browser's is a move of a picture, which `Canvas` answers."""
    for key in ("content", "data", "content"):
        message = message.get(key) if isinstance(message, dict) else None
    return isinstance(message, dict) and message.get("kind") == "move"
