"""A card on which the reader commits to a prediction before playing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets

from course_utils.checking.feedback import to_html

_COLOUR = "#8a6fc9"
_FRAME = f"border-left:4px solid {_COLOUR};padding:.4em .9em;margin:.3em 0;max-width:46em;line-height:1.45"
_TEXT = "font-size:var(--jp-content-font-size1,14px);line-height:1.45"  # widgets are set smaller than outputs
_FRAME_LAYOUT = {
    "border_left": f"4px solid {_COLOUR}",
    "padding": "0.4em 0.9em",
    "margin": "0.3em 0",
    "max_width": "46em",
}


class _Attention(anywidget.AnyWidget):
    """Moves the focus to what its card has to say, when it gets a message."""

    _esm = """
    export default {
        render({ model, el }) {
            model.on("msg:custom", () => {
                const told = el.parentElement.querySelector('[role="status"]');
                told.tabIndex = -1;
                told.focus();
            });
        },
    };
    """


class Prediction(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A question with a few answers to choose from; `predict` makes it.

    Choosing commits (by mouse, or with Tab and Space): the choice is locked, and the card compares it with
    what happens; the keyboard's focus moves to that text, since buttons that are locked lose it. Nothing is
    judged.

    Attributes
    ----------
    prediction : the option that was chosen, None before; a trait, so it can be observed.
    """

    prediction = traitlets.Unicode(None, allow_none=True, read_only=True)

    def __init__(
        self,
        question: str,
        options: Sequence[str],
        truth: str,
        reveal: str,
        id: str,
        when_chosen: Callable[[str, str], str] | None = None,
    ) -> None:
        self.question, self.options, self.id = question, tuple(options), id
        self.truth, self.reveal = truth, reveal
        self._when_chosen = when_chosen
        self._choices = widgets.RadioButtons(options=self.options, value=None, layout={"width": "auto"})
        self._answer = widgets.HTMLMath()
        self._attention = _Attention(layout={"display": "none"})
        self._choices.observe(self._clicked, "value")
        heading = widgets.HTMLMath(
            f'<div style="{_TEXT}"><strong>Predict:</strong> {to_html(question)}</div>'
        )
        super().__init__([heading, self._choices, self._answer, self._attention], layout=_FRAME_LAYOUT)

    def choose(self, option: str) -> None:
        """Choose an option, as a click on it does, but leave the focus; a prediction once made stays.

        Raises
        ------
        ValueError
            If there is no such option.
        """
        if option not in self.options:
            raise ValueError(f"option must be one of {self.options}, got {option!r}")
        if self.prediction is None:
            self._compare(option)
            self._choices.value = option

    def _clicked(self, change: Any) -> None:
        if self.prediction is None:
            self._compare(change["new"])
            self._attention.send({})

    def _compare(self, option: str) -> None:
        self._choices.disabled = True
        self.set_trait("prediction", option)
        same = option == self.truth
        happens = "That is what happens." if same else f"What happens: <em>{to_html(self.truth)}</em>."
        said = self._when_chosen(self.id, option) if self._when_chosen else ""
        mine = f"{'✔' if same else '≠'} You predicted: <em>{to_html(option)}</em>."
        why = " ".join(to_html(text) for text in (self.reveal, said) if text)
        self._answer.value = f'<div role="status" style="{_TEXT}">{mine} {happens} {why}</div>'

    def __repr__(self) -> str:
        return f"Prediction {self.id}: {self.question} ({' / '.join(self.options)})"

    def _repr_mimebundle_(self, **settings: Any) -> dict[str, Any]:
        """Add a page without a kernel's card: question, answers, and what happens behind a click."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**settings)
        choices = "".join(f"<li>{to_html(option)}</li>" for option in self.options)
        bundle["text/html"] = (
            f'<div style="{_FRAME}"><strong>Predict:</strong> {to_html(self.question)}'
            f'<ul style="list-style-type:circle">{choices}</ul><details><summary>What happens</summary>'
            f"<em>{to_html(self.truth)}</em>. {to_html(self.reveal)}</details></div>"
        )
        bundle["text/plain"] = repr(self)
        return bundle


def predict(
    question: str,
    options: Sequence[str],
    *,
    truth: str,
    reveal: str,
    id: str,
    when_chosen: Callable[[str, str], str] | None = None,
) -> Prediction:
    """Return a card that asks for a prediction and then shows what happens.

    Parameters
    ----------
    question : one sentence; `code` in backticks, formulas between dollars.
    options : two or more answers.
    truth : the option that happens.
    reveal : one or two sentences on why; may hold numbers computed in the cell.
    id : names the card in stored outputs, "01.a".
    when_chosen : told the id and the option when one is chosen; what it returns stands below the card.

    Raises
    ------
    ValueError
        If there are fewer than two options, two alike, or ``truth`` is none of them.
    """
    if len(options) < 2 or len(set(options)) < len(options):
        raise ValueError(f"options must be at least two different answers, got {tuple(options)}")
    if truth not in options:
        raise ValueError(f"truth must be one of {tuple(options)}, got {truth!r}")
    return Prediction(question, options, truth, reveal, id, when_chosen)
