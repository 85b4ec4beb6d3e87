"""What the website's build looks for in its pages, and what a page makes of a lesson's questions."""

import importlib
import pkgutil
import re

import nbformat
import pytest

import course_utils.checking
import course_utils.exercises
import course_utils.plotting
from course_utils.exercises import exercise, predict
from tests.tools import ROOT
from tools.check_site import Page, faults, sizes
from tools.fontawesome import SCRIPT, reduce
from tools.landmarks import name
from tools.make_site import reference
from tools.questions import asks_for_help, card
from tools.reading import folded_notes

GOOD = """<html><head><link rel="stylesheet" href="own.css"></head><body><h1 id="top">A</h1>
<a href="sub/two.html#there">two</a> <a href="#top">up</a> <a href="https://example.org">elsewhere</a>
<img src="own.png" loading="lazy"></body></html>"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(GOOD)
    (tmp_path / "sub" / "two.html").write_text('<p id="there"><a href="../">home</a></p>')
    (tmp_path / "own.css").write_text("p { color: red }\n" * 100)
    (tmp_path / "own.png").write_bytes(bytes(3000))
    return tmp_path


def wrong(site):
    return faults({path: Page(path) for path in site.rglob("*.html")}, site)


def test_a_good_site_has_no_faults(site):
    assert wrong(site) == []


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('<a href="gone.html">', "leads to gone.html"),
        ('<a href="sub/two.html#gone">', "where no such part is"),
        ('<a href="#gone">', "where no such part is"),
        ('<a href="../outside.html">', "leads to ../outside.html"),
        ('<script src="https://example.org/a.js"></script>', "loads https://example.org/a.js"),
        ('<img src="//example.org/a.png">', "loads //example.org/a.png"),
        ('<link rel="stylesheet" href="https://example.org/a.css">', "loads https://example.org/a.css"),
        ('<div data-src="gone.js"></div>', "leads to gone.js"),
    ],
)
def test_what_leads_nowhere_or_leaves_the_site_is_named(site, broken, said):
    (site.parent / "outside.html").write_text("outside")
    (site / "index.html").write_text(GOOD + broken)
    (found,) = wrong(site)
    assert found.startswith("index.html")
    assert said in found


@pytest.mark.parametrize("rule", ['@import "https://example.org/a.css";', "p { background: url(gone.png) }"])
def test_styles_fetch_nothing_from_elsewhere(site, rule):
    (site / "own.css").write_text(rule)
    assert len(wrong(site)) == 1


def test_sizes_count_what_comes_with_a_page_and_not_what_comes_later(site):
    (site / "sub" / "large.js").write_bytes(bytes(range(256)) * 4000)
    before = sizes({path: Page(path) for path in site.rglob("*.html")}, site)
    assert before[1] == "index.html: 0"
    (site / "index.html").write_text(GOOD + '<img src="own.png"><script src="sub/large.js"></script>')
    after = sizes({path: Page(path) for path in site.rglob("*.html")}, site)
    assert int(re.fullmatch(r"index.html: (\d+)", after[1])[1]) >= 2


def test_icons_that_no_page_shows_are_left_out(site):
    script = site / SCRIPT
    script.parent.mkdir(parents=True)
    icon = '{name}:[384,512,[8593,"{other}"],"f062","M214.6 9.4c-12.5z"]'
    icons = [
        icon.format(name=f'"{name}"', other=other) for name, other in (("arrow-up", "up"), ("cow", "ox"))
    ]
    script.write_text(f"var icons={{{','.join(icons)},{icon.format(name='list', other='rows')}}};")
    (site / "index.html").write_text('<i class="fa-solid fa-up"></i><i class="fas fa-list"></i>')
    reduce(site)
    assert script.read_text() == f"var icons={{{icons[0]},{icon.format(name='list', other='rows')}}};"


def test_what_the_theme_leaves_nameless_gets_a_name(site):
    (site / "sub" / "two.html").write_text(
        '<div id="pst-primary-sidebar" class="bd-sidebar"><details><summary>'
        '<span class="toctree-toggle"></span></summary></details></div>'
        "<details><summary>Why?</summary></details>"
    )
    name(site)
    page = (site / "sub" / "two.html").read_text()
    assert page.count('role="navigation" aria-label="Site" class="bd-sidebar"') == 1
    assert page.count('<summary aria-label="Pages below">') == 1
    assert page.count("aria-label") == 2


def output(shown):
    data = {
        "text/plain": repr(shown),
        "text/html": shown._repr_html_() if hasattr(shown, "_repr_html_") else "",
    }
    return nbformat.v4.new_output("execute_result", data, execution_count=1)


def test_an_unanswered_exercise_shows_its_hints_by_degrees_and_its_solution():
    one = exercise("02.1")
    page = card(output(one.check(...)))
    assert '<p class="where">Answers are checked in Jupyter' in page
    starts = [page.index(f"Hint {k} of {len(one.hints)}") for k in range(1, len(one.hints) + 1)]
    assert starts == sorted(starts)
    assert page.count("<details>", 0, starts[-1]) - page.count("</details>", 0, starts[-1]) == len(one.hints)
    assert page.index("Solution") > page.index("</details>") > starts[-1]
    assert page.count("<details>") == page.count("</details>") == len(one.hints) + 1


def test_an_answer_or_a_hint_is_shown_as_it_is_stored():
    assert card(output(exercise("00.1").check(40))) is None
    assert card(output(exercise("00.1").hint())) is None
    assert card(nbformat.v4.new_output("stream", text="… Not attempted")) is None


def test_a_prediction_is_marked_for_the_page_to_bring_to_life():
    shown = predict("Which?", ["one", "two"], truth="two", reveal="So it is.", id="99.a")
    bundle = shown._repr_mimebundle_()
    data = {name: bundle[name] for name in ("text/plain", "text/html")}
    page = card(nbformat.v4.new_output("execute_result", data, execution_count=1))
    assert page == f'<div class="prediction" data-id="99.a">{data["text/html"]}</div>'


def test_every_cell_that_only_offers_help_is_found():
    notebooks = [nbformat.read(path, as_version=4) for path in sorted((ROOT / "notebooks").glob("0*.ipynb"))]
    cells = [cell for notebook in notebooks for cell in notebook.cells]
    found = [cell for cell in cells if asks_for_help(cell)]
    assert len(found) >= 6
    assert not [cell for cell in found if cell.get("outputs")]
    offered = [cell for cell in cells if cell.source.startswith("# exercise(") and cell.cell_type == "code"]
    assert offered == found


PACKAGES = [
    found.name for found in pkgutil.iter_modules(course_utils.__path__, "course_utils.") if found.ispkg
]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_has_one_entry_on_the_pages_of_the_package(name):
    package = importlib.import_module(name)
    page = reference(package)
    rooms = [room for room in _rooms(package) if f"automodule:: {room.__name__}\n" in page]
    assert package in rooms
    for room in rooms:
        for public in getattr(room, "__all__", []):
            place = re.escape(f"{room.__name__}.{public}")
            constant = rf"py:data:: {public}\n   :module: {re.escape(room.__name__)}"
            entry = rf"^\.\. (?:(?:autoclass|autofunction):: {place}|{constant})$"
            assert len(re.findall(entry, page, re.M)) == 1, f"{room.__name__}.{public}"
    listed = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert f"\napi/{name.partition('.')[2]}\n" in listed


def _rooms(package):
    yield package
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not found.ispkg and found.name.rpartition(".")[2] != "__main__":
            yield importlib.import_module(found.name)


def test_names_imported_late_constants_and_objects_have_entries_that_say_what_they_are():
    checking, plotting = reference(course_utils.checking), reference(course_utils.plotting)
    assert ".. autoclass:: course_utils.checking.Prediction\n   :members:" in checking
    assert ".. autoclass:: course_utils.checking.ProgressMap\n   :members:" in checking
    assert ".. autofunction:: course_utils.checking.predict\n" in checking
    assert (
        ".. py:data:: progress\n   :module: course_utils.exercises\n\n   The reader's own progress"
        in reference(course_utils.exercises)
    )
    assert ".. py:data:: COLORS\n   :module: course_utils.plotting\n\n   Okabe & Ito's palette" in plotting


def test_a_public_constant_that_nothing_describes_is_refused(monkeypatch):
    monkeypatch.setattr(course_utils.plotting, "SHADES", 7, raising=False)
    monkeypatch.setattr(course_utils.plotting, "__all__", [*course_utils.plotting.__all__, "SHADES"])
    with pytest.raises(ValueError, match=r"course_utils.plotting.SHADES is public and has no docstring"):
        reference(course_utils.plotting)


def test_notes_for_the_lecturer_are_folded():
    page = folded_notes("> **For the lecturer.** Vote first.\n> Then *show* it.")
    assert page.startswith('<details class="lecturer"><summary>For the lecturer</summary>\n\nVote first.\n')
    assert "Then *show* it." in page
