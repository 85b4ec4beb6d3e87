"""A picture enlarged to the whole screen, as a lecturer projects it: its panels first, the rest in reach."""

from __future__ import annotations

import pytest

from tests.browser import lab
from tests.browser.test_canvas import FRAGILE, STICKS_OUT

CELLS = [
    """
from course_utils.objectives import himmelblau
from course_utils.optimizers import GradientDescent, Momentum
from course_utils.pictures import explore, momentum_plane, own_landscape
explore(himmelblau(), [GradientDescent(0.005), Momentum(0.002)], start=(-1.0, 2.0), steps=30)
""",
    "momentum_plane()",
    "own_landscape()",
    FRAGILE,
]
EXPLORED, PLANE, LANDSCAPE, DIAL = range(4)
SCREENS = [(1280, 720), (1366, 768), (1920, 1080)]
# Whether the panels and their steps are on the screen as a whole.
ON_SCREEN = """(root) => {
    const box = root.querySelector(".cc-main").getBoundingClientRect();
    return box.left >= 0 && box.top >= 0 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
}"""
TYPE = "(root) => root.getBoundingClientRect().width / root.offsetWidth"
# All that the keyboard should reach, numbered.
NUMBERED = """(root) => {
    const all = "input, select, button, summary, .cc-handle[tabindex]";
    const shown = [...root.querySelectorAll(all)].filter((node) => !node.disabled && node.checkVisibility());
    shown.forEach((node, k) => { node.dataset.number = k; });
    return shown.length;
}"""
# The number of what has the focus, and whether it is on the screen.
FOCUSED = """(root) => {
    const node = document.activeElement, box = node.getBoundingClientRect();
    if (!root.contains(node)) return null;
    const across = box.left >= -1 && box.right <= innerWidth + 1;
    return [Number(node.dataset.number), across && box.top >= -1 && box.bottom <= innerHeight + 1];
}"""


@pytest.fixture
def canvas(notebook, request):
    """The picture of the test's parameter ``k``, in the notebook before and after."""
    page, k = notebook.page, request.getfixturevalue("k")
    yield notebook.scenes()[k]
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.mouse.move(0, 0)


def screen(canvas, width: int, height: int) -> None:
    canvas.page.set_viewport_size({"width": width, "height": height})
    canvas.page.wait_for_function(
        "(size) => innerWidth === size[0] && innerHeight === size[1]", arg=[width, height]
    )
    at_rest(canvas)


def at_rest(canvas) -> None:
    """Wait until the layout stays as it is for some pictures of the screen."""
    canvas.evaluate(
        """(root) => new Promise((done) => {
            let last = "", same = 0;
            const look = () => {
                const all = [root, ...root.querySelectorAll(".cc-main, .cc-stage canvas")];
                const now = JSON.stringify(all.map((node) => node.getBoundingClientRect()));
                same = now === last ? same + 1 : 0;
                last = now;
                if (same > 5) done(); else requestAnimationFrame(look);
            };
            look();
        })"""
    )


def enlarge(canvas) -> None:
    canvas.get_by_role("button", name="Enlarge").click()
    canvas.get_by_role("button", name="Back").wait_for()
    at_rest(canvas)


def first_panel(canvas) -> tuple[float, float]:
    box = canvas.locator(".cc-stage canvas").first.bounding_box()
    return box["width"], box["height"]


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("k", [EXPLORED, PLANE, LANDSCAPE, DIAL])
def test_panels_and_type_are_larger_than_in_the_notebook(canvas, k, size):
    screen(canvas, *size)
    before = first_panel(canvas)
    enlarge(canvas)
    large = first_panel(canvas)
    assert canvas.evaluate(ON_SCREEN)
    assert large[0] > 1.09 * before[0]
    assert large[1] > 1.09 * before[1]
    assert canvas.evaluate(TYPE) > 1.28 * size[1] / 720 * (0.95 if k == DIAL else 1)
    assert canvas.evaluate(STICKS_OUT) == []
    sharp = canvas.locator(".cc-stage canvas").first.evaluate(
        "(c) => c.width / c.getBoundingClientRect().width"
    )
    assert sharp == pytest.approx(1, abs=0.01)
    canvas.page.keyboard.press("Escape")
    canvas.get_by_role("button", name="Enlarge").wait_for()
    at_rest(canvas)
    assert first_panel(canvas) == pytest.approx(before, abs=1)


@pytest.mark.parametrize("k", [EXPLORED, LANDSCAPE])
def test_all_that_can_be_set_is_reached_by_keyboard_and_mouse(canvas, k):
    screen(canvas, 1280, 720)
    enlarge(canvas)
    count, reached = canvas.evaluate(NUMBERED), {}
    for key in ("Tab", "Shift+Tab"):
        canvas.get_by_role("button", name="Back").focus()
        while (focused := canvas.evaluate(FOCUSED)) is not None and len(reached) <= count:
            number, on_screen = focused
            reached[number] = on_screen
            canvas.page.keyboard.press(key)
    assert reached == dict.fromkeys(range(count), True)
    slider = canvas.get_by_role("slider", name="learning rate η").first
    number = canvas.get_by_role("textbox", name="learning rate η").first
    before = number.input_value()
    lab.move_slider(slider, 0.3)
    lab.settle(canvas)
    assert number.input_value() != before
    lab.type_number(number, before)
    lab.settle(canvas)


@pytest.mark.parametrize("k", [LANDSCAPE])
def test_what_grows_while_it_is_enlarged_stays_on_the_screen(canvas, k):
    screen(canvas, 1920, 1080)
    enlarge(canvas)
    canvas.get_by_role("checkbox", name="critical points").check()
    canvas.locator(".cc-message:not([hidden])").wait_for()
    lab.settle(canvas)
    at_rest(canvas)
    assert canvas.evaluate(ON_SCREEN)
    assert canvas.evaluate(STICKS_OUT) == []
    canvas.get_by_role("checkbox", name="critical points").uncheck()
    lab.settle(canvas)


@pytest.mark.parametrize("k", [DIAL])
def test_a_single_panel_has_its_controls_beside_it(canvas, k):
    screen(canvas, 1366, 768)
    enlarge(canvas)
    main = canvas.locator(".cc-main").bounding_box()
    for control in canvas.locator(".cc-control").all():
        box = control.bounding_box()
        assert box["x"] >= main["x"] + main["width"]
        assert box["y"] + box["height"] <= 768
    lab.move_slider(canvas.get_by_role("slider", name="rate"), 0.8)  # and what Python says is seen there
    canvas.locator(".cc-error").wait_for()
    said = canvas.locator(".cc-error").bounding_box()
    assert said["x"] >= main["x"] + main["width"]
    assert said["y"] + said["height"] <= 768
    lab.move_slider(canvas.get_by_role("slider", name="rate"), 0.25)
    canvas.locator(".cc-error").wait_for(state="hidden")


@pytest.mark.parametrize("k", [EXPLORED])
def test_on_a_phone_the_way_back_is_above_the_panels(canvas, k):
    screen(canvas, 390, 800)
    enlarge(canvas)
    back = canvas.get_by_role("button", name="Back").bounding_box()
    assert 0 <= back["x"] <= 390 - back["width"]
    assert back["y"] + back["height"] <= canvas.locator(".cc-main").bounding_box()["y"] + 1
    assert canvas.evaluate("(root) => root.parentNode.scrollWidth - root.parentNode.clientWidth") <= 0
    canvas.get_by_role("button", name="Back").click()
    canvas.get_by_role("button", name="Enlarge").wait_for()


@pytest.mark.parametrize("k", [EXPLORED])
@pytest.mark.parametrize("allowed", [True, False])
def test_a_picture_fills_the_screen_and_comes_back(canvas, k, allowed):
    """In a frame that may not fill the screen, it fills the window."""
    page = canvas.page
    if not allowed:
        page.evaluate(
            "() => { Element.prototype.requestFullscreen = async () => { throw new Error('no'); }; }"
        )
    canvas.get_by_role("button", name="Enlarge").scroll_into_view_if_needed()  # as the click does
    at_rest(canvas)
    before = canvas.bounding_box()
    enlarge(canvas)
    window = page.evaluate("() => [innerWidth, innerHeight]")
    large = canvas.locator(".cc-main").bounding_box()
    assert large["width"] > 0.95 * window[0] or large["height"] > 0.95 * window[1]
    x, y = lab.handle_centre(canvas.locator(".cc-handle"))
    lab.drag_handle(canvas.locator(".cc-handle"), 60, 40)
    lab.settle(canvas)
    assert lab.handle_centre(canvas.locator(".cc-handle")) == pytest.approx((x + 60, y + 40), abs=1.5)
    lab.drag_handle(canvas.locator(".cc-handle"), -60, -40)
    lab.settle(canvas)
    page.keyboard.press("Escape")
    canvas.get_by_role("button", name="Enlarge").wait_for()
    at_rest(canvas)
    assert canvas.bounding_box() == pytest.approx(before, abs=1)
