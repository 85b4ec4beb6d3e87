"""Every notebook in a real browser: all cells run, everything that can be moved is moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import lab
from tests.browser.conftest import NOTEBOOKS

FOUND = sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_every_widget_bears_every_move(chromium, served, path: Path, capsys):
    url, root = served
    name = (Path("notebooks") / path.relative_to(NOTEBOOKS)).as_posix()
    assert (root / name).exists()
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    opened = lab.open_notebook(page, url, name)
    assert opened.cell_errors == []
    scenes, measured = opened.scenes(), False
    for k, canvas in enumerate(scenes):
        where = f"widget {k + 1} of {path.name}: {canvas.get_attribute('aria-label')!r}"
        lab.settle(canvas)
        assert shown_error(canvas) == "", where
        changed = 0
        for what, act in lab.everything_that_moves(canvas):
            changed += lab.canvas_pixels_changed(canvas, act)
            assert shown_error(canvas) == "", f"{where}, after {what}"
        assert changed, f"{where}: nothing that was moved changed the picture"
        handles = canvas.locator(".cc-handle")
        if handles.count() and not measured:
            measured = True  # one measurement in a notebook is enough
            latency = lab.latency_over(canvas, handles.first, 40)
            drag = lab.fast_drag(canvas, handles.first, 40, -30, moves=100)
            with capsys.disabled():
                print(f"\n{where}\n  drag: {latency}\n  {drag}")
            assert drag.left_over == 0, where
    assert opened.console_errors == []
    page.close()


def shown_error(canvas) -> str:
    error = canvas.locator(".cc-message.cc-error")
    return error.inner_text() if error.count() and error.is_visible() else ""
