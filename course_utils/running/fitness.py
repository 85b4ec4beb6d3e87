"""Whether another process would compute the same: its code, its libraries, its threads."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from course_utils.running.workers import BLAS_THREADS

LIBRARIES = ("numpy", "scipy")
CODE = "the code of "


class UnfitWorkerError(BrokenExecutor):
    """A worker would compute something else than this process, or cannot run the tasks at all."""


def needed_for(run: Callable[..., Any]) -> dict[str, str]:
    """Return what decides the result of ``run``: versions, and digests of its package and of this one."""
    return installation(tuple(sorted({name.partition(".")[0] for name in (__name__, run.__module__)})))


@cache
def installation(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of Python and of the libraries here, and a digest of each of ``packages``."""
    return {
        "Python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
        **{f"{CODE}{package}": digest(package) for package in packages},
    }


def digest(package: str) -> str:
    """Return the first digits of the SHA-256 of a package's source files, whatever their line ends."""
    module = import_module(package)
    places = getattr(module, "__path__", None)
    top = Path(next(iter(places)) if places else str(module.__file__))
    sha = hashlib.sha256()
    for path in sorted(top.rglob("*.py")) if places else [top]:
        sha.update(path.relative_to(top).as_posix().encode() + b"\0")
        sha.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return sha.hexdigest()[:12]


def check_fit(wanted: Mapping[str, str], where: str) -> None:
    """Raise UnfitWorkerError unless this process has the installation ``wanted`` and one BLAS thread.

    Parameters
    ----------
    wanted : `needed_for` of the function, in the process that wants its result.
    where : how to name this process.
    """
    found = installation(tuple(name.removeprefix(CODE) for name in wanted if name.startswith(CODE)))
    for name, value in wanted.items():
        if found[name] != value:
            raise UnfitWorkerError(
                f"worker {where} has another installation: {name} is {found[name]} there and {value} here"
            )
    names = BLAS_THREADS if sys.platform == "darwin" else BLAS_THREADS[:3]  # the last is Apple's library
    several = [name for name in names if os.environ.get(name) != "1"]
    if several:
        raise UnfitWorkerError(
            f"worker {where} may compute with several threads, which rounds otherwise: "
            f"start it with {' '.join(f'{name}=1' for name in several)}"
        )
