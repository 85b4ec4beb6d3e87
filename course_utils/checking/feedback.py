"""What a reader sees after ``check``, ``hint`` and ``solution``: the outcomes and their cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import escape


class Outcome(StrEnum):
    """The four outcomes of a check."""

    CORRECT = "correct"
    ALMOST = "almost"
    NOT_YET = "not yet"
    NOT_ATTEMPTED = "not attempted"


@dataclass(frozen=True)
class Verdict:
    """What a predicate finds about one answer.

    Attributes
    ----------
    outcome : one of the four.
    message : what came and what was expected, in one to three short sentences; `code` in backticks.
    misconception : the name of the misconception behind an "almost".
    """

    outcome: Outcome
    message: str = ""
    misconception: str = ""

    @property
    def is_correct(self) -> bool:
        """Whether the answer is right."""
        return self.outcome is Outcome.CORRECT


def correct(message: str = "") -> Verdict:
    """Return the verdict on a right answer."""
    return Verdict(Outcome.CORRECT, message)


def almost(misconception: str, message: str) -> Verdict:
    """Return the verdict on an answer that a named misconception explains."""
    return Verdict(Outcome.ALMOST, message, misconception)


def not_yet(message: str) -> Verdict:
    """Return the verdict on an answer that is wrong or cannot be read."""
    return Verdict(Outcome.NOT_YET, message)


def not_attempted(message: str = "Replace the `...` by your answer.") -> Verdict:
    """Return the verdict on an answer that still holds the ``...`` of its template."""
    return Verdict(Outcome.NOT_ATTEMPTED, message)


# Symbol, word and colour. The colours have a contrast of at least 3 : 1 on white and on near-black.
_LOOK = {
    "correct": ("✔", "Correct", "#2e8b57"),
    "almost": ("≈", "Almost", "#c27400"),
    "not yet": ("✎", "Not yet", "#3b82c4"),
    "not attempted": ("…", "Not attempted", "#808080"),
    "hint": ("➜", "Hint", "#8a6fc9"),
    "solution": ("★", "Solution", "#2e8b57"),
    "exercise": ("✎", "Exercise", "#3b82c4"),
}
_PRE = "margin:.4em 0;padding:.5em .7em;overflow-x:auto;background:rgba(128,128,128,.14);color:inherit"


@dataclass(frozen=True)
class Feedback:
    """A card in the notebook: a symbol, a word and a colour, then the message.

    The text and the HTML depend on the contents alone, so that stored outputs can be compared verbatim.

    Attributes
    ----------
    kind : an outcome, "hint", "solution" or "exercise".
    heading : the exercise's id and title.
    message : prose, `code` in backticks.
    code : a block of code, shown as it is.
    footer : what can be done next.
    misconception : its name, for an "almost".
    """

    kind: str
    heading: str
    message: str
    code: str = ""
    footer: str = ""
    misconception: str = ""

    @property
    def outcome(self) -> Outcome | None:
        """The outcome of a check; None for a hint or a solution."""
        return Outcome(self.kind) if self.kind in set(Outcome) else None

    @property
    def _word(self) -> str:
        word = _LOOK[self.kind][1]
        return f"{word}: {self.misconception}" if self.misconception else word

    def __repr__(self) -> str:
        parts = [f"{_LOOK[self.kind][0]} {self._word} · {self.heading}", self.message, self.code, self.footer]
        return "\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        symbol, _, colour = _LOOK[self.kind]
        code = f'<pre style="{_PRE}">{escape(self.code)}</pre>' if self.code else ""
        footer = (
            f'<div style="opacity:.8;font-size:.92em">{to_html(self.footer)}</div>' if self.footer else ""
        )
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;'
            f'max-width:46em;line-height:1.45">'
            f'<div><span aria-hidden="true" style="color:{colour};font-weight:bold">{symbol}</span> '
            f"<strong>{to_html(self._word)}</strong> · {escape(self.heading)}</div>"
            f"<div>{to_html(self.message)}</div>{code}{footer}</div>"
        )


def to_html(text: str) -> str:
    """Escape a text and turn its backticks into code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
