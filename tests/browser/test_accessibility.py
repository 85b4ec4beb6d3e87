"""What is ours breaks no rule of accessibility that axe-core knows: pages, decks, outputs in JupyterLab."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.browser import lab
from tests.browser.axe import violations
from tests.browser.conftest import NOTEBOOKS
from tests.browser.decks import open_deck
from tests.tools import ROOT
from tests.tools.notebooks import write_notebook

pytest.importorskip("a11y_pygments", reason="the packages of the extra [pages] are not installed")
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
each_lesson = pytest.mark.parametrize("lesson", [path.stem for path in LESSONS])

# What a lesson shows, and what it does not: a failed picture, an answered prediction, every kind of card.
CELLS = [
    """
from course_utils.exercises import exercise, predict
from course_utils.pictures import own_landscape
own_landscape()
""",
    """
card = predict("How many?", ["one", "two"], truth="one", reveal="Because of `1`.", id="99.a")
card.choose("two")
card
""",
    *(
        f'exercise("02.1").{call}'
        for call in ("check(...)", "check(1e9)", 'check("x")', "hint()", "solution()")
    ),
    """
from course_utils.widgets import Handle, Panel, Points, View, scene, slider

def update(state):
    if state.rate < 1:
        raise ValueError("too slow")
    return View(picture=[Points(state.at)])

scene(update, panels=Panel("a point", "x", "y", (-1, 1, -1, 1)), handles={"at": Handle((0, 0))},
      controls={"rate": slider("rate", 0, 1, 0.5)}, alt="a point")
""",
    """
from course_utils.plotting import figure
with figure(alt="A straight line through the origin.") as line:
    line.subplots().plot([0, 1], [0, 1])
line
""",
]

# As if each slide of a printed deck were the present one: reveal.js hides all others from screen readers.
EVERY_SLIDE = """() => {
    for (const slide of document.querySelectorAll(".slides section")) {
        slide.removeAttribute("aria-hidden");
        slide.hidden = false;
    }
}"""


def written(tool, folder, *notebooks):
    command = [sys.executable, str(ROOT / "tools" / tool), str(folder), *map(str, notebooks)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return written("make_html.py", tmp_path_factory.mktemp("pages"), *LESSONS)


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    return written("make_slides.py", tmp_path_factory.mktemp("slides"), *LESSONS)


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    yield context.new_page()
    context.close()


@each_lesson
def test_a_page(page, pages, lesson):
    page.goto((pages / f"{lesson}.html").as_uri())
    page.evaluate("() => MathJax.startup.promise")
    assert violations(page) == []


def test_a_page_in_the_dark(page, pages):
    page.emulate_media(color_scheme="dark")
    page.goto((pages / f"{LESSONS[1].stem}.html").as_uri())
    page.evaluate("() => MathJax.startup.promise")
    assert violations(page) == []


@each_lesson
def test_a_deck(page, decks, lesson):
    page.goto(f"{(decks / lesson).as_uri()}.html?print-pdf")
    page.locator("body[data-printable]").wait_for(state="attached", timeout=120_000)
    page.evaluate(EVERY_SLIDE)
    assert violations(page, ".slides") == []


def test_a_slide_on_the_screen(page, decks):
    open_deck(page, decks / f"{LESSONS[1].stem}.html")
    assert violations(page, ".slides", ".slide-number") == []


def test_a_page_whose_pictures_are_alive(page, recorded, tmp_path):
    written("make_html.py", tmp_path, recorded)
    page.goto((tmp_path / f"{recorded.stem}.html").as_uri())
    for k in range(page.locator(".recorded-picture").count()):
        page.locator(".recorded-picture").nth(k).scroll_into_view_if_needed()
        page.locator(".recorded-picture").nth(k).locator(".course-canvas").wait_for()
    page.get_by_role("button", name="Step").first.click()  # a column more in the table
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_outputs_in_jupyterlab(chromium, served, theme):
    url, root = served
    name = f"{theme.replace(' ', '-')}.ipynb"
    write_notebook(root / name, CELLS)
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    opened = lab.open_notebook(page, url, name, theme=theme)
    assert opened.cell_errors == []
    for canvas in opened.scenes():
        lab.settle(canvas)
    assert page.locator("img[alt='A straight line through the origin.']").count() == 1
    assert violations(page, ".jp-OutputArea-output") == []
    page.close()
