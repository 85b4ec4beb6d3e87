"""Answers of several named parts, each tested on its own: one that cannot be read costs no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from course_utils.checking.describe import describe, describe_error, is_huge
from course_utils.checking.feedback import Verdict, correct, not_attempted, not_yet
from course_utils.checking.predicates import Predicate, plain, real_array
from course_utils.checking.sandbox import Stop
from course_utils.checking.sealed import SealedArray, SealedNumber, SealedWord, lock, unlock


@dataclass(frozen=True, eq=False)
class Parts(Predicate):
    """Expects several named answers, each with its own predicate.

    Attributes
    ----------
    locked : what is said to a right answer, in a form that it alone opens (see `sealed`); "" says nothing.
    """

    locked: str = ""

    def __call__(self, answer: Any) -> Verdict:
        """Return the verdict on a mapping from names to answers."""
        verdict = super().__call__(answer)
        if verdict.is_correct and self.locked:
            return replace(verdict, message=unlock(self.locked, self.key(answer)))
        return verdict

    def misnamed(self, answer: Mapping[Any, Any]) -> str:
        """Return what is said to parts that have other names than those asked for; "" if there are none."""
        missing = [name for name in self.expected if name not in answer]
        said = []
        for name in answer:
            if name not in self.expected:
                near = get_close_matches(str(name), missing, n=1)
                meant = f"did you mean `{near[0]}`?" if near else f"there are {_listed(self.expected)}."
                said.append(f"No part is called `{name}`: {meant}")
        return " ".join(said)

    def is_right_beside(self, explained: Iterable[str], answer: Mapping[str, Any]) -> bool:
        """Return whether an answer is right apart from the ``explained`` parts and from missing ones.

        Of several words to choose at least half have to be right too: one word for everything is a guess.
        """
        given = {name: part for name, part in self.expected.items() if name in answer}
        faulty = {name for name, part in given.items() if not _judge(part, answer[name]).is_correct}
        words = {name for name, part in given.items() if "options" in part.settings}
        guessed = len(words) > 1 and 2 * len(faulty & words) > len(words)
        return faulty <= set(explained) and not guessed

    def like(self, wrong: Mapping[str, Any]) -> Predicate:
        """Return the predicate for those parts in which ``wrong`` is wrong."""
        differing = {
            name: part.like(wrong[name])
            for name, part in self.expected.items()
            if not part(wrong[name]).is_correct
        }
        if not differing:
            raise ValueError("wrong must be wrong in at least one part")
        return Predicate(differing, _compare)

    def key(self, answer: Mapping[str, Any]) -> str:
        """Return what all right answers to sealed parts have in common."""
        return "|".join(_token(part, answer[name]) for name, part in self.expected.items())

    def lock(self, text: str, right: Mapping[str, Any]) -> str:
        """Return a text that opens to right answers alone."""
        return lock(text, self.key(right))


def parts(**predicates: Predicate) -> Parts:
    """Expect several answers, passed to ``check`` by these names."""
    return Parts(predicates, _compare)


def _compare(answers: Mapping[str, Any], expected: Mapping[str, Predicate]) -> Verdict:
    verdicts = {name: _judge(part, answers[name]) for name, part in expected.items() if name in answers}
    wrong = {name: verdict for name, verdict in verdicts.items() if not verdict.is_correct}
    missing = [name for name in expected if name not in answers]
    if not wrong and not missing:
        return correct()
    right = [name for name in verdicts if name not in wrong]
    said = [f"`{name}`: {verdict.message}" for name, verdict in wrong.items()]
    said += [f"Still to answer: {_listed(missing)}."] if missing else []
    said += [f"Right already: {_listed(right)}."] if right else []
    return not_yet(" ".join(said)) if wrong else not_attempted(" ".join(said))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _judge(predicate: Predicate, answer: Any) -> Verdict:
    try:
        if is_huge(answer):
            return not_yet(f"Far more values than expected: {describe(answer)}.")
        return predicate(answer)
    except Stop:
        raise
    except BaseException as error:  # an object may raise whatever is done with it
        return not_yet(describe_error(error))


def _token(part: Predicate, answer: Any) -> str:
    """Return what the right answers to a sealed part have in common."""
    sealed = part.expected
    if isinstance(sealed, SealedWord):
        return str(sealed.token(plain(answer)))
    values, problem = real_array(answer, "numbers")
    if values is None:
        raise ValueError(problem)
    if isinstance(sealed, SealedNumber):
        return str(sealed.token(values.item(), part.settings["rtol"]))
    assert isinstance(sealed, SealedArray)
    return str(sealed.tokens(part.settings["arrange"](values)))
