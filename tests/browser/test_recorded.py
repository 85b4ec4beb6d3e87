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
from tests.tools import ROOT

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
