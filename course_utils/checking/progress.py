"""Where was I? What a reader has solved and predicted, remembered on the reader's own machine.

One JSON file, which nothing is sent from: see `Progress.place`. It holds ids, days and the option that was
predicted; of an answer only that it was right. The environment variable ``COURSE_PROGRESS`` switches it
off (``off``) or names another file.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from course_utils.locks import seize

VARIABLE = "COURSE_PROGRESS"
_PATIENCE = 2.0  # s: writing takes a thousandth of that
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
    """

    solved: dict[str, str] = field(default_factory=dict)
    predicted: dict[str, str] = field(default_factory=dict)
    wanted: bool = True


class Progress:
    """The memory of one course.

    Parameters
    ----------
    course : the name of its folder.
    """

    def __init__(self, course: str) -> None:
        self.course = course
        self._told: set[tuple[str, str]] = set()  # what this process has written, or could not
        self._trouble = ""

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
        """Return what is remembered: nothing, where there is no file or it cannot be read."""
        place = self.place()
        if place is None:
            return Record(wanted=False)
        try:
            return _parse(place)
        except (OSError, ValueError):
            return Record()

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
        trouble = self._write(place, {"wanted": wanted})
        what = "What you solve and predict is remembered" if wanted else "Nothing more is remembered"
        return trouble or f"{what}, in {place}. Nothing is sent anywhere."

    def forget(self) -> str:
        """Delete the file; return what was done as a sentence."""
        place = self.place()
        self._told.clear()
        try:
            if place is not None:
                place.unlink(missing_ok=True)
        except OSError as error:
            return f"{place} could not be deleted ({error.strerror})."
        return "What was remembered is forgotten."

    def _add(self, kind: str, id: str, value: str) -> str:
        place = self.place()
        if place is None or (kind, id) in self._told:
            return ""
        self._told.add((kind, id))
        return self._write(place, {kind: {id: value}})

    def _write(self, place: Path, news: dict[str, Any]) -> str:
        """Merge ``news`` into the file, whatever other notebooks have written meanwhile; never raises."""
        if self._trouble:  # said once; the disk is left alone from then on
            return ""
        said = ""
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with _alone(place):
                try:
                    old = _parse(place)
                except ValueError:
                    aside = _set_aside(place)
                    said = f"{place} was damaged; it is kept as {aside.name}, and a new one was begun."
                    old = Record()
                if old.wanted or "wanted" in news:
                    _replace(place, _merged(old, news))
        except OSError as error:
            self._trouble = f"This is not remembered: {place} cannot be written ({error.strerror or error})."
            return self._trouble
        return said


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
    whole = isinstance(data, dict) and all(
        isinstance(data.get(kind, {}), dict)
        and all(isinstance(value, str) for value in data.get(kind, {}).values())
        for kind in _KINDS
    )
    if not whole:
        raise ValueError("not a record of progress")
    return Record(data.get("solved", {}), data.get("predicted", {}), data.get("wanted", True) is not False)


def _merged(old: Record, news: dict[str, Any]) -> Record:
    """Return both together; what was there first stays."""
    return Record(
        {**news.get("solved", {}), **old.solved},
        {**news.get("predicted", {}), **old.predicted},
        news.get("wanted", old.wanted),
    )


def _replace(place: Path, record: Record) -> None:
    """Write the whole file beside the old one, then put it in its place in one go."""
    data = {"wanted": record.wanted, "solved": record.solved, "predicted": record.predicted}
    new = place.with_name(f"{place.name}.{os.getpid()}.new")
    try:
        new.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
        os.replace(new, place)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _set_aside(place: Path) -> Path:
    """Rename a damaged file and return its new name, which no other file has."""
    number = 1
    while (aside := place.with_name(f"{place.stem}-damaged-{number}{place.suffix}")).exists():
        number += 1
    os.replace(place, aside)
    return aside


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Keep other notebooks from writing meanwhile, by a lock on a file beside it.

    Raises
    ------
    OSError
        If the lock file cannot be made, or another process holds it for seconds.
    """
    descriptor = os.open(place.with_name(f"{place.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                seize(descriptor)
                break
            except (BlockingIOError, PermissionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)
