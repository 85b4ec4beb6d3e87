"""Has graded cells run by a worker and carries its questions to the student's kernel."""

from __future__ import annotations

import time
from base64 import b64decode
from dataclasses import dataclass
from pickle import loads
from typing import Any

from course_utils.grading.kernel import KernelEndedError, Limits
from course_utils.grading.lines import ENDED, Lines
from course_utils.grading.session import Session

_DEATHS = 3  # so many times what one graded cell calls may end the kernel
_SLACK = 3.0  # s; for the way to the kernel and back


@dataclass(frozen=True)
class Ruling:
    """What came of a graded cell.

    Attributes
    ----------
    value : the value of its last line, if that is a number.
    printed : what it printed.
    error : name and message of what it raised.
    missing : names that the student should have defined.
    remarks : what is worth telling the lecturer.
    """

    value: float | None = None
    printed: str = ""
    error: tuple[str, str] | None = None
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Judge:
    """Has graded cells run in a worker process; a worker that overruns is replaced. Close it when done."""

    def __init__(self, session: Session, limits: Limits) -> None:
        self._session, self._limits = session, limits
        self._worker: Lines | None = _hire()

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def rule(self, source: str) -> Ruling:
        """Run a graded cell and return what came of it."""
        worker = self._worker = self._worker or _hire()
        worker.send({"grade": source})
        end = time.monotonic() + self._limits.graded_cell
        enders: list[str] = []  # the functions that ended the kernel
        while True:
            message = worker.receive(end - time.monotonic())
            remarks = tuple(f"`{name}` ended the kernel" for name in dict.fromkeys(enders) if name)
            if message is None or message == ENDED:
                self.close()
                text = f"stopped after {self._limits.graded_cell:g} s" if message is None else "worker ended"
                return Ruling(error=("TimeoutError", text), remarks=(*remarks, f"graded cell: {text}"))
            if "done" in message:
                error = message["error"] and (message["error"][0], message["error"][1])
                return Ruling(message["value"], message["printed"], error, tuple(message["missing"]), remarks)
            answer = None
            if len(enders) < _DEATHS:
                try:
                    answer = self._ask(message["request"])
                except KernelEndedError:
                    enders.append(loads(b64decode(message["request"])).get("call", ""))
            worker.send({"reply": message["ask"], "answer": answer})

    def _ask(self, request: str) -> Any:
        question = loads(b64decode(request))  # pickled by the worker, which no student's code can reach
        return self._session.ask({**question, "seconds": self._limits.call}, self._limits.call + _SLACK)


def _hire() -> Lines:
    return Lines("course_utils.grading.worker")
