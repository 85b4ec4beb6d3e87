"""A lesson's page without kernel and network: its pictures answer from their recordings."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

import nbformat
import numpy as np
import pytest

from course_utils.widgets import RECORDING, packing
from tests.browser import lab
from tests.browser.axe import violations
from tests.tools import ROOT
from tests.tools.notebooks import write_notebook

pytest.importorskip("a11y_pygments", reason="the packages of the extra [pages] are not installed")


@pytest.fixture(scope="module")
def built(recorded, tmp_path_factory):
    """The recorded lesson, and its page."""
    folder = tmp_path_factory.mktemp("pages")
    tool = [sys.executable, str(ROOT / "tools" / "make_html.py")]
    subprocess.run([*tool, str(folder), str(recorded)], check=True, cwd=ROOT)
    return recorded, folder / f"{recorded.stem}.html"


@pytest.fixture(scope="module")
def opened(chromium, built):
    """The page in a browser whose network is cut, and what it asked for or complained of."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    complaints = []
    page.on("request", lambda request: complaints.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda note: complaints.append(note.text) if note.type == "error" else None)
    page.goto(built[1].as_uri())
    yield page, complaints
    context.close()


@pytest.fixture
def picture(opened):
    """The first picture, come to life and at rest."""
    page, complaints = opened
    canvas = page.locator(".recorded-picture .course-canvas").first
    page.locator(".recorded-picture").first.scroll_into_view_if_needed()
    canvas.wait_for()
    lab.settle(canvas)
    yield canvas
    assert [text for text in complaints if not text.startswith(("data:", "blob:"))] == [page.url]


@pytest.fixture(scope="module")
def pack(built):
    """Header and chunks of the first picture's recording."""
    notebook = nbformat.read(built[0], as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    first = next(output.data[RECORDING] for output in outputs if RECORDING in output.get("data", {}))
    return packing.read(base64.b64decode(first["pack"]))


def shown(canvas):
    """What the picture shows: where its handle is, its coordinates, controls and step."""
    return canvas.evaluate(
        "(root) => { const f = root.watch.frame(); return {at: f.handles[0].at, data: [...f.data].map("
        "(x) => Number.isNaN(x) ? null : x), controls: f.controls, readout: f.readout}; }"
    )


def stops(pack, part):
    axis = next(axis for axis in pack[0]["axes"] if axis["part"] == part)
    low, high = axis["window"]["xy".index(part) * 2 :][:2]
    return low + np.array(axis["units"]) * (high - low)


def test_it_says_what_it_is_and_shows_no_still_picture(picture, opened, pack):
    many = len(pack[0]["states"])
    assert 100 < many <= 150
    assert picture.get_by_text(f"recorded: {many} states; open in Jupyter for every value").is_visible()
    assert opened[0].locator(".recorded-picture").first.locator("> img").count() == 0


def test_a_drag_snaps_to_the_nearest_stop_and_draws_the_recorded_frame(picture, pack):
    before = lab.pixels(picture)
    lab.drag_handle(picture.locator(".cc-handle"), 90, -120)
    lab.settle(picture)
    assert lab.pixels(picture) != before
    frame = shown(picture)
    for part, value in zip("xy", frame["at"], strict=True):
        assert np.abs(stops(pack, part) - value).min() < 1e-3
    header, chunks, _ = pack
    places = [json.loads(header["texts"][k]) for k in header["frames"]["places"]]
    values = [[axis.get("values") for axis in header["axes"]] for _ in places]
    matching = [
        k
        for k, place in enumerate(places)
        if place[0]["at"] == frame["at"]
        and all(
            own is None or own[stop] == frame["controls"][axis["name"]]
            for own, stop, axis in zip(values[k], header["states"][k], header["axes"], strict=True)
        )
    ]
    assert len(matching) == 1
    recorded = np.concatenate([chunks[k] for k in header["frames"]["chunks"][matching[0]]]).ravel()
    drawn = np.array(frame["data"], dtype=np.float32)  # None becomes NaN
    np.testing.assert_array_equal(drawn, recorded)
    assert frame["readout"] == json.loads(header["texts"][header["frames"]["words"][matching[0]]])["readout"]


def test_arrow_keys_go_from_stop_to_stop(picture, pack):
    handle = picture.locator(".cc-handle")
    handle.focus()
    seen = [shown(picture)["at"]]
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowRight"):
        handle.press(key)
        lab.settle(picture)
        seen.append(shown(picture)["at"])
    assert len({tuple(at) for at in seen}) >= 4
    assert seen[1][0] < seen[0][0]
    assert seen[2][0] < seen[1][0]
    assert seen[3][1] > seen[2][1]
    assert seen[4][0] == pytest.approx(seen[1][0])


def test_sliders_and_number_boxes_go_to_recorded_values(picture, pack):
    axis = next(axis for axis in pack[0]["axes"] if axis["name"] == "steps")
    slider = picture.locator(".cc-control[data-name=steps] input[type=range]")
    assert slider.get_attribute("max") == str(len(axis["values"]) - 1)
    for share in (1.0, 0.0):
        lab.move_slider(slider, share)
        lab.settle(picture)
        assert shown(picture)["controls"]["steps"] == axis["values"][-1 if share else 0]
    box = picture.locator(".cc-control[data-name=steps] .cc-number")
    lab.type_number(box, "61")
    lab.settle(picture)
    nearest = min(axis["values"], key=lambda value: abs(value - 61))
    assert shown(picture)["controls"]["steps"] == nearest


def test_runs_play_and_every_panel_marks_the_step(picture):
    assert lab.canvas_pixels_changed(picture, picture.get_by_role("button", name="Step").click)
    assert picture.locator(".cc-step").inner_text().startswith("step 1 of ")
    assert picture.locator(".cc-then").count() > 0
    picture.get_by_role("button", name="Play").click()
    picture.get_by_role("button", name="Pause").click()
    lab.settle(picture)


def test_a_phone_shows_the_page_in_its_width(chromium, built):
    context = chromium.new_context(viewport={"width": 390, "height": 800}, offline=True)
    page = context.new_page()
    page.goto(built[1].as_uri())
    page.locator(".recorded-picture").first.scroll_into_view_if_needed()
    page.locator(".recorded-picture .course-canvas").first.wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    context.close()


# A picture with more to move than a recording can hold, and one with two groups of sliders.
MANY = [
    "from course_utils import objectives, optimizers, pictures",
    "pictures.own_landscape()",
    """both = [optimizers.GradientDescent(0.01), optimizers.Momentum(0.01)]
pictures.explore(objectives.himmelblau(), both, start=(-0.5, -4.0))""",
]


@pytest.fixture(scope="module")
def many(chromium, tmp_path_factory):
    """A page with the pictures of ``MANY``, recorded as for the website."""
    folder = tmp_path_factory.mktemp("many")
    write_notebook(folder / "many.ipynb", MANY)
    notebook = nbformat.read(folder / "many.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("# Many"))
    nbformat.write(notebook, folder / "many.ipynb")
    for tool, *arguments in (
        ("record_notebooks.py", folder / "many.ipynb", folder / "recorded"),
        ("make_html.py", folder, folder / "recorded" / "many.ipynb"),
    ):
        subprocess.run(
            [sys.executable, str(ROOT / "tools" / tool), *map(str, arguments)], check=True, cwd=ROOT
        )
    assert all(len(pack) <= 1_000_000 for pack in packs(folder / "recorded" / "many.ipynb"))
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, offline=True)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((folder / "many.html").as_uri())
    yield page
    assert complaints == []
    context.close()


def packs(notebook):
    """The recordings of a notebook, as its page holds them."""
    cells = nbformat.read(notebook, as_version=4).cells
    found = [
        o.data[RECORDING]["pack"]
        for c in cells
        for o in c.get("outputs", [])
        if RECORDING in o.get("data", {})
    ]
    assert len(found) == 2
    return found


def opened_anew(page, number, size=(1280, 1000)):
    """A picture of the page, as it is before anybody has moved anything."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.reload()
    root = page.locator(".recorded-picture").nth(number)
    root.scroll_into_view_if_needed()
    canvas = root.locator(".course-canvas")
    canvas.wait_for()
    lab.settle(canvas)
    return canvas


def handle(canvas, name):
    return canvas.locator(f'.cc-handle[data-name="{name}"]')


def slider(canvas, name):
    return canvas.locator(f'.cc-control[data-name="{name}"] input[type=range]')


ELSEWHERE = "The recording has no such state, so this moved too: "


def moved_too(canvas):
    """What the picture says has moved with what was asked for; its other messages are left out."""
    lab.settle(canvas)
    return said(canvas).partition(ELSEWHERE)[2]


def said(canvas):
    """What the recording says of itself, under the panels."""
    lab.settle(canvas)
    return canvas.locator(".cc-aside").text_content()


def noted(canvas):
    lab.settle(canvas)
    note = canvas.locator(".cc-note")
    return note.text_content() if note.is_visible() else ""


def width(canvas, k=0):
    """Of what a handle can cross in a panel, in pixels."""
    return canvas.locator(".cc-stage").nth(k).bounding_box()["width"] - 80


def places(canvas):
    return [handle.get_attribute("aria-valuetext") for handle in canvas.locator(".cc-handle:visible").all()]


def test_the_readers_own_landscape_follows_its_start_and_its_hills(many):
    canvas = opened_anew(many, 0)
    states = int(canvas.locator(".cc-recorded").inner_text().split()[1])
    assert 350 < states <= 500
    for name in ("start", "place_1", "place_2", "place_3"):
        canvas = opened_anew(many, 0)
        stage = canvas.locator(".cc-stage").first.bounding_box()
        step = (stage["width"] - 80) / 5
        seen = {lab.handle_centre(handle(canvas, name))}
        for k in range(6):  # to and fro, a stop at a time
            before = lab.pixels(canvas)
            way = -1 if name == "place_2" else 1
            lab.drag_handle(handle(canvas, name), way * step * (1 if k < 3 else -1), step)
            lab.settle(canvas)
            assert lab.pixels(canvas) != before, f"{name} after {k}"
            seen.add(lab.handle_centre(handle(canvas, name)))
        assert len(seen) >= 6, name


def test_what_a_recording_does_not_move_is_grey_and_says_so(many):
    canvas = opened_anew(many, 0)
    assert "and to move what is grey" in canvas.locator(".cc-recorded").inner_text()
    assert slider(canvas, "bowl").is_disabled()
    canvas.get_by_role("button", name="One more").click()
    fourth = handle(canvas, "place_4")
    fourth.wait_for()
    assert moved_too(canvas) == ""
    assert fourth.get_attribute("aria-disabled") == "true"
    assert fourth.get_attribute("title") == "Open in Jupyter to move this."
    assert canvas.locator(".cc-handle:visible.cc-rests").count() == 2  # its place and its shape
    assert not handle(canvas, "place_3").get_attribute("aria-disabled")
    before, pixels = lab.handle_centre(fourth), lab.pixels(canvas)
    lab.drag_handle(fourth, 60, -40)
    lab.settle(canvas)
    assert (lab.handle_centre(fourth), lab.pixels(canvas)) == (before, pixels)
    stage = canvas.locator(".cc-stage").first.bounding_box()
    many.mouse.dblclick(stage["x"] + 0.7 * stage["width"], stage["y"] + 0.75 * stage["height"])
    handle(canvas, "place_5").wait_for()
    assert "open in Jupyter to put it where you like" in canvas.locator(".cc-note").inner_text()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_delete_takes_away_the_last_hill_and_no_other(many, k):
    canvas = opened_anew(many, 0)
    before, count = places(canvas), canvas.locator('[data-name="count"] .cc-number')
    handle(canvas, f"place_{k}").press("Delete")
    told = noted(canvas)
    assert count.input_value() == ("2" if k == 3 else "3")
    assert told == ("" if k == 3 else "Open in Jupyter to take this one away.")
    assert places(canvas) == ([one for one in before if k < 3 or not one.startswith("3")])
    assert said(canvas) == ""


@pytest.mark.parametrize(
    ("name", "panel", "called"),
    [("start", 0, "“start”"), ("shape_1", 2, "“1” in “width and height”")],
)
def test_a_handle_that_springs_back_says_that_it_must_be_dragged_further(many, name, panel, called):
    canvas = opened_anew(many, 0)
    canvas.get_by_role("button", name="One more").click()
    lab.settle(canvas)
    first, step = lab.handle_centre(handle(canvas, name)), 0.1 * width(canvas, panel)
    lab.drag_handle(handle(canvas, name), step, 0)
    assert said(canvas) == f"Here {called} was recorded at few places: drag it further."
    assert lab.handle_centre(handle(canvas, name)) == first
    lab.drag_handle(handle(canvas, name), 5 * step, 0)
    assert "drag it further" not in said(canvas)
    assert lab.handle_centre(handle(canvas, name))[0] > first[0] + 1


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_live_picture_breaks_no_rule_of_accessibility(many, number, width):
    canvas = opened_anew(many, number, (width, 900))
    for button in canvas.get_by_role("button", name="Step").all():
        button.click()
    lab.settle(canvas)
    readout = canvas.locator(".cc-readout")
    wide = readout.evaluate("(root) => root.scrollWidth > root.clientWidth")
    expected = "0" if wide else None
    many.wait_for_function(
        "([root, expected]) => root.getAttribute('tabindex') === expected",
        arg=[readout.element_handle(), expected],
    )
    assert wide or width > 390 or number == 0  # the table of the second is wider than a phone
    assert violations(many, ".recorded-picture:has(.course-canvas)") == []
    if wide:
        readout.focus()
        many.keyboard.press("ArrowRight")
        many.wait_for_function("(root) => root.scrollLeft > 0", arg=readout.element_handle())


@pytest.mark.parametrize("name", ["shape_2", "shape_3"])
def test_an_arrow_key_reaches_the_next_stop_though_it_is_far(many, name):
    """Three stops of which one is where it began leave wide gaps; what was dragged before gives way."""
    ways = {"ArrowRight": (0, 1), "ArrowLeft": (0, -1), "ArrowUp": (1, -1), "ArrowDown": (1, 1)}
    moved = 0
    for key, (axis, sign) in ways.items():
        canvas = opened_anew(many, 0)
        lab.drag_handle(handle(canvas, "shape_1"), 0, -60)
        lab.settle(canvas)
        before = lab.handle_centre(handle(canvas, name))
        handle(canvas, name).press(key)
        assert "could not be set" not in said(canvas), key
        way = (lab.handle_centre(handle(canvas, name))[axis] - before[axis]) * sign
        assert way >= -1, key
        moved += way > 5
    assert moved >= 3  # at most one of the four ways begins at an end


def test_a_dragged_hill_stays_near_when_one_more_comes(many):
    canvas = opened_anew(many, 0)
    hill = handle(canvas, "place_1")
    first = lab.handle_centre(hill)
    lab.drag_handle(hill, 70, -70)
    lab.settle(canvas)
    put = lab.handle_centre(hill)
    assert min(put[0] - first[0], first[1] - put[1]) > 30
    canvas.get_by_role("button", name="One more").click()
    lab.settle(canvas)
    now = lab.handle_centre(hill)
    assert shown(canvas)["controls"]["count"] == 4
    assert np.hypot(now[0] - first[0], now[1] - first[1]) > 30
    assert max(abs(now[0] - put[0]), abs(now[1] - put[1])) <= 0.26 * width(canvas)


@pytest.mark.parametrize("typed", ["0,0123", "1/77", "0.0456"])
def test_a_number_box_says_which_number_was_recorded(many, typed):
    canvas = opened_anew(many, 1)
    name = "GradientDescent.learning_rate"
    box = canvas.locator(f'.cc-control[data-name="{name}"] .cc-number')
    lab.type_number(box, typed)
    told = noted(canvas)
    over, _, under = typed.replace(",", ".").partition("/")
    now, asked = (
        float(f"{x:.4g}") for x in (shown(canvas)["controls"][name], float(over) / float(under or 1))
    )
    assert now != asked
    assert told == f"learning rate η is recorded at {now:g}: {typed} became {now:g}."
    lab.type_number(box, "0,01")
    assert noted(canvas) == ""  # its first stop


def test_the_number_boxes_of_a_handle_say_it_too(many):
    canvas = opened_anew(many, 1)
    box = canvas.locator(".cc-group .cc-number").first
    lab.type_number(box, "-0.77")
    told, now = noted(canvas), float(f"{shown(canvas)['at'][0]:.4g}")
    assert told == f"x₁ is recorded at {now:g}: -0.77 became {now:g}."


def test_what_the_recording_says_stands_under_the_first_panel_on_a_phone(many):
    canvas = opened_anew(many, 1, (390, 844))
    second = canvas.locator(".cc-panel").nth(1)
    before = second.bounding_box()["y"] - canvas.bounding_box()["y"]
    lab.drag_handle(handle(canvas, "start"), 60, -110)
    slider(canvas, "GradientDescent.learning_rate").press("ArrowRight")
    assert moved_too(canvas) == "“start”."
    one, two = canvas.locator(".cc-panel").first.bounding_box(), second.bounding_box()
    aside = canvas.locator(".cc-aside").bounding_box()
    assert one["y"] + one["height"] <= aside["y"] < aside["y"] + aside["height"] <= two["y"]
    assert two["y"] - canvas.bounding_box()["y"] == before  # nothing jumps


def test_a_slider_leaves_a_dragged_start_nearby_and_coming_back_shows_it_where_it_was(many):
    canvas = opened_anew(many, 1)
    start, rate = handle(canvas, "start"), slider(canvas, "GradientDescent.learning_rate")
    first = lab.handle_centre(start)
    lab.drag_handle(start, 110, -200)
    assert moved_too(canvas) == ""  # the drag itself snaps, which is seen
    put = lab.handle_centre(start)
    width = canvas.locator(".cc-stage").first.bounding_box()["width"] - 80
    assert np.hypot(put[0] - first[0], put[1] - first[1]) > width / 3
    for key in ("ArrowRight", "ArrowRight", "ArrowRight"):
        rate.press(key)
        told, now = moved_too(canvas), lab.handle_centre(start)
        assert max(abs(now[0] - put[0]), abs(now[1] - put[1])) < width / 3 + 1, "it went back"
        assert (told == "“start”.") == (now != put)
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft"):
        rate.press(key)
    assert moved_too(canvas) == ""
    assert lab.handle_centre(start) == put


def test_a_handle_goes_from_stop_to_stop_by_keyboard_whatever_else_is_moved(many):
    canvas = opened_anew(many, 1)
    start = handle(canvas, "start")
    slider(canvas, "GradientDescent.learning_rate").press("ArrowRight")
    for key in ("ArrowUp", "ArrowRight"):
        before = lab.handle_centre(start)
        start.press(key)
        lab.settle(canvas)
        assert lab.handle_centre(start) != before, key


def test_of_what_was_never_recorded_together_the_latest_stays_and_the_rest_is_named(many):
    canvas = opened_anew(many, 1)
    one, other = (
        slider(canvas, name) for name in ("GradientDescent.learning_rate", "Momentum.learning_rate")
    )
    lab.move_slider(one, 1.0)
    lab.settle(canvas)
    lab.move_slider(other, 1.0)
    told = moved_too(canvas)
    assert other.input_value() == other.get_attribute("max")
    assert one.input_value() != one.get_attribute("max")
    assert told == "“GradientDescent: learning rate η”."
    for _ in range(int(other.get_attribute("max"))):
        if shown(canvas)["controls"]["Momentum.learning_rate"] == 0.01:
            break
        other.press("ArrowLeft")
        told = moved_too(canvas)
    assert told == ""  # back at its first stop, with which the other was recorded
    assert one.input_value() == one.get_attribute("max")
