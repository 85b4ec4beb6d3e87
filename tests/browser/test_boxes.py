"""A picture among the widgets of ipywidgets, in a real browser: in boxes, linked, and heard by callbacks."""

from __future__ import annotations

import pytest

from tests.browser import lab

CELLS = [
    """
import ipywidgets
from course_utils.widgets import Handle, Panel, Points, View, scene, slider

def update(state):
    return View(picture=[Points(state.start), Points((state.rate, 0))], readout=f"rate {state.rate}")

made = scene(
    update, panels=Panel("a point", "x", "y", (-1, 1, -1, 1), ratio="equal"),
    handles={"start": Handle((0, 0.5))},
    controls={"rate": slider("rate", 0, 1, 0.25)}, alt="a point")
knob, said = ipywidgets.FloatSlider(description="my own", max=1, value=0.25, step=0.25), ipywidgets.Output()
ipywidgets.link((knob, "value"), (made, "rate"))

@said.capture()
def tell(change):
    print(change.name, "is", change.new)

made.observe(tell, ["rate", "start"])
ipywidgets.Tab([ipywidgets.VBox([ipywidgets.HBox([made, knob]), said]), ipywidgets.Label("other")])
"""
]


def test_a_picture_is_laid_out_beside_another_widget_and_after_a_tab_was_hidden(notebook):
    canvas, page = notebook.scenes()[0], notebook.page
    picture, knob = canvas.bounding_box(), page.locator(".widget-slider").bounding_box()
    assert picture["width"] > 400
    assert knob["x"] >= picture["x"] + picture["width"]
    page.locator(".widget-tab .lm-TabBar-tab").nth(1).click()
    canvas.wait_for(state="hidden")
    page.locator(".widget-tab .lm-TabBar-tab").nth(0).click()
    canvas.wait_for()
    lab.settle(canvas)
    assert canvas.bounding_box() == pytest.approx(picture, abs=1)


def test_an_own_slider_drives_the_picture_and_follows_it(notebook):
    canvas, page = notebook.scenes()[0], notebook.page
    canvas.evaluate(lab.WATCH)
    thumb = page.locator(".widget-slider .noUi-handle")
    thumb.focus()
    thumb.press("ArrowRight")
    canvas.get_by_text("rate 0.5").wait_for()
    assert canvas.locator(".cc-number").first.input_value() == "0.5"
    lab.settle(canvas)
    seen = canvas.evaluate("(root) => root.watch.drawn.length")
    lab.type_number(canvas.locator('[data-name="rate"] .cc-number'), "0.75")
    canvas.get_by_text("rate 0.75").wait_for()
    page.locator(".widget-slider .widget-readout").get_by_text("0.75").wait_for()
    lab.settle(canvas)
    assert canvas.evaluate("(root) => root.watch.drawn.length") == seen + 1, "the slider echoed"


def test_what_a_callback_prints_is_seen(notebook):
    canvas, page = notebook.scenes()[0], notebook.page
    lab.type_number(canvas.get_by_role("group", name="start").locator("input").first, "0.125")
    page.locator(".widget-output").get_by_text("start is (0.125, 0.5)").wait_for()
