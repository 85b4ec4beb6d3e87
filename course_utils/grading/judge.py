"""Has graded cells run by a worker and carries its questions to the student's kernel."""

from __future__ import annotations

import time
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from pickle import loads
from typing import Any

from course_utils.checking.describe import shorten
from course_utils.checking.sandbox import PATIENCE
from course_utils.grading.kernel import Answerer, KernelEndedError, NoKernelError
from course_utils.grading.limits import Limits, overrun, reached
from course_utils.grading.lines import ENDED, Lines
from course_utils.grading.session import Session
from course_utils.grading.unreadable import holds_placeholder, unreadable

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
    awaited : names that were not defined, or hold a placeholder ``...``, and may be bound in a later cell.
    """

    value: float | None = None
    printed: str = ""
    error: tuple[str, str] | None = None
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    is_early: bool = False
    awaited: tuple[str, ...] = ()


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

        errand = _Errand(session, self._limits, ask_worker)
        while True:
            message = late.pop(0) if late else worker.receive(_POLL)
            over = overrun(session.cpu - start, time.monotonic() - begin, self._limits.graded_cell)
            if over or message == ENDED:
                self.close()
                text = f"stopped after {over}" if over else "worker ended"
                return Ruling(error=("TimeoutError", text), remarks=(*errand.remarks, f"graded cell: {text}"))
            if message is None:
                continue
            if "done" in message:
                errand.remarks |= dict.fromkeys(
                    f"`{name}` changes its arguments" for name in message["changing"]
                )
                error = message["error"] and (message["error"][0], message["error"][1])
                missing = tuple(name for name in message["missing"] if name not in errand.unread)
                value, printed, remarks = message["value"], message["printed"], tuple(errand.remarks)
                awaited = (*missing, *errand.unwritten)
                return Ruling(value, printed, error, missing, remarks, errand.is_early, awaited)
            before = session.cpu
            # Pickled by the worker, which no student's code can reach.
            answer = errand.answer(loads(b64decode(message["request"])))
            worker.send({"reply": message["ask"], "answer": answer, "cpu": session.cpu - before})

    def _hire(self) -> Lines:
        return Lines("course_utils.grading.worker", *self._arguments)


class _Errand:
    """Puts the questions of one graded cell to a student's session.

    Attributes
    ----------
    remarks : what is worth telling the lecturer, in order, each once.
    unread : names whose values could not be read, which a remark tells.
    unwritten : names that hold a placeholder.
    is_early : see `Ruling`.
    """

    def __init__(self, session: Session, limits: Limits, answerer: Answerer) -> None:
        self._session, self._limits, self._answerer = session, limits, answerer
        self._troubles = 0
        self._raised: set[tuple[str, str]] = set()  # names and kinds of what was raised, each told once
        self.remarks: dict[str, None] = {}
        self.unread: set[str] = set()
        self.unwritten: dict[str, None] = {}
        self.is_early = False

    def answer(self, question: dict[str, Any]) -> Any:
        """Return the kernel's answer, None if there is none."""
        return self._values(question["names"]) if "names" in question else self._call(question)

    def _values(self, names: list[str]) -> Any:
        """Return what names hold; one that ends the kernel costs no other."""
        try:
            found = self._ask({"names": names})
        except NoKernelError as error:
            self._remark(f"not graded: {error}")
            self.unread |= set(names)
            return {}
        except KernelEndedError as error:
            if len(names) > 1:
                found = {}
                for name in names:
                    one = self._values([name])
                    found |= one if isinstance(one, dict) else {}
                return found
            self.unread |= set(names)
            self._remark(f"`{names[0]}` could not be read: the kernel ended" + _because(error))
            return {}
        for name, data in found.items() if isinstance(found, dict) else ():
            if holds_placeholder(data):
                self.unwritten[name] = None
            if lost := unreadable(data):
                place, kind = (shorten(text, 80) for text in lost)
                self._remark(f"`{name}{place}` holds what cannot be read: {kind}")
        return found

    def _call(self, question: dict[str, Any]) -> Any:
        name = question["call"]
        if self._troubles == _TROUBLES:
            self._remark(f"`{name}` was not called any more after {_TROUBLES} calls that were stopped")
            return None
        before = self._session.cpu
        try:
            answer = self._ask(question)
        except NoKernelError as error:
            self._remark(f"`{name}` was not called: {error}")
            return None
        except KernelEndedError as error:
            self._troubles += 1
            self._remark(f"`{name}` ended the kernel" + _because(error))
            return None
        raised = answer.get("error") if isinstance(answer, dict) else None
        kind, text = map(str, raised) if isinstance(raised, list) and len(raised) == 2 else ("", "")
        if raised and answer.get("late") is True:
            self._troubles += 1
            computed, limit = self._session.cpu - before, self._limits.call
            over = (
                f"{limit:g} s of CPU time" if computed > limit / 2 else f"{PATIENCE * limit:g} s by the clock"
            )
            self._remark(f"`{name}` was stopped after {over}")
        elif met := reached(kind, text, self._limits):
            self._remark(f"`{name}` {met}")
        elif kind == NameError.__name__:
            self.is_early = True
            self._remark(f"`{name}` met a name that is not defined")
        elif raised and (name, kind) not in self._raised:
            self._raised.add((name, kind))
            self._remark(f"`{name}` {_what_was_raised(kind, text)}")
        elif isinstance(answer, dict) and (lost := unreadable(answer.get("result"))):
            place, kind = (shorten(text, 80) for text in lost)
            self._remark(f"`{name}` returned what cannot be read{place and f' at {place}'}: {kind}")
        return answer

    def _ask(self, question: dict[str, Any]) -> Any:
        request = {**question, "seconds": self._limits.call}
        return self._session.ask(request, self._limits.call, self._answerer)

    def _remark(self, text: str) -> None:
        self.remarks[text] = None


def _because(error: KernelEndedError) -> str:
    return f": it {error}" if str(error) else ""


def _what_was_raised(kind: str, text: str) -> str:
    if kind == SystemExit.__name__:
        return "asked Python to exit"
    if kind == RecursionError.__name__:
        return "called itself deeper than Python's limit, which it may raise by sys.setrecursionlimit"
    return f"raised {shorten(f'{kind}: {text}' if text else kind, 80)}"
