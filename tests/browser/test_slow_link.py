"""A drag over a slow link, 150 ms there and back, 1 Mbit/s: nothing runs after the mouse."""

from __future__ import annotations

import pytest

from tests.browser import lab
from tests.browser.slow import slow_link
from tests.tools.notebooks import write_notebook

# The first live pictures of lessons 00 and 02.
CELLS = [
    """
from course_utils import objectives, pictures
from course_utils.optimizers import GradientDescent, Momentum
tools = [GradientDescent(0.005), Momentum(0.005)]
pictures.explore(objectives.himmelblau(), tools, start=[-0.5, -4.0], steps=60)
""",
    "pictures.gradient_components()",
]
AFTER_RELEASE = "(root) => root.watch.drawn.filter(({at}) => at > root.watch.released).length"


@pytest.fixture(scope="module")
def pictures(chromium, served):
    """Return the link, slow by now, and the canvases of the notebook behind it."""
    url, root = served
    write_notebook(root / "slow.ipynb", CELLS)
    with slow_link(url) as link:
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        opened = lab.open_notebook(page, link.url, "slow.ipynb")
        assert opened.cell_errors == []
        for canvas in opened.scenes():
            lab.settle(canvas)
        link.delay, link.rate = 0.075, 125_000.0
        yield link, opened.scenes()
        link.delay, link.rate = 0.0, float("inf")
        page.close()
        assert opened.console_errors == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_drag_leaves_nothing_to_run_after_the_mouse(pictures, record_property, which):
    link, canvases = pictures
    canvas = canvases[which]
    handle = canvas.locator(".cc-handle").first
    before = link.passed
    drag = lab.fast_drag(canvas, handle, 60, 40, moves=100)
    size = (link.passed - before) / drag.pictures / 1000
    record_property("measured", f"over a slow link, {drag}; {size:.1f} kB for each")
    # The one that was under way when the mouse stopped, and that of the last position.
    assert 1 <= canvas.evaluate(AFTER_RELEASE) <= 2
    assert drag.left_over == 0
    assert lab.handle_centre(handle) == pytest.approx(drag.released_at, abs=1.5)
