"""What takes a worker long to measure is measured once for all submissions of a class."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def once(measure: Callable[[], T]) -> T:
    """Return what a function measures, stored beside the grader's copy of the key by the first who asks.

    A release makes that copy, with an empty folder ``measured``; so what is stored never outlives the key
    that it was measured with. Where there is no such folder, beside the sources, all is measured anew.

    Parameters
    ----------
    measure : of a module of the key, without parameters; what it returns can be pickled.
    """
    folder = Path(__file__).with_name("measured")
    file = folder / f"{measure.__module__}.{measure.__qualname__}.pickle"
    with suppress(OSError):
        found: T = pickle.loads(file.read_bytes())
        return found
    value = measure()
    if folder.is_dir():
        half = file.with_suffix(f".{os.getpid()}")  # two graders may measure at a time, and one be killed
        with suppress(OSError):
            half.write_bytes(pickle.dumps(value))
            half.replace(file)
    return value
