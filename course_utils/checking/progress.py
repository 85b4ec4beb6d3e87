"""Where was I? What a reader has solved and predicted, remembered on the reader's own machine.

One JSON file, which nothing is sent from: see `Progress.place`. It holds ids, days and the option that was
predicted; of an answer only that it was right. The environment variable ``COURSE_PROGRESS`` switches it
off (``off``) or names another file.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from course_utils.locks import seize

VARIABLE = "COURSE_PROGRESS"
_PATIENCE = 2.0  # s: writing takes a thousandth of that
_SHORT_PATIENCE = 0.1  # s: after one attempt in vain, for nobody shall wait at every answer
_MOST_BYTES = 2**20  # a longer file is none of ours
_KINDS = ("solved", "predicted")


@dataclass(frozen=True)
class Record:
    """What is remembered.

    Attributes
    ----------
    solved : id of an exercise → day on which it was first solved, "2026-01-31".
    predicted : id of a prediction → option chosen.
    wanted : whether the reader wants anything to be remembered.
    fault : what is wrong with the file, in a sentence; empty if nothing is.
    """

    solved: dict[str, str] = field(default_factory=dict)
    predicted: dict[str, str] = field(default_factory=dict)
    wanted: bool = True
    fault: str = ""


class Progress:
    """The memory of one course.

    Parameters
    ----------
    course : the name of its folder.
    """

    def __init__(self, course: str) -> None:
        self.course = course
        self._told: set[tuple[str, str]] = set()  # what this process has been told
        self._left: dict[str, Any] = {}  # what of it is still to be written
        self._trouble = ""  # why it could not be written

    def place(self) -> Path | None:
        """Return the file; None where nothing is remembered.

        ``progress.json`` in a folder of the course's name below ``$XDG_DATA_HOME`` or ``~/.local/share``
        (Linux), ``~/Library/Application Support`` (macOS), ``%APPDATA%`` (Windows). Only notebooks are
        remembered: not scripts, and not the pages that Voilà serves to visitors.
        """
        wish = os.environ.get(VARIABLE, "")
        if wish.lower() == "off":
            return None
        if wish:
            return Path(wish)
        return _home() / self.course / "progress.json" if _in_notebook() else None

    def read(self) -> Record:
        """Return what the file holds, nothing if it cannot be read, and what is still to be written to it."""
        place = self.place()
        if place is None:
            return Record(wanted=False)
        record, fault = Record(), self._trouble
        try:
            record = _parse(place)
        except ValueError:
            fault = (
                f"{place} is damaged, so what it held cannot be shown. With the next thing that you solve or "
                "predict it is kept under another name, and a new one is begun."
            )
        except OSError as error:
            fault = f"{place} cannot be read ({error.strerror or error})."
        return replace(_merged(record, self._left), fault=fault)

    def solved(self, id: str) -> str:
        """Remember that an exercise was solved; return a sentence if that failed, else an empty text."""
        return self._add("solved", id, date.today().isoformat())

    def predicted(self, id: str, option: str) -> str:
        """Remember a prediction; return a sentence if that failed, else an empty text."""
        return self._add("predicted", id, option)

    def remember(self, wanted: bool) -> str:
        """Begin or cease to remember, in all notebooks from now on; return what was done as a sentence."""
        place = self.place()
        if place is None:
            return f"Nothing is remembered here (the variable {VARIABLE}, or not a notebook)."
        self._told.clear()
        self._trouble = ""
        self._left = {**self._left, "wanted": True} if wanted else {"wanted": False}
        trouble = self._write(place)
        what = "What you solve and predict is remembered" if wanted else "Nothing more is remembered"
        return trouble or f"{what}, in {place}. Nothing is sent anywhere."

    def forget(self) -> str:
        """Delete the file; return what was done as a sentence."""
        place = self.place()
        self._told.clear()
        self._left, self._trouble = {}, ""
        try:
            if place is not None:
                place.unlink(missing_ok=True)
        except OSError as error:
            return f"{place} could not be deleted ({error.strerror})."
        return "What was remembered is forgotten."

    def _add(self, kind: str, id: str, value: str) -> str:
        place = self.place()
        if place is None:
            return ""
        if (kind, id) not in self._told and self._left.get("wanted", True):
            self._told.add((kind, id))
            self._left.setdefault(kind, {}).setdefault(id, value)
        return self._write(place)

    def _write(self, place: Path) -> str:
        """Merge what is left into the file, whatever other notebooks have written meanwhile; never raises.

        What cannot be written is said once and stays: another notebook may hold the file for a moment, or
        a disk be full for a day. Each later answer tries again, and so does the end of the process.
        """
        if not self._left:
            return ""
        known = bool(self._trouble)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with _alone(place, _SHORT_PATIENCE if known else _PATIENCE):
                said = _update(place, self._left)
        except OSError as error:
            self._trouble = (
                f"This is not remembered yet: {place} cannot be written ({error.strerror or error}). "
                "The next thing that you solve or predict tries again."
            )
            if known:
                return ""
            atexit.register(self._write_at_exit)
            return self._trouble
        self._left, self._trouble = {}, ""
        return said or ("What could not be remembered before is remembered now." if known else "")

    def _write_at_exit(self) -> None:
        place = self.place()
        if place is not None:
            self._write(place)


def _home() -> Path:
    """Return where this system keeps the data of programs."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    served = os.environ.get("SERVER_SOFTWARE", "").startswith("voila/")
    return getattr(shell, "kernel", None) is not None and not served


def _parse(place: Path) -> Record:
    """Return what a file holds; ValueError if it is damaged."""
    try:
        with place.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return Record()
    if len(text) > _MOST_BYTES:
        raise ValueError("too long")
    try:
        data = json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None
    whole = isinstance(data, dict) and all(isinstance(data.get(kind, {}), dict) for kind in _KINDS)
    texts = [text for kind in _KINDS for pair in data.get(kind, {}).items() for text in pair] if whole else []
    if not (whole and all(isinstance(text, str) for text in texts)):
        raise ValueError("not a record of progress")
    "".join(texts).encode()  # UnicodeEncodeError, a ValueError, for half a surrogate pair
    return Record(data.get("solved", {}), data.get("predicted", {}), data.get("wanted", True) is not False)


def _merged(old: Record, news: dict[str, Any]) -> Record:
    """Return both together; what was there first stays."""
    return Record(
        {**news.get("solved", {}), **old.solved},
        {**news.get("predicted", {}), **old.predicted},
        news.get("wanted", old.wanted),
    )


def _update(place: Path, news: dict[str, Any]) -> str:
    """Merge ``news`` into a file that is ours alone; return a sentence if the old one is set aside."""
    said, aside = "", None
    try:
        old = _parse(place)
    except ValueError:
        old, aside = Record(), _free_name(place, "damaged")
        said = f"{place} was damaged; it is kept as {aside.name}, and a new one was begun."
    if not (old.wanted or "wanted" in news):
        return ""
    if aside is None and _is_read_only(place):
        aside = _free_name(place, "read-only")
        said = f"{place} was read-only; it is kept as {aside.name}, and a new one goes on from it."
    _replace(place, _merged(old, news), aside)
    return said


def _replace(place: Path, record: Record, aside: Path | None) -> None:
    """Write the whole file beside the old one, keep that under the name ``aside``, and take its place."""
    data = {"wanted": record.wanted, "solved": record.solved, "predicted": record.predicted}
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    new = place.with_name(f"{place.name}.{os.getpid()}.new")
    try:
        new.write_text(text, encoding="utf-8", errors="replace")
        if aside is not None:
            os.replace(place, aside)
        os.replace(new, place)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _is_read_only(place: Path) -> bool:
    """Return whether a file is there and not to be written to; root could, against the owner's wish."""
    return place.exists() and not (place.stat().st_mode & 0o222 and os.access(place, os.W_OK))


def _free_name(place: Path, fault: str) -> Path:
    """Return a name for a file that is set aside, which no other file has."""
    number = 1
    while (aside := place.with_name(f"{place.stem}-{fault}-{number}{place.suffix}")).exists():
        number += 1
    return aside


@contextmanager
def _alone(place: Path, patience: float) -> Iterator[None]:
    """Keep other notebooks from writing meanwhile, by a lock on a file beside it.

    Raises
    ------
    OSError
        If the lock file cannot be made, or another process holds it for ``patience`` seconds.
    """
    descriptor = os.open(place.with_name(f"{place.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                seize(descriptor)
                break
            except (BlockingIOError, PermissionError):
                if time.monotonic() > deadline:
                    raise TimeoutError(errno.ETIMEDOUT, "another notebook is writing to it") from None
                time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)
