"""Bounds what a student's kernel prints, where it is printed, so that it holds up no later cell.

A kernel hands on every print through one thread, and each cell waits for it at its end, ten seconds for each
stream. A student's thread that prints without end keeps it busy for ever.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from course_utils.checking.sandbox import BREATH

_FLUSH = 1.0  # s that the end of a cell waits for what was printed; the rest comes later, or never
_PRINT = 16  # characters that a print counts beside its own: many short ones are as much work as a long one


def bound(stream: Any, most: int) -> None:
    """Have one of ipykernel's streams drop what is printed after ``most`` characters of a cell."""
    if not hasattr(stream, "set_parent"):
        return  # no stream of a kernel
    write, flush, set_parent, left = stream.write, stream.flush, stream.set_parent, most

    def write_at_most(text: str) -> Any:
        nonlocal left
        if left <= 0 and isinstance(text, str):
            if threading.current_thread() is not threading.main_thread():
                time.sleep(BREATH)
            return len(text)
        left -= len(text) + _PRINT
        return write(text)

    def flush_what_counts() -> None:
        if left > 0 or threading.current_thread() is threading.main_thread():
            flush()

    def begin_cell(parent: Any) -> None:
        nonlocal left
        if not parent.get("content", {}).get("silent", False):  # questions of the grader are silent
            left = most
        set_parent(parent)

    stream.write, stream.flush, stream.set_parent = write_at_most, flush_what_counts, begin_cell
    stream.flush_timeout = _FLUSH
