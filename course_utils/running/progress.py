"""A line that says how far a run has come."""

from __future__ import annotations

import time
from typing import TextIO

BAR = 24
SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Progress of ``total`` tasks, ``done`` of them finished by an earlier run.

    On a terminal one line is drawn over and over; elsewhere, in a log, a new line appears at most
    every ten seconds. Without a ``stream`` nothing is shown.
    """

    def __init__(self, name: str, total: int, done: int, stream: TextIO | None) -> None:
        self.name, self.total, self.done, self.stream = name, total, done, stream
        self.failed = 0
        self._before = done
        self._start = time.monotonic()
        self._last_line = self._start
        self._on_terminal = stream is not None and stream.isatty()
        if done:
            self.say(f"{name}: resuming, {done} of {total} tasks are done")

    def advance(self, *, failed: bool) -> None:
        """Count one more task, finished or failed."""
        self.failed += failed
        self.done += not failed
        now = time.monotonic()
        last = self.done + self.failed == self.total
        if self.stream is None:
            return
        if self._on_terminal:
            self.stream.write(f"\r\x1b[K{self.line(now)}" + "\n" * last)
            self.stream.flush()
        elif last or now - self._last_line > SECONDS_BETWEEN_LINES:
            self._last_line = now
            print(self.line(now), file=self.stream, flush=True)

    def line(self, now: float) -> str:
        """Return the line as of ``now``."""
        behind = self.done + self.failed
        filled = BAR * behind // self.total
        text = f"{self.name} {'#' * filled}{'.' * (BAR - filled)} {self.done}/{self.total}"
        if self.failed:
            text += f", {self.failed} failed"
        elapsed = now - self._start
        text += f", {elapsed:.0f} s"
        if behind < self.total:
            text += f", about {elapsed / (behind - self._before) * (self.total - behind):.0f} s to go"
        return text

    def say(self, text: str) -> None:
        """Print a line of its own."""
        if self.stream is not None:
            print(("\r\x1b[K" if self._on_terminal else "") + text, file=self.stream, flush=True)
