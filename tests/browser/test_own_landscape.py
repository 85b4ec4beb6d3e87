"""Handles that come and go: put with a double click or a button, taken away with a key."""

from __future__ import annotations

import pytest

from tests.browser import lab

CELLS = [
    """
from course_utils.pictures import own_landscape
picture = own_landscape()
picture
""",
]


@pytest.fixture
def canvas(notebook):
    found = notebook.scenes()[0]
    found.scroll_into_view_if_needed()
    return found


def places(canvas) -> list[str]:
    """Return the handles that are to be seen, by name."""
    return canvas.locator(".cc-handle:visible").evaluate_all("(all) => all.map((one) => one.dataset.name)")


def count(canvas) -> int:
    return sum(name.startswith("place_") for name in places(canvas))


def where(canvas, name: str) -> list[float]:
    """Return the place of a handle as its boxes say it."""
    node = canvas.locator(f'.cc-handle[data-name="{name}"]')
    box = node.bounding_box()
    return [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]


def test_a_double_click_puts_one_more_where_it_was(canvas):
    assert count(canvas) == 3
    stage = canvas.locator(".cc-stage").first.bounding_box()
    x, y = stage["x"] + 0.75 * stage["width"], stage["y"] + 0.75 * stage["height"]
    canvas.page.mouse.dblclick(x, y)
    canvas.locator('.cc-handle[data-name="place_4"]').wait_for()
    lab.settle(canvas)
    assert count(canvas) == 4
    assert where(canvas, "place_4") == pytest.approx([x, y], abs=1.5)
    focused = canvas.page.evaluate("() => document.activeElement.dataset.name")
    assert focused == "place_4", "the arrow keys do not go on with it"
    canvas.page.keyboard.press("ArrowRight")
    lab.settle(canvas)
    assert where(canvas, "place_4")[0] > x + 1


def test_delete_takes_that_one_away_and_the_others_keep_their_places(canvas):
    before = {k: where(canvas, f"place_{k}") for k in (1, 2, 3, 4)}
    canvas.locator('.cc-handle[data-name="place_2"]').press("Delete")
    canvas.locator('.cc-handle[data-name="place_4"]').wait_for(state="hidden")
    lab.settle(canvas)
    for new, old in ((1, 1), (2, 3), (3, 4)):
        assert where(canvas, f"place_{new}") == pytest.approx(before[old], abs=1.0)


def test_who_takes_the_last_one_away_goes_on_with_its_neighbour_and_in_the_end_with_the_slider(canvas):
    page = canvas.page
    focused = "() => document.activeElement.dataset.name ?? document.activeElement.getAttribute('aria-label')"
    before = count(canvas)
    canvas.locator(f'.cc-handle[data-name="place_{before}"]').focus()
    for left in range(before - 1, 0, -1):
        page.keyboard.press("Delete")
        canvas.locator(f'.cc-handle[data-name="place_{left + 1}"]').wait_for(state="hidden")
        lab.settle(canvas)
        assert count(canvas) == left
        assert page.evaluate(focused) == f"place_{left}"
    page.keyboard.press("Delete")
    canvas.locator('.cc-handle[data-name="place_1"]').wait_for(state="hidden")
    lab.settle(canvas)
    assert page.evaluate(focused) == "hills and hollows"
    for more in range(1, before + 1):  # the slider's own arrow keys
        page.keyboard.press("ArrowRight")
        canvas.locator(f'.cc-handle[data-name="place_{more}"]').wait_for()
        lab.settle(canvas)


def test_buttons_and_the_slider_count_too(canvas):
    canvas.get_by_role("button", name="One more").click()
    canvas.locator('.cc-handle[data-name="place_4"]').wait_for()
    canvas.get_by_role("button", name="One less").press("Enter")
    canvas.locator('.cc-handle[data-name="place_4"]').wait_for(state="hidden")
    slider = canvas.get_by_role("slider", name="hills and hollows")
    slider.press("ArrowRight")
    canvas.locator('.cc-handle[data-name="place_4"]').wait_for()
    slider.press("ArrowLeft")
    canvas.locator('.cc-handle[data-name="place_4"]').wait_for(state="hidden")
    lab.settle(canvas)


def test_places_can_be_typed_where_the_boxes_are_folded(canvas):
    canvas.get_by_text("Type the places as numbers").click()
    box = canvas.get_by_role("group", name="1").first.get_by_label("x₁")
    box.fill("1.5")
    box.press("Enter")
    lab.settle(canvas)
    assert canvas.get_by_role("group", name="4").first.is_hidden()
    stage = canvas.locator(".cc-stage").first.bounding_box()
    inner = stage["width"] - 66 - 14  # the margins of a panel
    assert where(canvas, "place_1")[0] - stage["x"] == pytest.approx(66 + inner * 4.5 / 6, abs=1.5)
