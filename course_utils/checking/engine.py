"""What an exercise is, and how an answer to it is checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from course_utils.checking.describe import (
    describe,
    describe_error,
    holds_ellipsis,
    is_huge,
    mentions_ellipsis,
)
from course_utils.checking.feedback import Feedback, Outcome, Verdict, almost, not_attempted, not_yet
from course_utils.checking.parts import Parts
from course_utils.checking.predicates import Named, Predicate
from course_utils.checking.sandbox import Stop, run

ID = re.compile(r"(hw)?(\d\d)\.\d+")


@dataclass(frozen=True, eq=False)
class Misconception:
    """A way of thinking that leads to a wrong answer.

    Attributes
    ----------
    name : two to six words, unique across the course.
    example : an answer that it leads to; None in an exercise without its key.
    message : what the reader did and what to reconsider, without giving the answer away.
    detect : finds it in an answer; None compares the answer with ``example``.
    """

    name: str
    example: Any
    message: str
    detect: Predicate | None = None


@dataclass(frozen=True)
class Solution:
    """One way to do it: ``code`` is a notebook cell that ends in the check, ``explanation`` says why."""

    code: str
    explanation: str


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise; ``check``, ``hint`` and ``solution`` are for the reader, the fields for its author.

    Attributes
    ----------
    id : "01.3" for the third exercise of lesson 1, "hw03.2" for the second task of homework 3.
    title : a few words.
    accepts : the predicate that a right answer satisfies.
    hints : two or more, from a nudge to nearly there.
    model : the solution; None in an exercise without its key (see `released`).
    right_answers : two or more, written differently; for `parts` each is a mapping. None without a key.
    misconceptions : three or more; the first that explains a wrong answer is named.
    data : the numbers and arrays of the task, for the notebook to show; arrays are read-only.
    time_limit : seconds for one check.
    when_solved : told the id when an answer is right; what it returns stands below the verdict.

    Raises
    ------
    ValueError
        If a field does not hold what is listed here.
    """

    id: str
    title: str
    accepts: Predicate
    hints: Sequence[str]
    model: Solution | None
    right_answers: Sequence[Any]
    misconceptions: Sequence[Misconception]
    data: Mapping[str, Any] = field(default_factory=dict)
    time_limit: float = 5.0
    when_solved: Callable[[str], str] | None = None

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise ValueError(f"id must look like '01.3' or 'hw03.2', got {self.id!r}")
        right = 2 if self.model else 0
        for name, least in (("hints", 2), ("right_answers", right), ("misconceptions", 3)):
            if len(getattr(self, name)) < least:
                raise ValueError(
                    f"{name} of {self.id} must hold at least {least}, got {len(getattr(self, name))}"
                )
        names = [wrong.name for wrong in self.misconceptions]
        if len(set(names)) < len(names):
            raise ValueError(f"misconceptions of {self.id} must have different names, got {names}")
        if self.time_limit <= 0:
            raise ValueError(f"time_limit of {self.id} must be positive, got {self.time_limit}")
        for value in self.data.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        object.__setattr__(self, "data", dict(self.data))
        for wrong in self.misconceptions:
            self._detector(wrong)  # fails here rather than at a reader

    def check(self, *answer: Any, **parts: Any) -> Feedback:
        """Look at an answer: ``check(value)``, ``check(function)`` or ``check(name=value, …)``.

        Never raises (except KeyboardInterrupt) and ends soon after ``time_limit``, whatever the answer is.
        """
        first = run(lambda: self._judge(answer, parts), self.time_limit)
        verdict = first.value or not_yet(
            f"No answer after {self.time_limit:g} s, so it was stopped. Is there a loop that never ends, "
            "or much more work than the task needs?"
        )
        if verdict.outcome is Outcome.NOT_YET and not first.timed_out:
            # A second run, so that what the answer prints is shown once.
            said = verdict
            verdict = run(lambda: self._explain(answer, parts, said), self.time_limit).value or verdict
        message = verdict.message or (self.model.explanation if self.model else _RIGHT)
        footer = f"`{self._call}.hint()` gives a hint."
        if verdict.is_correct:
            footer = self.when_solved(self.id) if self.when_solved else ""
        printed = f"It printed:\n{first.printed.rstrip()}" if first.printed.strip() else ""
        return Feedback(verdict.outcome, self._heading, message, printed, footer, verdict.misconception)

    def hint(self) -> Feedback:
        """Show the next hint; after the last one, say so and show it again."""
        shown = min(_hints_shown.get(self.id, 0) + 1, len(self.hints) + 1)
        _hints_shown[self.id] = shown
        number = min(shown, len(self.hints))
        left = len(self.hints) - number
        if shown > len(self.hints):
            footer = f"That was the last hint already. `{self._call}.solution()` shows one way to do it."
        elif left == 0:
            footer = "No hints left."
        else:
            footer = f"{left} more hint{'s' * (left > 1)}: call it again."
        heading = f"{number} of {len(self.hints)} · {self._heading}"
        return Feedback("hint", heading, self.hints[number - 1], footer=footer)

    def solution(self) -> Feedback:
        """Show one way to do it, and why it works; for homework, say where the solution is."""
        if self.model is None:
            return Feedback(
                "solution", self._heading, "Solutions of homework are handed back by your lecturer."
            )
        return Feedback("solution", self._heading, self.model.explanation, self.model.code.strip())

    def _judge(self, answers: tuple[Any, ...], named: Mapping[str, Any]) -> Verdict:
        """Find the verdict; runs in the sandbox, where whatever an answer raises becomes part of it."""
        try:
            answer, problem = self._read(answers, named)
            if problem:
                return problem
            verdict = self.accepts(answer)
            misnamed = (
                self.accepts.misnamed(_parts_of(answers, named)) if isinstance(self.accepts, Parts) else ""
            )
            return not_yet(f"{misnamed} {verdict.message}".strip()) if misnamed else verdict
        except Stop:
            raise
        except BaseException as error:
            if mentions_ellipsis(error):
                return not_attempted("There is still a `...` in your answer.")
            return not_yet(describe_error(error))

    def _explain(
        self, answers: tuple[Any, ...], named: Mapping[str, Any], verdict: Verdict
    ) -> Verdict | None:
        """Return "almost" if a misconception gives the same answer, else say more; runs in the sandbox.

        A misconception that does not explain all that is wrong is told, without an "almost".
        """
        names: dict[Any, Any] = {}  # by the function that finds them
        why = ""
        try:
            answer, problem = self._read(answers, named)
            for wrong in () if problem else self.misconceptions:
                detector = self._detector(wrong)
                if isinstance(detector, Named):
                    if detector.name not in names:
                        names[detector.name] = detector.name(answer)
                    found = names[detector.name] == detector.wanted
                else:
                    found = detector(answer).outcome in (Outcome.CORRECT, Outcome.ALMOST)
                if found and self._explains(detector, answer):
                    return almost(wrong.name, wrong.message)
                why = why or (wrong.message if found else "")
            why = why or ("" if problem else self.accepts.diagnose(answer))
            return replace(verdict, message=f"{verdict.message} {why}") if why else None
        except Stop:
            raise
        except BaseException:
            return None  # the verdict has said already what the answer raised

    def _read(self, answers: tuple[Any, ...], named: Mapping[str, Any]) -> tuple[Any, Verdict | None]:
        """Return the answer, a mapping for an exercise of parts, and the verdict if it cannot be read."""
        if not answers and not named:
            return None, not_attempted(f"Pass your answer: `{self._usage}`.")
        if isinstance(self.accepts, Parts):
            named = _parts_of(answers, named)
            if answers and named is not answers[0] and not holds_ellipsis(answers):
                return None, not_yet(
                    f"This exercise has several parts. Pass each by its name: `{self._usage}`."
                )
            wanted = self.accepts.expected
            return {n: named[n] for n in wanted if n in named and not holds_ellipsis(named[n])}, None
        if len(answers) != 1 or named:
            came = len(answers) + len(named)
            return None, not_yet(f"Expected one answer, got {came}: `{self._usage}`.")
        if holds_ellipsis(answers[0]):
            return None, not_attempted()
        if is_huge(answers[0]):
            return None, not_yet(f"Far more values than expected: {describe(answers[0])}.")
        return answers[0], None

    def _explains(self, detector: Predicate, answer: Any) -> bool:
        """Return whether what ``detector`` found in an answer is all that is wrong with it."""
        if not isinstance(self.accepts, Parts) or not isinstance(detector.expected, Mapping):
            return True
        return self.accepts.is_right_beside(detector.expected, answer)

    def _detector(self, wrong: Misconception) -> Predicate:
        return wrong.detect or self.accepts.like(wrong.example)

    @property
    def _heading(self) -> str:
        return f"{self.id} {self.title}"

    @property
    def _call(self) -> str:
        return f'exercise("{self.id}")'

    @property
    def _usage(self) -> str:
        if isinstance(self.accepts, Parts):
            return f"check({', '.join(f'{name}=…' for name in self.accepts.expected)})"
        return "check(answer)"

    def _card(self) -> Feedback:
        todo = f"`.{self._usage}` looks at your answer, `.hint()` and `.solution()` help."
        return Feedback("exercise", self._heading, todo)

    def __repr__(self) -> str:
        return repr(self._card())

    def _repr_html_(self) -> str:
        return self._card()._repr_html_()


def _parts_of(answers: tuple[Any, ...], named: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parts of an answer, which may come as one mapping or by their names."""
    return answers[0] if len(answers) == 1 and isinstance(answers[0], Mapping) else named


_RIGHT = "Right in every example of this check. The grader tries others."
_hints_shown: dict[str, int] = {}  # how many hints of each exercise this session has seen
