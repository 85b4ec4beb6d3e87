"""A prediction answered with the keyboard: the choice is locked, and what happens has the focus."""

from __future__ import annotations

CELLS = [
    """
from course_utils.exercises import predict
predict("How many?", ["one", "two"], truth="one", reveal="Because of `1`.", id="99.a")
""",
]


def test_the_focus_goes_to_what_happens(notebook):
    page = notebook.page
    card = page.locator(".jp-OutputArea-output", has_text="Predict:")
    choices = card.get_by_role("radio")
    choices.nth(1).focus()
    page.keyboard.press("Space")
    told = card.get_by_role("status")
    told.wait_for()
    focused = "(node) => node === document.activeElement"
    page.wait_for_function(focused, arg=told.element_handle())
    assert "You predicted: two. What happens: one. Because of 1." in told.inner_text()
    assert all(choices.nth(k).is_disabled() for k in range(2))
    page.keyboard.press("Tab")  # and goes on from there
    assert not told.evaluate("(node) => document.activeElement.contains(node)")
