"""Give back, when a notebook's cell has run, the memory that it no longer needs.

The C library of Linux keeps what a program frees, so that the next array costs nothing; `objectives.base`
lets it keep up to 64 MB. While a cell runs that saves time. Afterwards a reader thinks, and on a shared
server somebody else needs the memory.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any


def _trim() -> Callable[[int], int] | None:
    """Return glibc's ``malloc_trim``; None where the C library has none."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


_MALLOC_TRIM = _trim()


def give_back() -> None:
    """Return freed memory to the operating system, where the C library can."""
    if _MALLOC_TRIM is not None:
        _MALLOC_TRIM(0)


def give_back_after_cells() -> None:
    """Let IPython, if this is one of its processes, `give_back` whenever a cell has run."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        shell.events.register("post_run_cell", lambda result: give_back())
