"""Has graded cells run by a worker and carries its questions to the student's kernel."""

from __future__ import annotations

import time
from base64 import b64decode
from dataclasses import dataclass
from pickle import loads

from course_utils.grading.kernel import KernelEndedError
from course_utils.grading.limits import Limits, overrun
from course_utils.grading.lines import ENDED, Lines
from course_utils.grading.session import Session

_DEATHS = 3  # so many times what one graded cell calls may end the kernel
_POLL = 1.0  # s between two looks at the limit of a graded cell


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
        begin, start = time.monotonic(), self._session.cpu
        deaths, remarks = 0, dict[str, None]()  # in order, each once
        while True:
            message = worker.receive(_POLL)
            over = overrun(self._session.cpu - start, time.monotonic() - begin, self._limits.graded_cell)
            if over or message == ENDED:
                self.close()
                text = f"stopped after {over}" if over else "worker ended"
                return Ruling(error=("TimeoutError", text), remarks=(*remarks, f"graded cell: {text}"))
            if message is None:
                continue
            if "done" in message:
                remarks |= dict.fromkeys(f"`{name}` changes its arguments" for name in message["changing"])
                error = message["error"] and (message["error"][0], message["error"][1])
                missing = tuple(message["missing"])
                return Ruling(message["value"], message["printed"], error, missing, tuple(remarks))
            answer, before = None, self._session.cpu
            # Pickled by the worker, which no student's code can reach.
            question = loads(b64decode(message["request"]))
            name = question.get("call", "")
            if deaths < _DEATHS:
                try:
                    answer = self._session.ask({**question, "seconds": self._limits.call}, self._limits.call)
                    if isinstance(answer, dict) and answer.get("late") is True:
                        remarks[f"`{name}` was stopped after {self._limits.call:g} s"] = None
                except KernelEndedError as error:
                    deaths += 1
                    if name:
                        remarks[f"`{name}` ended the kernel" + (f": it {error}" if str(error) else "")] = None
            worker.send({"reply": message["ask"], "answer": answer, "cpu": self._session.cpu - before})


def _hire() -> Lines:
    return Lines("course_utils.grading.worker")
