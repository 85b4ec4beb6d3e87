"""What a console can show: not every one knows ✓ or ‖g‖ (code page 1252 on Windows, ASCII on old servers)."""

from __future__ import annotations

import io
import sys


def shows(text: str) -> bool:
    """Tell whether standard output can show ``text``."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def forgive_signs() -> None:
    """Let a command print ``?`` for a sign that its console does not know, instead of ending in an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
