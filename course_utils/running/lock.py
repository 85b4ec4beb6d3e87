"""One runner at a time on a file."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_utils.locks import seize


class AlreadyRunningError(RuntimeError):
    """Another runner is at work on the same result file."""


@contextmanager
def only_runner(out: Path) -> Iterator[None]:
    """Hold the lock ``<out>.lock`` meanwhile.

    The lock is the operating system's and goes with the process, however that ends: a lock file left
    behind by a crash holds nobody up.

    Raises
    ------
    AlreadyRunningError
        If another runner holds it.
    """
    path = out.with_name(out.name + ".lock")
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            seize(descriptor)
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            raise AlreadyRunningError(
                f"another runner is at work on {out}; wait for it, or choose another file"
            ) from None
        # Another runner may have ended and deleted the file between the two calls: then the lock is
        # on a file that nobody else can find.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(path)):
                break
        os.close(descriptor)
    try:
        yield
    finally:
        if sys.platform == "win32":  # where an open file cannot be deleted
            os.close(descriptor)
            with contextlib.suppress(OSError):
                path.unlink()
        else:
            path.unlink(missing_ok=True)
            os.close(descriptor)
