"""What differs between the programs that show notebooks: Notebook 7, and JupyterLab without the kernel."""

from __future__ import annotations

import pytest

from tests.browser import lab
from tests.browser.test_canvas import EXPLORE, FRAGILE, boxes
from tests.tools.notebooks import write_notebook

ACTIVE = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"


@pytest.fixture
def page(chromium):
    opened = chromium.new_page(viewport={"width": 1280, "height": 1000})
    yield opened
    opened.close()


@pytest.mark.parametrize("application", ["notebooks", "lab/tree"])
def test_keys_go_to_the_picture_and_not_to_the_notebook(page, served, application):
    url, root = served
    write_notebook(root / "keys.ipynb", [EXPLORE, "1 + 1", "2 + 2"])
    opened = lab.open_notebook(page, url, "keys.ipynb", application=application)
    assert opened.cell_errors == []
    canvas = opened.scenes()[0]
    lab.settle(canvas)
    canvas.locator(".cc-handle").click()
    active, count = page.evaluate(ACTIVE), page.locator(".jp-Cell").count()
    x, y = boxes(canvas, "start")
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "b"):
        page.keyboard.press(key)
        lab.settle(canvas)
    assert boxes(canvas, "start") == pytest.approx([x + 0.08, y - 0.04], abs=1e-3)
    slider = canvas.locator(".cc-control input[type=range]").first
    before = float(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    lab.settle(canvas)
    assert float(slider.input_value()) == before - 2
    assert page.evaluate(ACTIVE) == active
    assert page.locator(".jp-Cell").count() == count
    # Notebook 7 itself reports settings that are missing.
    assert [error for error in opened.console_errors if "notebook_core" not in error] == []


@pytest.mark.parametrize("application", ["notebooks", "lab/tree"])
def test_without_its_kernel_a_saved_picture_stands_still(page, served, application):
    url, root = served
    name = f"still-{application.partition('/')[0]}.ipynb"
    write_notebook(root / name, [FRAGILE])
    opened = lab.open_notebook(page, url, name, application=application)
    lab.settle(opened.scenes()[0])
    page.evaluate(
        """async () => {
            const { context } = jupyterapp.shell.currentWidget;
            await context.save();
            await context.sessionContext.shutdown();
        }"""
    )
    lab.visit(page, url, name, application=application)
    still = page.locator(".jp-OutputArea img[alt='a dial that breaks']")
    still.wait_for()
    assert still.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 200
    page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.ready")
    still.wait_for()
    assert page.get_by_text("model not found").count() == 0
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".course-canvas").wait_for()
    assert still.count() == 0


def test_a_notebook_brings_the_code_of_its_pictures_once(page, served):
    """Every WebSocket frame of a notebook with two pictures is searched for the code."""
    url, root = served
    write_notebook(root / "once.ipynb", [EXPLORE, FRAGILE])
    frames: list[bytes] = []

    def keep(payload):
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    opened = lab.open_notebook(page, url, "once.ipynb")
    assert len(opened.scenes()) == 2
    lab.settle(opened.scenes()[1])
    assert sum(frame.count(b"class HandleView") for frame in frames) == 1


def test_the_server_passes_answers_on_at_once(served):
    """The course's installation has told the server: otherwise run `make test-browser`, which installs it."""
    log = (served[1].parent / "home" / "server.log").read_text()
    assert "course_utils.serving | extension was successfully loaded" in log
