"""The website in a browser that reaches nothing but the site: alive, complete, small, and never stretched."""

from __future__ import annotations

import functools
import gzip
import html
import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest

from course_utils.grading.release import check_release, secrets
from tests.browser import lab
from tests.browser.axe import violations
from tests.browser.conftest import NOTEBOOKS
from tests.browser.paper import CUT, WIDTH, pictures
from tests.tools import ROOT

pytest.importorskip("sphinx_book_theme", reason="the packages of the extra [site] are not installed")
BUDGET = 1_500_000  # bytes, before the reader scrolls
PHONE = {"width": 390, "height": 800}
LESSONS = [f"notebooks/{path.stem}.html" for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))]
TEXTS = [
    "index.html",
    "notebooks/GLOSSARY.html",
    "notebooks/COVERAGE.html",
    "api.html",
    "api/optimizers.html",
]
TEXTS += ["notebooks/homework/INSTRUCTOR.html", "notebooks/homework/MISCONCEPTIONS.html"]
HOMEWORK = sorted((NOTEBOOKS / "homework").glob("hw*.ipynb"))
TEXTS += [f"notebooks/homework/{HOMEWORK[2].stem}.html"]

# Figures and panels whose shape is not that of what they show.
STRETCHED = """() => [...document.querySelectorAll("img.figure, .course-canvas canvas")].filter((node) => {
    const shape = (node.naturalWidth ?? node.width) / (node.naturalHeight ?? node.height);
    return node.clientWidth && Math.abs(node.clientWidth / node.clientHeight - shape) > 0.03 * shape;
}).map((node) => node.alt ?? "a panel")"""
# Opens what is folded and fetches what would come when the reader is near.
UNFOLD = """() => {
    for (const node of document.querySelectorAll("details")) node.open = true;
    for (const image of document.images) image.loading = "eager";
    return Promise.all([...document.images].map((image) => image.decode()));
}"""
# What makes a page wider than its window.
WIDER = """() => [...document.querySelectorAll("main *")].filter((node) => {
    for (let up = node.parentElement; up; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return false;
    return node.getBoundingClientRect().right > innerWidth + 1;
}).map((node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 40)}`)"""

# Words in tables that go on in a second line.
BROKEN = """() => [...document.querySelectorAll("article :is(td, th) p")].flatMap((cell) => {
    const found = [], walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = new Range();
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        for (const word of node.data.matchAll(/\\p{L}{2,}/gu)) {
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map((line) => line.top)).size > 1) found.push(word[0]);
        }
    return found;
})"""


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Sends text compressed, as hosts of web pages do, and writes no log."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content, kind = path.read_bytes(), self.guess_type(path)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if kind.startswith("text/") or "json" in kind or "javascript" in kind:
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The whole site; the pictures of lesson 00 are recorded at few states, the others are still."""
    folder = tmp_path_factory.mktemp("site")
    notebook = NOTEBOOKS / "00_start_here.ipynb"
    record = [
        sys.executable,
        str(ROOT / "tools" / "record_notebooks.py"),
        str(notebook),
        str(folder / "recorded"),
    ]
    subprocess.run([*record, "--states", "150"], check=True, cwd=ROOT)
    make = [sys.executable, str(ROOT / "tools" / "make_site.py"), str(folder / "site")]
    done = subprocess.run(
        [*make, str(folder / "recorded" / notebook.name)],
        cwd=ROOT,
        env=os.environ | {"REPOSITORY": "https://github.com/owner/course"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every link inside the site leads somewhere" in done.stdout
    return folder / "site"


@pytest.fixture(scope="module")
def url(built):
    handler = functools.partial(Compressed, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(chromium, url):
    """A page that can load nothing from elsewhere; any attempt, and any error, fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    complaints = []

    def block(route):
        complaints.append(route.request.url)
        route.abort()

    context.route(lambda address: not address.startswith((url, "data:", "blob:")), block)
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
    opened.on("console", lambda note: complaints.append(note.text) if note.type == "error" else None)
    yield opened
    assert complaints == []
    context.close()


def drawn(page):
    """Wait until all that comes with the page is there, its formulas drawn."""
    page.wait_for_load_state("load")
    page.evaluate("() => globalThis.MathJax?.startup.promise")


def live(page, number=0):
    """The page's picture of this number, come to life and at rest."""
    page.locator(".recorded-picture").nth(number).scroll_into_view_if_needed()
    canvas = page.locator(".recorded-picture .course-canvas").nth(number)
    canvas.wait_for()
    lab.settle(canvas)
    return canvas


def test_the_first_page_answers_above_the_fold_and_is_small(page, url):
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(url)
    canvas = page.locator(".recorded-picture .course-canvas")
    canvas.wait_for()
    alive = page.evaluate("() => performance.now()")
    handle = canvas.locator(".cc-handle").first
    assert handle.bounding_box()["y"] < 800
    lab.settle(canvas)
    assert lab.canvas_pixels_changed(canvas, lambda: lab.drag_handle(handle, 60, -60))
    assert page.evaluate("() => scrollY") == 0
    print(f"alive after {alive / 1000:.2f} s (aim 2 s), {sum(received) / 1e6:.2f} MB (at most 1.5 MB)")
    assert 100_000 < sum(received) <= BUDGET


@pytest.mark.parametrize("place", [*TEXTS, *LESSONS])
def test_every_page_is_whole_on_a_screen_and_on_a_phone(page, url, place):
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(url + place)
    drawn(page)
    assert sum(received) <= BUDGET
    assert page.locator("article h1").first.inner_text().strip()
    page.evaluate(UNFOLD)
    for size in ({"width": 1280, "height": 800}, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate(STRETCHED) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"], page.evaluate(
            WIDER
        )
    if place in LESSONS:
        notebook = nbformat.read(NOTEBOOKS / f"{Path(place).stem}.ipynb", as_version=4)
        words = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        figures = sum("image/png" in output.get("data", {}) for output in outputs)
        assert page.locator("img.figure, .course-canvas").count() == figures
        assert page.locator("article img:not([alt]), article img[alt='']").count() == 0
        assert (page.locator("mjx-container").count() > 0) == any("$" in text for text in words)
        assert page.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("stem", [*LESSONS, *(f"notebooks/homework/{path.stem}.html" for path in HOMEWORK)])
def test_no_formula_code_or_figure_is_cut_on_paper_or_widens_a_phone(page, url, stem):
    page.set_viewport_size({"width": WIDTH, "height": 1000})
    page.emulate_media(media="print")
    page.goto(url + stem)
    drawn(page)
    page.evaluate(UNFOLD)
    assert page.evaluate(CUT) == []
    page.set_viewport_size(PHONE)
    page.emulate_media(media="screen")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"], page.evaluate(WIDER)


@pytest.mark.parametrize("lesson", [LESSONS[1], LESSONS[4], LESSONS[11]])
def test_a_page_printed_before_its_reader_scrolls_shows_every_figure(page, url, lesson):
    page.goto(url + lesson)
    drawn(page)
    figures = page.locator("img.figure").count()
    assert figures > 5
    arrived = "(image) => image.complete && image.naturalWidth > 0"
    assert not all(image.evaluate(arrived) for image in page.locator("img.figure").all())
    assert pictures(page.pdf(format="A4")) >= figures
    assert all(image.evaluate(arrived) for image in page.locator("img.figure").all())


def test_a_page_from_a_folder_is_printed_with_its_figures(chromium, built):
    opened = chromium.new_page()
    opened.goto((built / LESSONS[4]).as_uri())
    drawn(opened)
    assert pictures(opened.pdf(format="A4")) >= opened.locator("img.figure").count() > 5
    opened.close()


def test_paper_shows_outputs_and_neither_buttons_nor_what_is_folded(page, url):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(url + LESSONS[4])
    drawn(page)
    root = page.locator("html")
    assert root.get_attribute("data-theme") == "dark"
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert root.get_attribute("data-theme") == "light"
    folded = page.locator("details.hide.below-input")
    assert folded.count() > 5
    for output in folded.locator(".cell_output").all():
        assert output.is_visible()
        assert output.evaluate("(node) => getComputedStyle(node).opacity") == "1"
    assert not any(summary.is_visible() for summary in page.locator("article summary").all())
    assert not any(button.is_visible() for button in page.locator("button").all())
    for hidden in (".exercise-card .where", "details.lecturer", ".prediction details"):
        assert page.locator(hidden).count() > 3
        assert not any(node.is_visible() for node in page.locator(hidden).all()), hidden
    assert page.locator(".exercise-card strong").first.is_visible()
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert root.get_attribute("data-theme") == "dark"
    assert page.locator("details.hide.below-input[open]").count() == 0


def test_what_the_reader_has_opened_is_printed(page, url):
    page.goto(url + LESSONS[4])
    drawn(page)
    page.locator(".exercise-card summary", has_text="Hint 1").first.click()
    page.locator("details.lecturer > summary").first.click()
    page.emulate_media(media="print")
    assert page.locator(".exercise-card details p").first.is_visible()
    assert page.locator("details.lecturer p").first.is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_break_no_rule_of_accessibility(chromium, url, theme):
    page = chromium.new_page(color_scheme=theme)  # axe-core looks for style sheets where there are none
    places = ["index.html", LESSONS[0], "api/optimizers.html", "notebooks/homework/INSTRUCTOR.html"]
    for place in (*places, "search.html?q=saddle"):
        page.goto(url + place)
        drawn(page)
        if place.startswith("search"):
            page.locator("#search-results a .highlighted").first.wait_for()
        page.evaluate(UNFOLD)
        if page.locator(".recorded-picture").count():
            live(page)
        assert violations(page) == [], place
    page.close()


def test_a_prediction_can_be_chosen_and_is_revealed(page, url):
    page.goto(url + LESSONS[2])
    card = page.locator(".prediction").first
    assert not card.locator("details").evaluate("(node) => node.open")
    choices = card.locator("input")
    assert choices.count() == 4
    choices.nth(1).focus()
    page.keyboard.press("Space")
    assert card.locator("details").evaluate("(node) => node.open")
    assert "You predicted: 0.1." in card.get_by_role("status").inner_text()
    assert card.get_by_role("status").inner_text().startswith("≠")
    assert card.get_by_role("status").evaluate("(node) => node === document.activeElement")
    assert card.locator("input:disabled").count() == 4
    other = page.locator(".prediction").nth(1)
    truth = other.locator("details em").first.evaluate("(node) => node.textContent")
    other.get_by_label(truth, exact=True).check()
    assert other.get_by_role("status").inner_text().startswith("✔")


def test_an_exercise_gives_hints_by_degrees_and_says_where_it_is_checked(page, url):
    page.goto(url + LESSONS[2])
    card = page.locator(".exercise-card").first
    assert "checked in Jupyter" in card.inner_text()
    first, second, solution = (
        card.locator("summary", has_text=text) for text in ("Hint 1", "Hint 2", "Solution")
    )
    assert not second.is_visible()
    first.click()
    second.click()
    assert card.locator("details details p").first.is_visible()
    assert not card.locator("pre").is_visible()
    solution.click()
    assert 'exercise("02.1").check' in card.locator("pre").inner_text()
    assert page.get_by_text("Not attempted").count() == 0


def test_search_finds_a_word_and_leads_to_it(page, url):
    page.goto(f"{url}search.html?q=kantorovich")
    found = page.locator("#search-results a[href*='02_ill']").first
    found.wait_for()
    found.click()
    page.wait_for_url("**/02_ill*")


def test_the_dark_theme_darkens_the_page_and_leaves_pictures_white(page, url):
    page.goto(url + LESSONS[0])
    page.locator("button.theme-switch-button").first.click()
    page.locator("button.theme-change-button[data-mode=dark]").first.click()
    ground = "(node) => getComputedStyle(node).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    assert max(page.locator("body").evaluate(ground)) < 60
    canvas = live(page)
    assert min(canvas.evaluate(ground)) == 255
    handle = canvas.locator(".cc-handle").first
    assert lab.canvas_pixels_changed(canvas, lambda: lab.drag_handle(handle, -50, 40))


def test_a_phone_drags_plays_and_reads(page, url):
    page.set_viewport_size(PHONE)
    page.goto(url + LESSONS[0])
    canvas = live(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"], page.evaluate(WIDER)
    handle = canvas.locator(".cc-handle").first
    assert lab.canvas_pixels_changed(canvas, lambda: lab.drag_handle(handle, 40, -40))
    assert lab.canvas_pixels_changed(canvas, canvas.get_by_role("button", name="Step").click)
    assert page.evaluate(STRETCHED) == []
    assert (
        canvas.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    )  # nothing sticks out of the card
    canvas.get_by_role("button", name="Enlarge").click()
    large = page.locator(".cc-large")
    assert large.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0
    back = large.get_by_role("button", name="Back").bounding_box()
    assert 0 <= back["x"] <= PHONE["width"] - back["width"]


@pytest.mark.parametrize(
    "name",
    [
        "checking.Prediction",
        "checking.ProgressMap",
        "exercises.progress",
        "plotting.COLORS",
        "objectives.Kind",
    ],
)
def test_public_names_can_be_linked_to(built, name):
    page = (built / "api" / f"{name.partition('.')[0]}.html").read_text(encoding="utf-8")
    assert page.count(f'id="course_utils.{name}"') == 1


@pytest.mark.parametrize("place", [LESSONS[6], "notebooks/GLOSSARY.html", TEXTS[-2]])
def test_a_table_on_a_phone_scrolls_and_breaks_no_word(page, url, place):
    page.set_viewport_size(PHONE)
    page.goto(url + place)
    drawn(page)
    assert page.locator("article :is(td, th) p").count() > 5
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"], page.evaluate(WIDER)


def test_a_lesson_is_downloaded_as_it_is_in_the_course(page, url):
    page.goto(url + LESSONS[1])
    page.locator(".dropdown-download-buttons > button").click()
    with page.expect_download() as download:
        page.locator(".btn-download-source-button").click(modifiers=["Alt"])
    assert (
        Path(download.value.path()).read_bytes()
        == (NOTEBOOKS / "01_curvature_and_hessians.ipynb").read_bytes()
    )


def test_a_lesson_can_be_opened_where_it_runs(page, url):
    page.goto(url + LESSONS[4])
    page.locator(".dropdown-launch-buttons > button").click()
    links = page.locator(".dropdown-launch-buttons a")
    assert links.first.is_visible()
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://mybinder.org/v2/gh/owner/course/main?urlpath=lab/tree/notebooks/04_saddle_points.ipynb",
        "https://colab.research.google.com/github/owner/course/blob/colab/04_saddle_points.ipynb",
    ]


def shown_lines(path):
    """The lines that a reader of a file of the site sees."""
    if path.suffix == ".ipynb":
        text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    else:
        text = html.unescape(re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")))
    return {line.strip() for line in text.splitlines()}


def test_homework_is_there_without_its_key(page, url, built):
    places = [path for path in built.rglob("homework/*") if path.suffix in (".html", ".ipynb", ".md")]
    shown = {path: shown_lines(path) for path in places}
    for source in HOMEWORK:
        assert {place.suffix for place in places if place.stem == source.stem} == {".html", ".ipynb"}
        hidden = secrets(nbformat.read(source, as_version=4))
        assert len(hidden) > 10
        assert [path for path in places if hidden & shown[path]] == []
    page.goto(f"{url}notebooks/homework/{HOMEWORK[0].stem}.html")
    assert 'exercise("hw01.1").check' in page.locator("article").inner_text()
    assert page.locator(".dropdown-launch-buttons").count() == 0  # they would open the source
    page.locator(".dropdown-download-buttons > button").click()
    with page.expect_download() as download:
        page.locator(".btn-download-source-button").click(modifiers=["Alt"])
    check_release(HOMEWORK[0], Path(download.value.path()))


def test_the_site_works_from_a_folder(chromium, built):
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    opened = context.new_page()
    opened.goto((built / "index.html").as_uri())
    canvas = live(opened)
    assert lab.canvas_pixels_changed(
        canvas, lambda: lab.drag_handle(canvas.locator(".cc-handle").first, 60, -60)
    )
    opened.locator("article a[href*='00_start']").first.click()
    opened.locator("article h1").wait_for()
    context.close()
