"""Predictions and exercises on pages without Python: what can be asked there, and what needs Jupyter.

A prediction can be chosen and is then revealed (`front/questions.js`). An exercise shows its hints by degrees
and its solution; nothing can be checked, and its card says so.
"""

from __future__ import annotations

import html
import re
from functools import reduce
from typing import Any

from course_utils.checking import Exercise
from course_utils.checking.feedback import to_html
from course_utils.exercises import exercise

_PREDICTION = re.compile(r"Prediction (\d\d\.\w+):")
_UNANSWERED = re.compile(r"… Not attempted · (\d\d\.\d+) ")


def card(output: Any) -> str | None:
    """Return what a page shows for a prediction or an unanswered exercise; None for other outputs."""
    plain = output.get("data", {}).get("text/plain", "")
    if found := _PREDICTION.match(plain):
        return f'<div class="prediction" data-id="{found[1]}">{output.data["text/html"]}</div>'
    if found := _UNANSWERED.match(plain):
        return _exercise_card(exercise(found[1]))
    return None


def asks_for_help(cell: Any) -> bool:
    """Return whether a code cell only offers the calls of ``hint`` and ``solution``, as comments."""
    lines = cell.source.splitlines()
    return cell.cell_type == "code" and bool(lines) and all(line.startswith("# exercise(") for line in lines)


def _exercise_card(one: Exercise) -> str:
    """Return hints, each inside the one before, and the solution."""
    count = len(one.hints)
    numbered = [(f"Hint {k} of {count}", to_html(hint)) for k, hint in enumerate(one.hints, 1)]
    hints = reduce(lambda inner, hint: _fold(hint[0], f"<p>{hint[1]}</p>{inner}"), reversed(numbered), "")
    solution = ""
    if one.model:
        code = f"<pre>{html.escape(one.model.code.strip())}</pre>"
        solution = _fold("Solution", f"{code}<p>{to_html(one.model.explanation)}</p>")
    return (
        f'<div class="exercise-card" data-id="{one.id}"><p><strong>Exercise {one.id}</strong> · '
        f'{html.escape(one.title)}</p><p class="where">Answers are checked in Jupyter: open this notebook '
        f"there. Hints and solution are here, too.</p>{hints}{solution}</div>"
    )


def _fold(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>{content}</details>"
