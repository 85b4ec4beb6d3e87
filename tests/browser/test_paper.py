"""Lessons as single pages, printed: nothing is cut, and there is nothing to click."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.browser.conftest import NOTEBOOKS
from tests.browser.paper import CUT, WIDTH, pictures
from tests.tools import ROOT

pytest.importorskip("a11y_pygments", reason="the packages of the extra [pages] are not installed")
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page for every lesson, its pictures still."""
    folder = tmp_path_factory.mktemp("paper")
    tool = [sys.executable, str(ROOT / "tools" / "make_html.py")]
    subprocess.run([*tool, str(folder), *map(str, LESSONS)], check=True, cwd=ROOT)
    return folder


@pytest.fixture
def page(chromium):
    """A page as wide as paper."""
    opened = chromium.new_page(viewport={"width": WIDTH, "height": 1000})
    opened.emulate_media(media="print")
    yield opened
    opened.close()


def show(page, place):
    page.goto(place.as_uri())
    page.evaluate("() => MathJax.startup.promise")


@pytest.mark.parametrize("stem", [path.stem for path in LESSONS])
def test_nothing_is_cut_on_paper_or_widens_a_phone(page, folder, stem):
    show(page, folder / f"{stem}.html")
    assert page.evaluate(CUT) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(media="screen")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_a_handout_has_its_figures_and_no_notes_code_or_folds(page, folder):
    page.emulate_media(media="print", color_scheme="dark")
    show(page, folder / "04_saddle_points.html")
    assert pictures(page.pdf(format="A4")) >= page.locator("img.figure").count() > 5
    for hidden in ("details.lecturer", ".exercise-card .where", ".exercise-card details", "main .code"):
        assert page.locator(hidden).count() > 3
        assert not any(node.is_visible() for node in page.locator(hidden).all()), hidden
    ink = page.locator("main p").first.evaluate("(node) => getComputedStyle(node).color")
    assert ink == "rgb(31, 35, 40)"


def test_a_screen_folds_the_notes_for_the_lecturer_and_shows_them_when_asked(page, folder):
    page.emulate_media(media="screen")
    show(page, folder / "04_saddle_points.html")
    note = page.locator("details.lecturer").first
    assert not note.locator("p").first.is_visible()
    note.locator("summary").click()
    assert note.locator("p").first.is_visible()
    assert "lecturer" not in note.locator("p").first.inner_text()
