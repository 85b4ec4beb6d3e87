"""What has been graded already, so that grading that was interrupted goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import course_utils
from course_utils.locks import seize


def fingerprint(files: Iterable[Path], *settings: object) -> str:
    """Return a hash of some files, of settings and of the course's code: if it differs, grade again."""
    digest = hashlib.sha256(repr(settings).encode())
    package = Path(course_utils.__file__).parent
    for file in [*files, *sorted(package.rglob("*.py")), *sorted(package.rglob("checks.json"))]:
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Journal:
    """One file for each graded submission, written in one step, so that it is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, name: str, mark: str) -> dict[str, Any] | None:
        """Return the entry if it was made for the same fingerprint."""
        with suppress(OSError, ValueError):
            entry = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
            if entry["fingerprint"] == mark:
                result: dict[str, Any] = entry["result"]
                return result
        return None

    def add(self, name: str, mark: str, result: dict[str, Any]) -> None:
        """Write an entry."""
        write_at_once(self._folder / f"{name}.json", json.dumps({"fingerprint": mark, "result": result}))


def write_at_once(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new contents, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    with partial.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other run grades in ``folder``, and keep others waiting until this one ends."""
    with (folder / "lock").open("a") as file:
        told = False
        while not _locked(file.fileno()):
            if not told:
                sys.stderr.write(f"another run grades in {folder}; waiting for it to end\n")
                told = True
            time.sleep(0.5)
        yield  # closing the file, or the end of the process, gives the lock back


def _locked(descriptor: int) -> bool:
    with suppress(OSError):
        seize(descriptor)
        return True
    return False
