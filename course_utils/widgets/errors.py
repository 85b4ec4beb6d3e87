"""Exceptions as a short message that a reader can act on."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

import numpy as np

_COURSE = str(Path(__file__).resolve().parents[1])
_LIBRARIES = (str(Path(np.__file__).resolve().parents[1]), str(Path(traceback.__file__).resolve().parent))


def explain(error: BaseException) -> str:
    """Return the type and message of ``error`` and the reader's line that it comes from, if there is one."""
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted. Move anything to try again."
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith((_COURSE, *_LIBRARIES)) or frame.filename.startswith(
            "<__array_function__"
        ):
            continue
        linecache.checkcache(frame.filename)
        source = (frame.line or "").strip()
        where = f"line {frame.lineno} of {frame.name}" if frame.name != "<module>" else f"line {frame.lineno}"
        return f"{text}\nin {where}" + (f": {source}" if source else "")
    return text
