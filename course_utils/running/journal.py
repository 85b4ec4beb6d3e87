"""The journal of a run: every finished task on the disk before the next is waited for.

One line a task, appended and synced: an 8-digit checksum, a blank, JSON. The first line holds the
identity of the run. A line torn by a crash is recognised and cut off; its task runs again.
"""

from __future__ import annotations

import base64
import io
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from course_utils.running.results import Row, npy_bytes, sync_directory


def encode(entry: Mapping[str, Any]) -> bytes:
    """Return one line of the journal."""
    text = json.dumps(entry, sort_keys=True).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def decode(line: bytes) -> dict[str, Any] | None:
    """Return the entry in a line (with its newline), None if it is torn or damaged."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(text):
        return None
    entry: dict[str, Any] = json.loads(text)
    return entry


class Journal:
    """Results of a run that is under way.

    Opening a journal that an earlier run has left reads it; ``identity`` must be the same.

    Attributes
    ----------
    rows : results found in it, by the number of the task.
    seconds : how long those tasks took.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any]) -> None:
        self.path = path
        self.rows: dict[int, Row] = {}
        self.seconds: dict[int, float] = {}
        self._file = open(path, "a+b")  # noqa: SIM115 - open for as long as the run
        self._file.seek(0)
        sound = 0
        for number, line in enumerate(self._file):
            entry = decode(line)
            if entry is None:
                if number == 0 and line.endswith(b"\n"):
                    self._file.close()
                    raise ValueError(f"{path} is not a journal of this program; move it away first")
                break
            if number == 0:
                try:
                    check_same(path, entry, identity)
                except ValueError:
                    self._file.close()
                    raise
            else:
                self.rows[entry["task"]] = {
                    name: np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False)
                    for name, text in entry["row"].items()
                }
                self.seconds[entry["task"]] = entry["seconds"]
            sound += len(line)
        self._file.truncate(sound)
        if sound == 0:
            self._append(identity)
            sync_directory(path.parent)

    def add(self, index: int, row: Row, seconds: float) -> None:
        """Store the result of task ``index``, which took ``seconds``; it is on the disk when this returns."""
        encoded = {name: base64.b64encode(npy_bytes(array)).decode() for name, array in row.items()}
        self._append({"task": index, "row": encoded, "seconds": seconds})
        self.rows[index], self.seconds[index] = row, seconds

    def _append(self, entry: Mapping[str, Any]) -> None:
        self._file.write(encode(entry))
        self._file.flush()
        os.fsync(self._file.fileno())

    def remove(self) -> None:
        """Delete the journal, once its results are in the result file."""
        self._file.close()
        self.path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def check_same(path: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raise ValueError if ``path`` holds results of another run than the one that is wanted."""
    differing = sorted(key for key in {*found, *wanted} if found.get(key) != wanted.get(key))
    if not differing:
        return
    shown = [
        f"{key} {found.get(key)!r}, not {wanted.get(key)!r}"
        if key not in ("tasks", "settings")
        else f"other {key}"
        for key in differing
    ]
    raise ValueError(
        f"out must be new or belong to this run, but {path} has {'; '.join(shown)}. "
        "Choose another file, or move this one away."
    )
