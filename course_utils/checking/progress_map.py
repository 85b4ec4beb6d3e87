"""A map of what the reader has done and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as widgets

from course_utils.checking.feedback import to_html
from course_utils.checking.progress import VARIABLE, Progress, Record

_CELL = "padding:.15em 1em .15em 0;text-align:left;vertical-align:top"
_STILL = "A map of what you have solved and predicted: run this cell in a notebook to see yours."


class ProgressMap(widgets.HTML):  # type: ignore[misc]  # ipywidgets has no types
    """The exercises of every lesson, solved or not, and the next one; `Progress` says where it is kept.

    What is stored of it in a notebook is the same for every reader: only the live view tells.

    Parameters
    ----------
    progress : what is remembered.
    contents : id → title of every exercise, in order.
    """

    def __init__(self, progress: Progress, contents: Mapping[str, str]) -> None:
        self._progress, self._contents = progress, dict(contents)
        super().__init__()
        self.refresh()

    def refresh(self) -> None:
        """Read what is remembered, and show it."""
        record, place = self._progress.read(), self._progress.place()
        lessons: dict[str, list[str]] = {}
        for id in self._contents:
            lessons.setdefault(id.partition(".")[0], []).append(id)
        rows = []
        for lesson, ids in lessons.items():
            done = [id for id in ids if id in record.solved]
            predicted = sum(id.partition(".")[0] == lesson for id in record.predicted)
            if lesson.startswith("hw") and not done:
                continue
            signs = " ".join(f"{id} {'✔' if id in record.solved else '·'}" for id in ids)
            count = f"{len(done)} of {len(ids)}"
            rows.append((lesson, count, signs, f"{predicted}" if predicted else ""))
        head = ("lesson", "solved", "exercises", "predictions given")
        table = "".join([_row("th", head), *(_row("td", row) for row in rows)])
        self.value = (
            f'<div role="status" style="line-height:1.45"><table>{table}</table>'
            f"<p>{to_html(self._next(record))}</p>"
            f'<p style="opacity:.8">{to_html(self._where(place, record.wanted))}</p></div>'
        )

    def remember(self, wanted: bool) -> str:
        """Begin or cease to remember, in all notebooks; return what was done as a sentence."""
        said = self._progress.remember(wanted)
        self.refresh()
        return said

    def forget(self) -> str:
        """Delete what is remembered; return what was done as a sentence."""
        said = self._progress.forget()
        self.refresh()
        return said

    def _next(self, record: Record) -> str:
        """Say what is wrong, if anything is, and which exercise comes next, if that is known."""
        lessons = [id for id in self._contents if not id.startswith("hw")]
        left = [id for id in lessons if id not in record.solved]
        if not left:
            then = "Every exercise of the lessons is solved."
        elif record.fault and not record.solved:
            return record.fault
        else:
            head = "Next" if record.solved else "Begin with"
            then = f"{head}: exercise {left[0]}, {self._contents[left[0]]}."
        return f"{record.fault} {then}".strip()

    def _where(self, place: Any, wanted: bool) -> str:
        if place is None:
            return f"Nothing is remembered here (the variable {VARIABLE}, or not a notebook)."
        if not wanted:
            return "You have switched this off: `where_was_i().remember(True)` switches it on again."
        off = "`where_was_i().remember(False)` switches it off"
        return f"Kept on this machine, in {place}; nothing is sent. {off}."

    def __repr__(self) -> str:
        return _STILL

    def _repr_mimebundle_(self, **settings: Any) -> dict[str, Any]:
        """Add what a page without a kernel shows, the same for every reader."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**settings)
        bundle["text/html"] = f"<p><em>{_STILL}</em></p>"
        bundle["text/plain"] = repr(self)
        return bundle


def _row(tag: str, cells: Sequence[str]) -> str:
    inside = "".join(f'<{tag} style="{_CELL}">{to_html(cell)}</{tag}>' for cell in cells)
    return f"<tr>{inside}</tr>"
