"""A lock of the operating system on an open file: it goes with the process, however that ends."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt

    def seize(descriptor: int) -> None:
        """Lock an open file, or raise PermissionError."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def seize(descriptor: int) -> None:
        """Lock an open file, or raise BlockingIOError."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
