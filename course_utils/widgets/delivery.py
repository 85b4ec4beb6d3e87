"""The pictures' code and style, sent to the browser once for all the pictures of a kernel."""

from __future__ import annotations

from pathlib import Path

import ipywidgets
import traitlets

from course_utils.widgets.replies import answer_in_two_messages

_FRONT = Path(__file__).with_name("front")
_PARTS = (
    "axes.js",
    "drawing.js",
    "requests.js",
    "numbers.js",
    "controls.js",
    "time.js",
    "readout.js",
    "panel.js",
    "handle.js",
    "enlarged.js",
    "canvas.js",
)


def _read(name: str) -> str:
    return (_FRONT / name).read_text(encoding="utf-8")


STUB = _read("stub.js")  # what each picture brings: it fetches the rest from the model below


def page_parts() -> tuple[str, str]:
    """Return the module and the style that bring the recorded pictures of a page to life."""
    return "\n".join(map(_read, (*_PARTS, "recorded.js", "page.js"))), _read("canvas.css")


class FrontEnd(ipywidgets.Widget):  # type: ignore[misc]  # which has no types
    """A model without a view that carries the code and the style of every picture."""

    code = traitlets.Unicode().tag(sync=True)
    style = traitlets.Unicode().tag(sync=True)


_current: FrontEnd | None = None


def front_end() -> FrontEnd:
    """Return this kernel's one `FrontEnd`; a new one if somebody has closed all widgets."""
    global _current
    if _current is None or _current.comm is None:
        answer_in_two_messages()
        _current = FrontEnd(code="\n".join(map(_read, _PARTS)), style=_read("canvas.css"))
    return _current
