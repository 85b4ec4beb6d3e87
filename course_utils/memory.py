"""Give back, when a notebook's cell has run, the memory that it no longer needs.

The C library of Linux keeps what a program frees, so that the next array costs nothing; `objectives.base`
lets it keep up to 64 MB. And Python keeps objects that refer to one another, as all parts of a figure do,
until it has time to look for them. While a cell runs both save time. Afterwards a reader thinks, and on a
shared server somebody else needs the memory.
"""

from __future__ import annotations

import ctypes
import gc
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
    """Return what nothing refers to any more to the operating system, where the C library can.

    What is there at the first call, above all modules, is taken to stay: later calls do not look through it.
    """
    gc.collect()
    if gc.get_freeze_count() == 0:
        gc.freeze()
    if _MALLOC_TRIM is not None:
        _MALLOC_TRIM(0)


def give_back_after_cells() -> None:
    """Let IPython, if this is one of its processes, `give_back` whenever a cell has run."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        shell.events.register("post_run_cell", lambda result: give_back())
