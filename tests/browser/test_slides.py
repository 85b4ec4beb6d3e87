"""Every deck on a projector: nothing sticks out, nothing is cut, nothing is too small."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest

from course_utils.widgets import RECORDING
from tests.browser import lab
from tests.browser.conftest import NOTEBOOKS
from tests.browser.decks import SIZES, faults, go, open_deck
from tests.tools import ROOT
from tests.tools.notebooks import write_notebook

pytest.importorskip("a11y_pygments", reason="the packages of the extra [pages] are not installed")
LESSONS = sorted(path for path in NOTEBOOKS.glob("[0-9]*.ipynb") if not path.name.startswith("00"))


def written(folder, *notebooks):
    tool = [sys.executable, str(ROOT / "tools" / "make_slides.py"), str(folder)]
    subprocess.run([*tool, *map(str, notebooks)], check=True, cwd=ROOT)
    return [folder / f"{path.stem}.html" for path in notebooks]


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The decks of all lessons as they are stored, their pictures still."""
    return {path.stem: path for path in written(tmp_path_factory.mktemp("slides"), *LESSONS)}


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    opened = context.new_page()
    asked = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: asked.append(str(error)))
    yield opened
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [opened.url.partition("#")[0]]
    context.close()


@pytest.mark.parametrize("lesson", [path.stem for path in LESSONS])
def test_no_slide_overflows_and_no_type_is_small(page, decks, lesson):
    slides = open_deck(page, decks[lesson])
    assert 20 < slides < 90
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert faults(page, slides) == {}, f"{lesson} at {width} × {height}"


# Chooses the longest wrong answer of every prediction; and whether each is on one slide as a whole.
CHOOSE = """() => document.querySelectorAll('.prediction').forEach((card) => {
    const truth = card.querySelector('details em').textContent;
    const wrong = [...card.querySelectorAll('label')].filter((label) => label.textContent !== truth);
    wrong.reduce((a, b) => (a.textContent.length < b.textContent.length ? b : a)).control.click();
})"""
WHOLE = """() => [...document.querySelectorAll('.prediction')].map(
    (card) => card.querySelectorAll('label').length > 1 && Boolean(card.querySelector('details')))"""


@pytest.mark.parametrize("lesson", [path.stem for path in LESSONS])
def test_every_prediction_can_be_chosen_and_what_happens_fits_on_its_slide(page, decks, lesson):
    slides = open_deck(page, decks[lesson])
    whole = page.evaluate(WHOLE)
    assert len(whole) >= 4
    assert all(whole)
    page.evaluate(CHOOSE)
    assert page.locator(".prediction details[open]").count() == len(whole)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert faults(page, slides) == {}, f"{lesson} at {width} × {height}"


def test_a_prediction_is_chosen_by_keyboard_and_the_deck_goes_on(page, decks):
    open_deck(page, decks[LESSONS[1].stem])
    slide = page.evaluate(
        "() => [...document.querySelectorAll('.slides > section')].findIndex((one) => "
        "one.querySelector('.prediction'))"
    )
    go(page, slide)
    card = page.locator("section.present .prediction")
    assert not card.locator("details").evaluate("(node) => node.open")
    assert card.get_by_role("status").inner_text().strip() == "What happens"
    card.locator("input").nth(1).focus()
    page.keyboard.press("Space")  # is for the answer, not for the deck
    assert page.evaluate("() => Reveal.getIndices().h") == slide
    assert card.get_by_role("status").inner_text().startswith("≠ You predicted: 0.1.")
    assert card.locator("input:disabled").count() == card.locator("input").count() == 4
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => Reveal.getIndices().h") == slide + 1


def test_code_is_hidden_and_the_speaker_has_notes_and_minutes(page, decks):
    open_deck(page, decks[LESSONS[0].stem])
    assert page.locator(".slides .highlight").count() == 0
    assert page.locator(".slides aside.notes").count() >= 3
    assert page.locator("section[data-timing]").count() >= 5
    assert page.locator(".slides img:not([alt]), .slides img[alt='']").count() == 0


def test_live_pictures_answer_on_their_slides(page, recorded, tmp_path):
    (deck,) = written(tmp_path, recorded)
    slides = open_deck(page, deck)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert faults(page, slides) == {}, f"at {width} × {height}"
    live = [
        k for k in range(slides) if (go(page, k), page.locator("section.present .course-canvas").count())[1]
    ]
    assert len(live) == 2
    go(page, live[0])
    canvas = page.locator("section.present .course-canvas")
    lab.settle(canvas)
    assert lab.canvas_pixels_changed(canvas, lambda: lab.drag_handle(canvas.locator(".cc-handle"), 80, -90))
    x, _ = lab.handle_centre(canvas.locator(".cc-handle"))
    page.keyboard.press("ArrowLeft")  # is for the picture, not for the deck
    lab.settle(canvas)
    assert lab.handle_centre(canvas.locator(".cc-handle"))[0] < x - 3
    assert page.evaluate("() => Reveal.getIndices().h") == live[0]


# A picture with small words. Its message takes more lines, without a line of its own, the further its slider
# goes.
TALKS = """from course_utils.widgets import Handle, Panel, Points, Table, Text, View, scene, slider

def update(state):
    table = Table([(f"{state.a:.3f}", "1.5")], ("name", "value"))
    at = Points([state.at])
    words = [Text((0, 0), "tiny", size=8), Text((0, 1), "small", size=12), Text((0, -1), "large", size=20)]
    return View(plane=[at, *words], readout=table, message="many words " * int(8 + 60 * state.a))

scene(update, panels={"plane": Panel("plane", "x", "y", (-2, 2, -2, 2), ratio="equal")},
      handles={"at": Handle((1, 1))}, controls={"a": slider("a", 0.0, 1.0, 0.0)}, alt="A point.")"""


@pytest.fixture(scope="module")
def talking(tmp_path_factory):
    """The deck of a lesson with the picture of ``TALKS``."""
    folder = tmp_path_factory.mktemp("talking")
    write_notebook(folder / "talks.ipynb", [TALKS])
    lesson = nbformat.read(folder / "talks.ipynb", as_version=4)
    lesson.cells.insert(0, nbformat.v4.new_markdown_cell("# A lesson"))
    nbformat.write(lesson, folder / "talks.ipynb")
    record = [sys.executable, str(ROOT / "tools" / "record_notebooks.py")]
    subprocess.run([*record, str(folder / "talks.ipynb"), str(folder / "recorded")], check=True, cwd=ROOT)
    return written(folder, folder / "recorded" / "talks.ipynb")[0]


def test_a_picture_that_is_used_stays_on_its_slide(page, talking):
    slides = open_deck(page, talking)
    number = slides - 1
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        go(page, number)
        canvas = page.locator("section.present .course-canvas")
        slider, box = (
            canvas.locator(f".cc-control {which}") for which in ("input[type=range]", ".cc-number")
        )
        high = canvas.locator(".cc-stage").bounding_box()["height"]
        acts = {
            "its slider at the end": lambda slider=slider: slider.press("End"),
            "abc": lambda box=box: lab.type_number(box, "abc"),
            "9999": lambda box=box: lab.type_number(box, "9999"),
            "0,513": lambda box=box: lab.type_number(box, "0,513"),
            "a drag": lambda canvas=canvas: lab.drag_handle(canvas.locator(".cc-handle"), -90, 80),
        }
        for name, act in acts.items():
            act()
            lab.settle(canvas, quiet=0.3)
            told = canvas.locator(".cc-note").text_content()
            assert bool(told) == name[0].isdecimal() or name == "abc", name
            assert faults(page, slides) == {}, f"after {name} at {width} × {height}"
        slider.press("Home")
        lab.settle(canvas, quiet=0.3)
        assert faults(page, slides) == {}
        assert canvas.locator(".cc-stage").bounding_box()["height"] > 0.6 * high


def test_words_in_a_picture_can_be_read_from_the_last_row(page, talking):
    go(page, open_deck(page, talking) - 1)
    canvas = page.locator("section.present .course-canvas .cc-stage canvas")
    painted = dict(canvas.first.evaluate("(node) => [...node.texts]"))
    sizes = [painted[words] for words in ("tiny", "small", "large")]
    assert sizes == pytest.approx([18, 18, 20 * 18 / 13], abs=0.1)
    assert min(painted.values()) > 17.9
    assert {"x", "y", "0"} <= painted.keys()


def test_numbers_on_slides_stand_under_their_headers(page, talking):
    go(page, open_deck(page, talking) - 1)
    table = page.locator("section.present .course-canvas table")
    aligned = "(node) => getComputedStyle(node).textAlign"
    assert [one.evaluate(aligned) for one in table.locator("th, td").all()] == ["left", "right"] * 2


def live_cell(lesson):
    """The first cell of a lesson that has a live picture."""
    return next(
        cell for cell in lesson.cells if any(RECORDING in o.get("data", {}) for o in cell.get("outputs", []))
    )


@pytest.mark.parametrize("before", [True, False])
def test_what_to_play_stands_on_the_slide_of_its_picture(page, recorded, tmp_path, before):
    lesson = nbformat.read(recorded, as_version=4)
    picture = live_cell(lesson)
    play = nbformat.v4.new_markdown_cell("**Play.** Drag it.")
    head, end = (nbformat.v4.new_markdown_cell(text) for text in ("# A lesson", "**Explain.** So it is."))
    lesson.cells = [head, *((play, picture) if before else (picture, play)), end]
    nbformat.write(lesson, tmp_path / "play.ipynb")
    (deck,) = written(tmp_path, tmp_path / "play.ipynb")
    assert open_deck(page, deck) == 3
    go(page, 1)
    assert page.locator("section.present .course-canvas").count() == 1
    assert page.locator("section.present .caption").inner_text() == "Play. Drag it."
    assert page.locator(".slides p:has-text('Drag it')").count() == 1


@pytest.mark.parametrize("order", ["picture play", "play picture", "notes picture", "notes play picture"])
def test_a_group_that_opens_with_a_picture_has_no_blank_slide(page, recorded, tmp_path, order):
    def text(words, kind):
        return nbformat.v4.new_markdown_cell(words, metadata={"slideshow": {"slide_type": kind}})

    lesson = nbformat.read(recorded, as_version=4)
    picture = live_cell(lesson)
    picture.metadata.pop("slideshow", None)
    cells = {"picture": picture, "play": text("**Play.** Drag it.", "-"), "notes": text("Ask.", "notes")}
    lesson.cells = [
        text("# A lesson", "slide"),
        text("## 1 · A point\n\nHere is a point.", "slide"),
        text("**A · exercise 1** is for the notebook.", "subslide"),  # nothing of it is for slides
        *(cells[name] for name in order.split()),
        text("## 2 · So it is\n\nIt is so.", "slide"),
    ]
    nbformat.write(lesson, tmp_path / "opens.ipynb")
    (deck,) = written(tmp_path, tmp_path / "opens.ipynb")
    slides = open_deck(page, deck)
    assert faults(page, slides) == {}
    shown = page.locator("section.page:has(.recorded-picture)")
    assert shown.count() == 1
    assert shown.locator("aside.notes").count() == order.count("notes")
    assert shown.locator(".caption").count() == order.count("play")
    assert slides == 4


def test_a_printed_deck_has_a_page_for_each_slide(page, decks):
    deck = decks[LESSONS[0].stem]
    page.goto(f"{deck.as_uri()}?print-pdf")
    page.locator("body[data-printable]").wait_for(state="attached", timeout=120_000)
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.count(b"/Type /Page\n") == page.locator(".pdf-page").count() > 20
