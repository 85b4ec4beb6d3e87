"""The steps of a run in the browser: played, stepped through, scrubbed, pointed at."""

from __future__ import annotations

import pytest

from course_utils.objectives import himmelblau
from course_utils.optimizers import GradientDescent, minimize
from tests.browser import lab
from tests.tools.scenes import read

CELLS = [
    """
from course_utils.objectives import himmelblau
from course_utils.optimizers import GradientDescent, Momentum
from course_utils.pictures import explore
explore(himmelblau(), [GradientDescent(0.005), Momentum(0.002)], start=(-1.0, 2.0), steps=30)
""",
    """
from course_utils.objectives import quadratic
from course_utils.optimizers import Newton
explore(quadratic([1.0, 4.0]), Newton(), start=(1.0, 1.0), steps=3)
""",
]
# A step that is played is shown for a few frames: who looks now and then may miss it, an observer does not.
UNTIL_STEP = """(root, step) => new Promise((done) => {
    const shown = root.querySelector(".cc-step");
    const look = () => parseInt(shown.innerText.split(" ")[1]) >= step && (observer.disconnect(), done());
    const observer = new MutationObserver(look);
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    look();
})"""
# How often a panel of two was drawn.
COUNT_PAINTS = """(root) => {
    root.paints = 0;
    for (const one of root.querySelectorAll("canvas:not([aria-hidden])")) {
        const context = one.getContext("2d"), begin = context.setTransform;
        context.setTransform = function (...scale) { root.paints += 1; return begin.apply(this, scale); };
    }
}"""
LOSSES = minimize(himmelblau(), GradientDescent(0.005), [-1.0, 2.0], 30).value


@pytest.fixture
def canvas(notebook):
    """The picture at rest, its whole runs shown."""
    found = notebook.scenes()[0]
    found.get_by_role("slider", name="step", exact=True).press("End")
    notebook.page.mouse.move(0, 0)
    frames(found)
    return found


def frames(canvas):
    """Wait until the browser has drawn what is due."""
    canvas.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def step(canvas) -> str:
    return canvas.locator(".cc-step").inner_text()


def panels(canvas) -> list[str]:
    frames(canvas)
    return canvas.locator("canvas:not([aria-hidden])").evaluate_all(
        "(all) => all.map((one) => one.toDataURL())"
    )


def test_steps_are_shown_one_by_one_without_asking_python(canvas):
    seen = canvas.evaluate(lab.WATCH) or canvas.evaluate("(root) => root.watch.drawn.length")
    rest = panels(canvas)
    scrubber = canvas.get_by_role("slider", name="step", exact=True)
    assert step(canvas) == "step 30 of 30"
    canvas.get_by_role("button", name="Step").click()
    assert step(canvas) == "step 1 of 30"
    first = panels(canvas)
    canvas.get_by_role("button", name="Step").click()
    second = panels(canvas)
    scrubber.focus()
    for _ in range(8):
        canvas.page.keyboard.press("ArrowRight")
    assert step(canvas) == "step 10 of 30"
    tenth = panels(canvas)
    for one, other in ((rest, first), (first, second), (second, tenth)):
        assert all(a != b for a, b in zip(one, other, strict=True)), "a panel did not follow"
    canvas.page.keyboard.press("End")
    assert panels(canvas) == rest
    assert canvas.evaluate("(root) => root.watch.drawn.length") == seen


def test_a_run_is_played_and_paused(canvas):
    canvas.get_by_role("button", name="Play").click()
    canvas.evaluate(UNTIL_STEP, 3)
    canvas.get_by_role("button", name="Pause").click()
    stopped = step(canvas)
    assert stopped != "step 30 of 30"
    canvas.page.wait_for_timeout(700)
    assert step(canvas) == stopped
    canvas.locator(".cc-handle").press("Space")
    canvas.get_by_role("button", name="Pause").wait_for()
    canvas.get_by_text("step 30 of 30").wait_for(timeout=20_000)
    canvas.get_by_role("button", name="Play").wait_for()


def test_nothing_moves_by_itself_where_less_motion_is_asked_for(notebook, canvas):
    notebook.page.emulate_media(reduced_motion="reduce")
    scrubber = canvas.get_by_role("slider", name="step", exact=True)
    scrubber.press("Home")
    assert canvas.get_by_role("button", name="Play").count() == 0
    scrubber.press("Space")
    assert step(canvas) == "step 1 of 30"
    notebook.page.wait_for_timeout(700)
    assert step(canvas) == "step 1 of 30"
    notebook.page.emulate_media(reduced_motion="no-preference")
    scrubber.press("Home")
    canvas.get_by_role("button", name="Play").wait_for()


def test_a_step_pointed_at_is_marked_in_every_panel_and_in_the_table(notebook, canvas):
    rest = panels(canvas)
    box = canvas.locator(".cc-stage canvas").nth(1).bounding_box()
    left, width = box["x"] + 66, box["width"] - 80
    for y in range(10, int(box["height"]) - 52, 8):
        notebook.page.mouse.move(left + width / 3, box["y"] + y)
        if "10 of" in step(canvas):
            break
    assert step(canvas) == "step 10 of 30"
    assert all(a != b for a, b in zip(rest, panels(canvas), strict=True))
    head = canvas.locator("thead th").last.inner_text()
    assert head == "f − minimum at step 10"
    assert read(canvas.locator(".cc-then").nth(1).inner_text()) == pytest.approx(LOSSES[10], rel=1e-3)
    notebook.page.mouse.move(0, 0)
    assert panels(canvas) == rest
    assert canvas.locator(".cc-then").count() == 0


def rest_on_the_start(canvas):
    """Put the mouse where the run starts, as after a drag of its handle, and see that it points there."""
    x, y = lab.handle_centre(canvas.locator(".cc-handle"))
    canvas.page.mouse.move(x + 1, y)
    canvas.get_by_text("step 0 of 30").wait_for()


def test_a_run_is_seen_to_play_while_the_mouse_rests_on_it(canvas):
    rest_on_the_start(canvas)
    canvas.locator(".cc-handle").press("Space")
    canvas.evaluate(UNTIL_STEP, 2)
    x, y = lab.handle_centre(canvas.locator(".cc-handle"))
    for k in (2, 3, 2, 3):  # and while the mouse moves there
        canvas.page.mouse.move(x + k, y)
        assert step(canvas) != "step 0 of 30"
    canvas.get_by_text("step 30 of 30").wait_for(timeout=20_000)
    canvas.page.mouse.move(x, y)  # at rest it points again
    canvas.get_by_text("step 0 of 30").wait_for()


def test_a_scrubbed_step_is_shown_while_the_mouse_rests_on_the_run(canvas):
    scrubber = canvas.get_by_role("slider", name="step", exact=True)
    scrubber.press("Home")
    rest_on_the_start(canvas)
    for _ in range(7):
        canvas.page.keyboard.press("ArrowRight")
    assert step(canvas) == "step 7 of 30"
    assert scrubber.get_attribute("aria-valuetext") == "step 7 of 30"
    assert canvas.locator("thead th").last.inner_text() == "f − minimum at step 7"


def test_a_loss_that_has_reached_its_minimum_is_no_nan(notebook):
    """A logarithmic axis has no place for it; the table says what is known of it."""
    canvas = notebook.scenes()[1]
    canvas.get_by_role("button", name="Step").click()
    assert canvas.locator("thead th").last.inner_text() == "f − minimum at step 1"
    assert canvas.locator(".cc-then").last.inner_text() == "≤ 0"


def test_a_drag_keeps_the_step_that_is_shown(canvas):
    canvas.get_by_role("button", name="Step").click()
    canvas.get_by_role("button", name="Step").click()
    lab.drag_handle(canvas.locator(".cc-handle"), 30, -20)
    lab.settle(canvas)
    canvas.page.mouse.move(0, 0)
    assert step(canvas) == "step 2 of 30"
    assert canvas.locator(".cc-then").count() == 3
    lab.drag_handle(canvas.locator(".cc-handle"), -30, 20)
    lab.settle(canvas)


def test_a_drag_over_the_run_draws_each_panel_once_for_each_answer(canvas):
    """No step is marked meanwhile: the runs are about to change, and drawing them takes the drag's time."""
    handle = canvas.locator(".cc-handle")
    x, y = lab.handle_centre(handle)
    mouse = canvas.page.mouse
    canvas.evaluate(lab.WATCH)
    canvas.evaluate(COUNT_PAINTS)
    mouse.move(x, y)
    frames(canvas)
    assert step(canvas) != "step 30 of 30"  # the run starts here
    mouse.down()
    before = canvas.evaluate("(root) => [root.paints, root.watch.drawn.length]")
    for k in range(1, 9):
        mouse.move(x + k, y + k)
        lab.settle(canvas)
        frames(canvas)
        assert step(canvas) == "step 30 of 30"
        assert canvas.locator(".cc-then").count() == 0
    paints, drawn = canvas.evaluate("(root) => [root.paints, root.watch.drawn.length]")
    mouse.up()
    # The first movement also takes the mark away; the others draw what has been answered.
    assert 16 <= paints - before[0] <= 2 * (drawn - before[1] + 1)


MOVE = """(root, [dx, dy]) => {
    const handle = root.querySelector(".cc-handle");
    const {x, y, width, height} = handle.getBoundingClientRect();
    const [clientX, clientY] = [x + width / 2 + dx, y + height / 2 + dy];
    const before = handle.style.transform;
    handle.dispatchEvent(new PointerEvent("pointermove", {clientX, clientY, bubbles: true, pointerId: 1}));
    return [before, handle.style.transform];
}"""
# What the page sends in the next fifth of a second leaves it a second later.
SLOW = """() => {
    const {send} = WebSocket.prototype;
    WebSocket.prototype.send = function (...message) { setTimeout(() => send.apply(this, message), 1000); };
    setTimeout(() => { WebSocket.prototype.send = send; }, 200);
}"""


def numbers(canvas):
    return canvas.locator(".cc-number").evaluate_all("(boxes) => boxes.map((box) => box.value)")


def test_a_held_handle_comes_with_its_picture_and_does_not_wait_for_a_slow_one(canvas):
    """To draw the page for the handle alone would keep the answer waiting."""
    handle = canvas.locator(".cc-handle")
    mouse = canvas.page.mouse
    canvas.evaluate(lab.WATCH)
    mouse.move(*lab.handle_centre(handle))
    told = numbers(canvas)
    mouse.down()
    before, after = canvas.evaluate(MOVE, [12, 8])
    assert after == before
    lab.settle(canvas)
    stands = handle.evaluate("(node) => node.style.transform")
    assert stands != before
    assert numbers(canvas) != told
    canvas.page.evaluate(SLOW)
    canvas.evaluate(MOVE, [9, -5])
    # Before the picture has come.
    canvas.page.wait_for_function(
        "([root, node, old]) => 'waiting' in root.dataset && node.style.transform !== old",
        arg=[canvas.element_handle(), handle.element_handle(), stands],
    )
    before, after = canvas.evaluate(MOVE, [-4, 6])
    assert after != before  # for the rest of the drag
    mouse.up()
    lab.settle(canvas)


def test_a_released_handle_is_at_once_where_the_pointer_left_it(canvas):
    handle = canvas.locator(".cc-handle")
    canvas.evaluate(lab.WATCH)
    x, y = lab.handle_centre(handle)
    mouse = canvas.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 30, y + 20)
    mouse.up()
    box = handle.bounding_box()
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    assert place == pytest.approx((x - 30, y + 20), abs=1.5)
    lab.settle(canvas)
