"""Task hw04.3: a verdict on a point, compared with the right one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from course_utils.checking.describe import describe
from course_utils.checking.feedback import Verdict, correct, not_yet
from course_utils.checking.predicates import Predicate, choice, number

Judgement = tuple[str, int]

KINDS = ("minimum", "maximum", "saddle", "degenerate", "gradient-flat", "slope")


def judges(expected: Judgement) -> Predicate:
    """Expect a kind and an index."""

    def compare(answer: Any, expected: Judgement) -> Verdict:
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            return not_yet(f"A kind and an index are expected; {describe(answer)} came.")
        for name, part, predicate in (
            ("kind", answer[0], choice(expected[0], KINDS)),
            ("index", answer[1], number(expected[1], rtol=1e-9)),
        ):
            verdict = predicate(part)
            if not verdict.is_correct:
                told = f"`{name}`: {verdict.message[:1].lower()}{verdict.message[1:]}"
                return replace(verdict, message=told)
        return correct()

    return Predicate(expected, compare)
