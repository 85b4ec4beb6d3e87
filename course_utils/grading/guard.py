"""What a student's kernel may not do while it is graded: look into folders of the grader, start programs.

An audit hook, which Python code cannot take back, refuses it. That stops what a submission tries in Python;
it is no wall against native code, for which a container or a user of its own is (see INSTRUCTOR.md).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import course_utils

_FILES = ("open", "sqlite3.connect", "os.", "shutil.", "glob.", "pathlib.")
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile")
_SIGNALS = ("os.kill", "os.killpg")


def protected_folders(course: Path) -> list[str]:
    """Return the folders of the grader: the course folder, and sources and tests of a checkout."""
    checkout = Path(course_utils.__file__).parents[1]
    folders = [course, checkout / "notebooks", checkout / "tests", checkout / "build"]
    return [str(folder.resolve()) for folder in folders]


def protect(folders: Sequence[str]) -> None:
    """Refuse from now on, in this process, to open or list what is in ``folders``, and to start programs."""
    inside = tuple(folder + os.sep for folder in folders)
    # An installation from a checkout lets Python import whatever lies there.
    sys.path[:] = [entry for entry in sys.path if not os.path.isdir(os.path.join(entry, "notebooks"))]
    # Bound here, so that what a student does to these modules changes nothing.
    realpath, fsdecode, separator, thread = os.path.realpath, os.fsdecode, os.sep, threading.get_ident
    path_like = (str, bytes, os.PathLike)
    busy: set[int] = set()  # threads in realpath, which is audited itself

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _SIGNALS:
            raise PermissionError("no signal may be sent while homework is graded")
        if event in _PROGRAMS:
            raise PermissionError("no other program may be started while homework is graded")
        if thread() in busy or not event.startswith(_FILES):
            return
        busy.add(thread())
        try:
            for argument in arguments:
                if isinstance(argument, path_like):
                    path = realpath(fsdecode(argument)) + separator
                    if path.startswith(inside):
                        raise PermissionError("this folder is closed while homework is graded")
        finally:
            busy.discard(thread())

    sys.addaudithook(hook)
