"""The folder of a submission while it is graded, and those that a grading which was killed left behind.

A folder belongs to the process that holds the lock on the file ``owner`` in it. The lock goes with the
process, however that ends; so a folder whose lock is free has no owner any more.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from course_utils.grading.wall import sweep
from course_utils.locks import seize

_PREFIX, _OWNER = "submission-", "owner"


class Folder:
    """A new folder, ``path``, of this process; `remove` it when done."""

    def __init__(self) -> None:
        while not self._is_made():
            pass  # another grading tidied up in this very moment, and took it for one without an owner

    def _is_made(self) -> bool:
        self.path = Path(mkdtemp(prefix=_PREFIX))
        self._owner = (self.path / _OWNER).open("a")
        with suppress(OSError):
            seize(self._owner.fileno())
            if (self.path / _OWNER).exists():
                return True
        self._owner.close()
        return False

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        self._owner.close()
        sweep(self.path)


def tidy_up() -> list[Path]:
    """Remove the folders of this user's gradings that were killed; return them. Running ones keep theirs."""
    removed = []
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if folder.is_symlink() or (os.name == "posix" and folder.stat().st_uid != os.getuid()):
                continue
            with (folder / _OWNER).open("r+") as owner:
                seize(owner.fileno())
            sweep(folder)
            removed.append(folder)
    return removed
