"""Every lesson in a real browser: all cells run, everything that can be moved is moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import lab
from tests.browser.conftest import NOTEBOOKS
from tests.browser.moves import bear_every_move


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_widget_bears_every_move(chromium, served, path: Path, record_property):
    url, root = served
    name = f"notebooks/{path.name}"
    assert (root / name).exists()
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    opened = lab.open_notebook(page, url, name)
    assert opened.cell_errors == []
    record_property("measured", bear_every_move(opened.scenes(), path.name))
    assert opened.console_errors == []
    page.close()
