"""What a student's kernel is given of the grader's environment."""

from __future__ import annotations

import compileall
import os
import shutil
import sys
from pathlib import Path

import course_utils
from course_utils.checking.progress import VARIABLE
from course_utils.grading.lines import THREADS
from course_utils.grading.wall import NoWall, Wall

# Of the grader's environment; nothing in it tells where the grader works.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")
_KEPT_ON_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS")
_HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")


def compile_course() -> None:
    """Spare kernels and workers to compile the course; kernels cannot keep what they compile.

    Nothing is lost where it cannot be written: each compiles for itself then.
    """
    compileall.compile_dir(Path(course_utils.__file__).parent, quiet=2)


def settle(folder: Path) -> None:
    """Spare every kernel the seconds in which matplotlib looks for fonts: copy its list into ``folder``."""
    from matplotlib import get_cachedir

    for file in Path(get_cachedir()).glob("fontlist-*.json"):
        shutil.copy(file, folder)


def environment(wall: Wall | NoWall) -> dict[str, str]:
    """Return the environment of a student's kernel."""
    kept = {name: os.environ[name] for name in (*_KEPT, *_KEPT_ON_WINDOWS) if name in os.environ}
    parent = {"JPY_PARENT_PID": str(os.getpid())} if isinstance(wall, NoWall) and os.name == "posix" else {}
    return {
        **kept,
        **dict.fromkeys(_HOMES, wall.inside("work")),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), wall.inside("tmp")),
        **dict.fromkeys(("IPYTHONDIR", "MPLCONFIGDIR"), wall.inside("settings")),
        **dict.fromkeys(("USER", "LOGNAME"), "student"),
        **dict.fromkeys(THREADS, "1"),
        **parent,
        "PYTHONPATH": wall.library(),
        "PYTHONDONTWRITEBYTECODE": "1",
        VARIABLE: "off",  # a student's progress is the student's own
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")]),
    }
