"""A process that is told things and answers in lines of JSON."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")  # one core a process
ENDED = {"ended": True}  # the last message of every process


class Lines:
    """Runs a module of the course in a process of its own, ``python -m module``, on one core.

    Its standard output must hold lines of JSON and nothing else, so no student's process may inherit it.
    """

    def __init__(self, module: str, *arguments: str, errors: Path | None = None) -> None:
        threads = dict.fromkeys(THREADS, "1")
        # nbgrader looks for its helper "alembic" on the path, which need not hold this environment.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        log: TextIO | int = errors.open("a", encoding="utf-8") if errors else subprocess.DEVNULL
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            env={**os.environ, **threads, "PATH": path, "PYTHONIOENCODING": "utf-8"},
        )
        if not isinstance(log, int):
            log.close()
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(ValueError):  # a line cut off at the end
            for text in self._process.stdout or ():
                self._messages.put(json.loads(text))
        self._messages.put(ENDED)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; to a process that has ended it is lost, and `receive` says so."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()

    def receive(self, seconds: float) -> dict[str, Any] | None:
        """Return the next message, ENDED after the last one, None if none comes in time."""
        try:
            return self._messages.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None

    def close(self, patience: float = 0.0) -> None:
        """Hang up, and after ``patience`` seconds end the process."""
        with suppress(OSError, ValueError):
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()  # type: ignore[union-attr]
