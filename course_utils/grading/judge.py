"""Has graded cells run by a worker and carries its questions to the student's kernel."""

from __future__ import annotations

import time
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from pickle import loads
from typing import Any

from course_utils.grading.kernel import KernelEndedError
from course_utils.grading.limits import Limits, overrun
from course_utils.grading.lines import ENDED, Lines
from course_utils.grading.session import Session

_TROUBLES = 3  # so many times what one graded cell calls may end the kernel or overrun
_POLL = 1.0  # s between two looks at the limit of a graded cell
_TOLD = 60.0  # s for the worker to answer for an objective


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
    is_early : whether a function that was called met a name that is not defined, or not yet.
    """

    value: float | None = None
    printed: str = ""
    error: tuple[str, str] | None = None
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    is_early: bool = False


class Judge:
    """Has graded cells run in a worker process; a worker that overruns is replaced. Close it when done.

    Parameters
    ----------
    limits : of what a submission may use.
    folder : of the course, with the key that graded cells import.
    exercises : package whose modules homeworkNN hold objectives that stay with the grader.
    """

    def __init__(self, limits: Limits, folder: Path | None = None, exercises: str = "") -> None:
        self._limits, self._arguments = limits, (str(folder or ""), exercises)
        self._worker: Lines | None = self._hire()

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def rule(self, source: str, session: Session) -> Ruling:
        """Run a graded cell on what a student's session defined, and return what came of it."""
        worker = self._worker = self._worker or self._hire()
        worker.send({"grade": source})
        begin, start = time.monotonic(), session.cpu
        late: list[dict[str, Any]] = []  # what the worker said while the kernel asked it something

        def ask_worker(question: dict[str, Any]) -> dict[str, Any]:
            worker.send(question)
            end = time.monotonic() + _TOLD
            while (message := worker.receive(end - time.monotonic())) not in (None, ENDED):
                if message is not None and "told" in message:
                    told: dict[str, Any] = message["told"]
                    return told
                late.append(message or {})
            return {"error": "the grader did not answer"}

        troubles, is_early, remarks = 0, False, dict[str, None]()  # in order, each once
        while True:
            message = late.pop(0) if late else worker.receive(_POLL)
            over = overrun(session.cpu - start, time.monotonic() - begin, self._limits.graded_cell)
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
                value, printed = message["value"], message["printed"]
                return Ruling(value, printed, error, missing, tuple(remarks), is_early)
            answer, before = None, session.cpu
            # Pickled by the worker, which no student's code can reach.
            question = loads(b64decode(message["request"]))
            name = question.get("call", "")
            if troubles < _TROUBLES:
                try:
                    request = {**question, "seconds": self._limits.call}
                    answer = session.ask(request, self._limits.call, ask_worker)
                    if isinstance(answer, dict) and answer.get("late") is True:
                        troubles += 1
                        remarks[f"`{name}` was stopped after {self._limits.call:g} s"] = None
                    if _met_no_name(answer):
                        is_early = True
                        remarks[f"`{name}` met a name that is not defined"] = None
                except KernelEndedError as error:
                    troubles += 1
                    if name:
                        remarks[f"`{name}` ended the kernel" + (f": it {error}" if str(error) else "")] = None
            worker.send({"reply": message["ask"], "answer": answer, "cpu": session.cpu - before})

    def _hire(self) -> Lines:
        return Lines("course_utils.grading.worker", *self._arguments)


def _met_no_name(answer: Any) -> bool:
    error = answer.get("error") if isinstance(answer, dict) else None
    return isinstance(error, list) and error[:1] == [NameError.__name__]
