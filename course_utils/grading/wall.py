"""The wall around a submission: what its processes see and may use.

`Wall` is built by the operating system: bubblewrap (``bwrap``) gives the kernel its own processes, network,
IPC and files, ``prlimit`` its limits. It sees Python, the course and its own empty folders; nothing else of
the machine is there. `NoWall` is for submissions that are trusted.

Sources
-------
bubblewrap: https://github.com/containers/bubblewrap; namespaces(7), setrlimit(2).
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import site
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import course_utils
from course_utils.grading.limits import OPEN_FILES, Limits

FOLDERS = ("work", "tmp", "shm", "channel", "settings")  # of a submission; it may write into these alone
_SYSTEM: tuple[str, ...] = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
_SYSTEM += ("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime")
_ANY_USER = 60_000  # numbers of users from here on, and 5,000 more, are given to no one on usual systems

MISSING = (
    "Submissions are graded behind a wall made by bubblewrap, and {why}.\n"
    "Install it (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap), or grade in a\n"
    "container with --container (Docker or Podman), or, if you trust every submission, without a wall with\n"
    "--trust-submissions."
)


class NoWallError(ValueError):
    """There is no bubblewrap here, or it does not work."""


class Wall:
    """Commands that run a program behind the wall, with ``folder`` as its only place to write."""

    label = ""

    def __init__(self, folder: Path, limits: Limits, hidden: Iterable[Path] = ()) -> None:
        self.folder, self._limits, self._hidden = folder, limits, tuple(hidden)
        self._user = _ANY_USER + os.getpid() % 5000 if os.geteuid() == 0 else None
        for name in FOLDERS:
            (folder / name).mkdir()

    def give(self) -> None:
        """Let the submission own its folders: a root's submissions run as a user who owns nothing else."""
        if self._user is not None:
            for folder in (self.folder / name for name in FOLDERS):
                for path in (folder, *folder.iterdir()):
                    os.chown(path, self._user, self._user)

    def inside(self, name: str) -> str:
        """Return where one of the `FOLDERS` lies for the submission."""
        return {"shm": "/dev/shm", "tmp": "/tmp"}.get(name, f"/submission/{name}")

    def library(self) -> str:
        """Return the folder from which the submission imports the course."""
        return "/course"

    def command(self, program: Sequence[str]) -> list[str]:
        """Return the command that runs ``program`` behind the wall."""
        limits, root = self._limits, self._user is not None
        command = ["prlimit", f"--as={limits.memory}", f"--fsize={limits.disk}", "--core=0"]
        command += [f"--cpu={int(limits.total) + 1}", f"--nofile={OPEN_FILES}"]
        if root or _counts_by_namespace():
            command += [f"--nproc={limits.processes}"]
        command += ["--", "bwrap", "--die-with-parent", "--new-session", "--hostname", "submission"]
        command += [f"--unshare-{kind}" for kind in ("ipc", "pid", "net", "uts", "cgroup-try")]
        command += ["--cap-drop", "ALL"]
        if root:
            for name in ("SETUID", "SETGID", "SETPCAP"):  # what setpriv needs, which gives them up
                command += ["--cap-add", f"CAP_{name}"]
        else:
            command += ["--unshare-user"]
        command += ["--proc", "/proc", "--dev", "/dev"]
        mounts = self._mounts()
        command += [part for mount in mounts for part in mount]
        # What bubblewrap made itself is memory that nobody counts: closed once all mounts are in it.
        made = [mount[1] for mount in mounts if mount[0] == "--tmpfs"]
        command += [part for path in (*made, "/dev", "/") for part in ("--remount-ro", path)]
        command += ["--chdir", self.inside("work"), "--"]
        if root:
            user = str(self._user)
            command += ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all"]
            command += ["--bounding-set=-all", "--"]
        return [*command, *program]

    def _mounts(self) -> list[tuple[str, ...]]:
        """Return what can be seen, outer folders first, so that what lies deeper has the last word."""
        mounts: dict[str, tuple[str, ...]] = {}
        for path in [*_SYSTEM, *_python()]:
            if os.path.islink(path) and path in _SYSTEM:
                mounts[path] = ("--symlink", os.readlink(path), path)
            elif os.path.exists(path):
                mounts[path] = ("--ro-bind", path, path)
        open_folders = [Path(path) for path, mount in mounts.items() if mount[0] == "--ro-bind"]
        for folder in self._hidden:  # none of it is there, unless it lies in what is
            if any(folder.is_relative_to(seen) for seen in open_folders) and folder.is_dir():
                mounts.setdefault(str(folder), ("--tmpfs", str(folder)))
        package, data = Path(course_utils.__file__).parent, Path(course_utils.__file__).parents[1] / "data"
        mounts[f"/course/{package.name}"] = ("--ro-bind", str(package), f"/course/{package.name}")
        if data.is_dir():
            mounts["/course/data"] = ("--ro-bind", str(data), "/course/data")
        for name in FOLDERS:
            mounts[self.inside(name)] = ("--bind", str(self.folder / name), self.inside(name))
        # Whoever runs behind the wall may pass through the folders between the root and a mount.
        between = {str(parent) for path in mounts for parent in Path(path).parents if str(parent) != "/"}
        made = {path: ("--perms", "0755", "--dir", path) for path in between - mounts.keys() - {"/dev"}}
        closed = [Path(path) for path, mount in mounts.items() if mount[0] == "--ro-bind"]
        mounts |= {p: made[p] for p in made if not any(Path(p).is_relative_to(folder) for folder in closed)}
        return [mounts[path] for path in sorted(mounts, key=lambda path: path.count("/"))]


class NoWall:
    """The same, for submissions that are trusted: they run like any program of the lecturer's."""

    label = "graded without a wall"

    def __init__(self, folder: Path, limits: Limits, hidden: Iterable[Path] = ()) -> None:
        self.folder = folder
        for name in FOLDERS:
            (folder / name).mkdir()
        # A copy: what a submission changes by mistake is not the course that the next one imports.
        package = Path(course_utils.__file__).parent
        shutil.copytree(package, folder / "course" / package.name)
        if (package.parent / "data").is_dir():
            shutil.copytree(package.parent / "data", folder / "course" / "data")

    def give(self) -> None:
        """Leave the folders to whoever made them."""

    def inside(self, name: str) -> str:
        """Return one of the `FOLDERS`."""
        return str(self.folder / name)

    def library(self) -> str:
        """Return the folder from which the submission imports the course."""
        return str(self.folder / "course")

    def command(self, program: Sequence[str]) -> list[str]:
        """Return ``program`` as it is."""
        return list(program)


def _python() -> list[str]:
    """Return the folders of this Python and of its packages."""
    own = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(sys.executable).resolve().parents[1])]
    named = [path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages")]
    return list(dict.fromkeys([*own, *named, *(p for p in [site.getusersitepackages()] if p in sys.path)]))


def _counts_by_namespace() -> bool:
    """Whether RLIMIT_NPROC counts a submission's processes (Linux 5.14), or all that its user has."""
    found = re.match(r"(\d+)\.(\d+)", platform.release())
    return found is not None and (int(found[1]), int(found[2])) >= (5, 14)


@cache
def require_wall() -> None:
    """Make sure that the wall can be built here.

    Raises
    ------
    NoWallError
        If it cannot; the message says why, and what else can be done.
    """
    if sys.platform != "linux":
        raise NoWallError(MISSING.format(why="there is none for this system"))
    for program in ("bwrap", "prlimit", "setpriv"):
        if shutil.which(program) is None:
            raise NoWallError(MISSING.format(why=f"the program {program} is not installed"))
    with TemporaryDirectory(prefix="wall-") as folder:
        wall = Wall(Path(folder), Limits())
        wall.give()
        python = [sys.executable, "-P", "-c", "import zmq, ipykernel"]
        done = subprocess.run(
            wall.command(python), env={"PATH": os.environ.get("PATH", "")}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise NoWallError(MISSING.format(why=f"it does not work here ({said})"))


def sweep(folder: Path) -> None:
    """Remove a submission's folder, however deep or closed what it made there is."""
    if sys.platform == "win32":
        shutil.rmtree(folder, ignore_errors=True)
        return
    for command in (["chmod", "-R", "u+rwX", "--", str(folder)], ["rm", "-rf", "--", str(folder)]):
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
