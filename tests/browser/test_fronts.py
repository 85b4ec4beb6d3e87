"""What differs between programs that show notebooks: Notebook 7, Voilà, JupyterLab without the kernel."""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path

import notebook
import pytest

from tests.browser import lab
from tests.browser.test_canvas import EXPLORE, FRAGILE, boxes
from tests.tools.notebooks import write_notebook

ACTIVE = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
LINE = """
from course_utils.plotting import figure

with figure(alt="A straight line through the origin.") as line:
    line.subplots().plot([-1, 1], [-1, 1])
line
"""


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


def reopen_without_kernel(page, url, name, application):
    """Save the notebook, end its kernel, and open it again."""
    page.evaluate(
        """async () => {
            const { context } = jupyterapp.shell.currentWidget;
            await context.save();
            await context.sessionContext.shutdown();
        }"""
    )
    lab.visit(page, url, name, application=application)


@pytest.mark.parametrize("application", ["notebooks", "lab/tree"])
def test_without_its_kernel_a_saved_picture_stands_still(page, served, application):
    url, root = served
    name = f"still-{application.partition('/')[0]}.ipynb"
    write_notebook(root / name, [FRAGILE])
    opened = lab.open_notebook(page, url, name, application=application)
    lab.settle(opened.scenes()[0])
    reopen_without_kernel(page, url, name, application)
    still = page.locator(".jp-OutputArea img[alt='a dial that breaks']")
    still.wait_for()
    assert still.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 200
    page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.ready")
    still.wait_for()
    assert page.get_by_text("model not found").count() == 0
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".course-canvas").wait_for()
    assert still.count() == 0


PARTS = [
    """
from course_utils.exercises import predict, where_was_i
predict("Where does $x^2$ end?", ["left", "right"], truth="left", reveal="Look.", id="99.b")
""",
    "where_was_i()",
    "import ipywidgets\nipywidgets.FloatSlider(0.01)",
    FRAGILE + "\nipywidgets.Tab([ipywidgets.HBox([fragile, ipywidgets.IntText(3)])])",
]


@pytest.mark.parametrize("application", ["notebooks", "lab/tree"])
def test_without_its_kernel_every_other_widget_says_what_it_was_or_that_it_needs_python(
    page, served, application
):
    url, root = served
    name = f"parts-{application.partition('/')[0]}.ipynb"
    write_notebook(root / name, PARTS)
    opened = lab.open_notebook(page, url, name, application=application)
    assert opened.cell_errors == []
    reopen_without_kernel(page, url, name, application)
    outputs = page.locator(".jp-OutputArea")
    outputs.filter(has_text="Where does").locator("mjx-container").first.wait_for()
    assert "left" in outputs.filter(has_text="Where does").inner_text()
    page.get_by_text("A map of what you have solved and predicted").wait_for()
    needs = outputs.get_by_text("run its cell again")
    needs.nth(1).wait_for()
    page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.ready")
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    assert page.get_by_text("model not found").count() == 0
    assert needs.count() == 2
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".course-canvas").wait_for()
    page.get_by_role("radio").first.wait_for()
    needs.first.wait_for(state="detached")


def test_html_beside_a_widget_is_cleaned_where_the_notebook_is_not_trusted(page, served):
    url, root = served
    write_notebook(root / "foreign.ipynb", ["1"])
    foreign = json.loads((root / "foreign.ipynb").read_text())
    harm = "window.hurt = true"
    html = f"<p>a foreign prediction <img src='none' onerror='{harm}'></p><script>{harm}</script>"
    view = {"model_id": "0", "version_major": 2, "version_minor": 0}
    data = {"application/vnd.jupyter.widget-view+json": view, "text/html": html, "text/plain": "plain"}
    foreign["cells"][0]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    (root / "foreign.ipynb").write_text(json.dumps(foreign))
    lab.visit(page, url, "foreign.ipynb")
    page.get_by_text("a foreign prediction").wait_for()
    page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.ready")
    assert page.evaluate("() => window.hurt") is None


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


def test_formulas_have_their_fonts_in_both_programs(served):
    """What JupyterLab and Notebook 7 bring under one name, the server gives to both, whoever came first."""
    share = Path(sys.prefix) / "share" / "jupyter"
    lab_fonts = {path.name for path in (share / "lab" / "static").glob("*.woff")}
    both = lab_fonts & {path.name for path in (Path(notebook.__file__).parent / "static").glob("*.woff")}
    assert len(both) > 10
    for font in sorted(both):
        for program in ("notebook", "lab"):
            with urllib.request.urlopen(f"{served[0]}/static/{program}/{font}", timeout=30) as answer:
                assert answer.status == 200
                assert len(answer.read()) > 1000


def test_voila_shows_living_pictures_and_alt_texts_and_no_code(page, tmp_path):
    root, home = tmp_path / "root", tmp_path / "home"
    home.mkdir()
    root.mkdir()
    write_notebook(root / "shown.ipynb", [EXPLORE, FRAGILE, LINE])
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error.stack or error}"))
    with lab.voila(root, home) as url:
        # Voilà's page asks a network for MathJax.
        page.route(lambda address: not address.startswith(url), lambda route: route.abort())
        page.goto(f"{url}/voila/render/shown.ipynb")
        canvases = page.locator(".course-canvas")
        canvases.nth(1).wait_for(timeout=60_000)
        assert page.locator("img[alt='A straight line through the origin.']").count() == 1
        assert page.get_by_text("import min_max_saddle").count() == 0
        canvas = canvases.nth(0)
        lab.settle(canvas)
        before = boxes(canvas, "start")
        lab.drag_handle(canvas.locator(".cc-handle").first, 60, -30)
        lab.settle(canvas)
        assert boxes(canvas, "start") != pytest.approx(before, abs=1e-3)
        assert lab.canvas_pixels_changed(canvas, lambda: page.keyboard.press("ArrowLeft"))
        dial = canvases.nth(1)
        lab.move_slider(dial.locator(".cc-control input[type=range]"), 0.8)
        lab.settle(dial)
        assert "too fast" in dial.locator(".cc-message").inner_text()
    # Its server is gone now, and there are no cells to run again.
    lab.move_slider(dial.locator(".cc-control input[type=range]"), 0.3)
    dial.locator(".cc-message", has_text="reload the page").wait_for(timeout=30_000)
    assert page.get_by_text("this cell").count() == 0
    # Extensions of Notebook and nbgrader that Voilà starts, though it has not what they extend.
    assert [error for error in errors if "/labextensions/@jupyter" not in error] == []
