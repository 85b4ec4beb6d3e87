"""The course's data folder, and its files, checked against their SHA-256 on reading."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from os import PathLike
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

_Read = TypeVar("_Read")

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = _PACKAGE / "_data"  # where a wheel puts it; in a checkout it lies beside the package
DATA_FOLDER = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "data"
"""The folder of the small data that come with the course."""


def as_folder(name: str, folder: str | Path) -> Path:
    """Return ``folder`` as a path, ``~`` included, or say that it is none (`ValueError`)."""
    if not isinstance(folder, (str, PathLike)):
        raise ValueError(f"{name} must be the path of a folder, got {folder!r:.80}")
    return Path(folder).expanduser()


def kept_while_used(read: Callable[[str, Path], _Read]) -> Callable[[str, Path], _Read]:
    """Return ``read`` so that it returns the same object again, as long as somebody still holds it.

    Nothing is kept for a reader who has only taken a part of it.
    """
    held: WeakValueDictionary[tuple[str, Path], _Read] = WeakValueDictionary()

    @wraps(read)
    def again(name: str, folder: Path) -> _Read:
        found = held.get((name, folder))
        if found is None:
            found = held[name, folder] = read(name, folder)
        return found

    return again


def read_checked(file_name: str, *, folder: str | Path = DATA_FOLDER) -> bytes:
    """Return the bytes of a shipped data file, after comparing their SHA-256 with ``SHA256SUMS``.

    Raises
    ------
    FileNotFoundError
        If the data folder or the file is missing.
    ValueError
        If the file is not listed, or is not the one that was shipped.
    """
    folder = as_folder("folder", folder)
    sums = folder / "SHA256SUMS"
    if not sums.is_file():
        raise FileNotFoundError(
            f"no course data in {folder}. The data comes with the course: install it again, "
            "in a checkout with `pip install -e .`, or pass folder="
        )
    lines = sums.read_text("utf-8").splitlines()
    expected = {name: digest for digest, name in map(str.split, lines)}
    if file_name not in expected:
        raise ValueError(f"file_name must be listed in {sums}, got {file_name!r}")
    remedy = (
        "Install the course again"
        if folder == _INSTALLED
        else f"Restore it with `git checkout -- data/{file_name}`, or make it anew: see data/README.md"
    )
    if not (folder / file_name).is_file():
        raise FileNotFoundError(f"{folder / file_name} is missing. {remedy}")
    content = (folder / file_name).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != expected[file_name]:
        raise ValueError(
            f"{folder / file_name} is damaged: its SHA-256 is {found}, "
            f"expected {expected[file_name]}. {remedy}"
        )
    return content
