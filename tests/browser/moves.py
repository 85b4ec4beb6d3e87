"""Everything on a page that can be moved, moved; the picture answers, and tells of no error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.browser import lab

MOVES = 3  # of the pointer in one drag: each takes a picture's time


def bear_every_move(scenes: list[Any], name: str) -> str:
    """Move all in all pictures of a page called ``name``; return what the first drag took."""
    measured = ""
    for k, canvas in enumerate(scenes):
        where = f"widget {k + 1} of {name}: {canvas.get_attribute('aria-label')!r}"
        lab.settle(canvas)
        assert _shown_error(canvas) == "", where
        seen, changed = lab.pixels(canvas), 0
        for what, act in everything_that_moves(canvas):
            act()
            lab.settle(canvas)
            assert _shown_error(canvas) == "", f"{where}, after {what}"
            before, seen = seen, lab.pixels(canvas)
            changed += seen != before
        assert changed, f"{where}: nothing that was moved changed the picture"
        handles = canvas.locator(".cc-handle")
        if handles.count() and not measured:  # one measurement in a notebook is enough
            latency = lab.latency_over(canvas, handles.first, 20)
            drag = lab.fast_drag(canvas, handles.first, 40, -30, moves=60)
            measured = f"{where}\n  drag: {latency}\n  {drag}"
            assert drag.left_over == 0, where
    return measured


def everything_that_moves(canvas: Any) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield a name and an action for each control to each end, and each handle to and fro."""
    for box in canvas.locator(".cc-control input[type=checkbox]").all():
        name = box.locator("xpath=..").inner_text()
        yield f"{name} switched", box.click
        yield f"{name} switched back", box.click
    for menu in canvas.locator(".cc-control select").all():
        first = menu.input_value()
        for word in menu.locator("option").all_text_contents():
            yield f"menu {word}", partial(menu.select_option, word)
        menu.select_option(first)
    for slider in canvas.locator(".cc-control input[type=range]:visible").all():
        name = slider.get_attribute("aria-label")
        before = slider.input_value()
        yield f"{name} at its lower end", partial(lab.move_slider, slider, 0.0, moves=MOVES)
        yield f"{name} at its upper end", partial(slider.press, "End")
        yield f"{name} where it was", partial(slider.fill, before)
    for handle in canvas.locator(".cc-handle").all():
        if handle.is_hidden():  # one of a landscape's places that is not in use
            continue
        name = handle.get_attribute("aria-label")
        for dx, dy in ((70, 40), (-120, -70), (50, 30)):
            yield f"{name} by {(dx, dy)}", partial(lab.drag_handle, handle, dx, dy, moves=MOVES)


def _shown_error(canvas: Any) -> str:
    error = canvas.locator(".cc-message.cc-error")
    return error.inner_text() if error.count() and error.is_visible() else ""
