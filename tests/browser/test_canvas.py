"""The front-end part in a real browser: drag, keys, numbers, errors, themes, screens."""

from __future__ import annotations

import time

import pytest

from tests.browser import lab
from tests.tools.notebooks import write_notebook

EXPLORE = """
from course_utils.objectives import min_max_saddle
from course_utils.optimizers import GradientDescent, Momentum
from course_utils.pictures import explore
made = explore(min_max_saddle(), [GradientDescent(0.05), Momentum(0.01)], start=(1.0, 0.25))
made
"""
FRAGILE = """
from course_utils.widgets import Handle, OnCircle, Panel, Points, View, choice, scene, slider, toggle

def update(state):
    if state.rate > 0.5:
        raise ValueError("too fast")
    return View(picture=[Points(state.d), Points((state.rate, 0))], readout=f"{state.way}, {state.on}")

fragile = scene(
    update, panels=Panel("a dial", "x", "y", (-1, 1, -1, 1), ratio="equal"),
    handles={"d": Handle((0.5, 0), on=OnCircle((0, 0), 0.5))},
    controls={"rate": slider("rate", 0, 1, 0.25), "on": toggle("on"),
              "way": choice("way", ["up", "down", "neither up nor down but round and round"])},
    alt="a dial that breaks")
fragile
"""
SLOW = """
import time
from course_utils.widgets import Handle, Panel, Points, View, scene

def slowly(state):
    time.sleep(0.1)
    return View(picture=[Points(state.start)])

panel = Panel("a slow picture", "x", "y", (-1, 1, -1, 1))
scene(slowly, panels=panel, handles={"start": Handle((0, 0))}, alt="slow")
"""
WIDE = """
from course_utils.widgets import Line
tiny = Panel("a small window", "x", "f", (0, 1, -0.00012, 0.00012))
scene(lambda state: View(picture=[Line([(0, -1e-4), (1, 1e-4)])]), panels=tiny, alt="numbers of many digits")
"""
CELLS = [EXPLORE, FRAGILE, SLOW, WIDE]
# Dark pixels where an axis' name stands, above and below it.
BESIDE_THE_NAME = """(canvas) => {
    const ratio = canvas.width / canvas.clientWidth;
    const image = canvas.getContext("2d").getImageData(0, 0, Math.floor(21 * ratio), canvas.height);
    const middle = ((canvas.clientHeight - 42) / 2) * ratio;  // of the plot, 10 pixels below the top
    let dark = 0;
    for (let k = 0; k < image.width * image.height; k++)
        dark += Math.abs(Math.floor(k / image.width) - middle) > 20 * ratio && image.data[4 * k] < 200;
    return dark;
}"""
# What ends right of the picture (a table may scroll), and which control or group of boxes lies over another.
STICKS_OUT = """(root) => {
    const box = (node) => node.getBoundingClientRect();
    const name = (node) => `${node.tagName}.${node.className} ${node.textContent.slice(0, 20)}`;
    const all = [...root.querySelectorAll("*:not(.cc-readout *, .cc-spoken, svg *)")];
    const shown = all.filter((node) => node.checkVisibility() && box(node).width);
    const out = shown.filter((node) => box(node).right > box(root).right).map(name);
    const parts = shown.filter((node) => node.matches(".cc-control > *, .cc-group, .cc-enlarge"));
    for (const one of parts)
        for (const other of parts) {
            const [a, b] = [box(one), box(other)];
            if (one !== other && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
                out.push(`${name(one)} over ${name(other)}`);
        }
    return out;
}"""


@pytest.fixture
def explored(notebook):
    return notebook.scenes()[0]


@pytest.fixture
def fragile(notebook):
    return notebook.scenes()[1]


def boxes(canvas, name):
    """Return the numbers in the boxes of a handle."""
    return [float(box.input_value()) for box in canvas.get_by_role("group", name=name).locator("input").all()]


def test_dragging_the_start_changes_the_picture(explored):
    start = explored.locator(".cc-handle")
    before = boxes(explored, "start")
    assert lab.canvas_pixels_changed(explored, lambda: lab.drag_handle(start, -80, 60))
    after = boxes(explored, "start")
    assert after[0] < before[0]
    assert after[1] < before[1]
    assert lab.canvas_pixels_changed(explored, lambda: lab.drag_handle(start, 80, -60))
    assert boxes(explored, "start") == pytest.approx(before, abs=0.02)


def test_latency_of_forty_moves_is_reported(explored, record_property):
    latency = lab.latency_over(explored, explored.locator(".cc-handle"), 40)
    said = f"drag, pointer event to drawn picture, explore with two optimizers: {latency}"
    record_property("measured", said)
    assert len(latency.samples) >= 20


def test_of_a_fast_drag_the_last_position_wins_where_the_picture_is_slow(notebook, record_property):
    slow = notebook.scenes()[2]
    start = slow.locator(".cc-handle")
    drag = lab.fast_drag(slow, start, 90, 50, moves=150)
    record_property("measured", str(drag))
    assert drag.pictures < drag.moves, "every move was drawn: was nothing dropped?"
    assert drag.left_over == 0
    x, y = lab.handle_centre(start)
    assert (x, y) == pytest.approx(drag.released_at, abs=1.0)
    shown = slow.evaluate("(root) => root.watch.frame().handles[0].at")
    assert boxes(slow, "start") == pytest.approx(shown, rel=1e-3)


def test_a_long_drag_is_answered_all_the_time(explored):
    start = explored.locator(".cc-handle")
    x, y = lab.handle_centre(start)
    mouse = start.page.mouse
    mouse.move(x, y)
    mouse.down()
    end = time.monotonic() + 7.5  # longer than the patience before the reader is told of a silent kernel
    while time.monotonic() < end:
        for dx in (0, 5, 10, 5):
            mouse.move(x + dx, y)
    assert explored.locator(".cc-message").is_hidden()
    mouse.up()
    lab.settle(explored)


def test_a_fast_slider_ends_where_it_was_left(explored, record_property):
    slider = explored.locator(".cc-control input[type=range]").first
    assert slider.get_attribute("aria-label") == "steps"
    start = time.monotonic()
    assert lab.canvas_pixels_changed(explored, lambda: lab.move_slider(slider, 0.1, moves=60))
    seconds = time.monotonic() - start
    record_property("measured", f"slider, 60 moves and the settled picture: {seconds:.2f} s")
    steps = float(explored.locator(".cc-number").first.input_value())
    drawn = explored.evaluate("(root) => root.watch.frame().controls.steps")
    assert steps == drawn
    assert 10 <= steps <= 30
    assert lab.canvas_pixels_changed(explored, lambda: lab.move_slider(slider, 1.0))
    assert float(explored.locator(".cc-number").first.input_value()) == 200


def test_arrow_keys_move_the_handle_and_not_the_notebook(notebook, explored):
    page, start = notebook.page, explored.locator(".cc-handle")
    cell = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
    active = page.evaluate(cell)
    start.focus()
    page.keyboard.press("ArrowRight")  # focus by key shows the ring
    lab.settle(explored)
    assert "0px 0px 0px 3px" in start.evaluate("(node) => getComputedStyle(node).boxShadow")
    x, y = boxes(explored, "start")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    lab.settle(explored)
    assert boxes(explored, "start") == pytest.approx([x + 0.04, y - 0.04], abs=1e-3)
    page.keyboard.press("Shift+ArrowLeft")
    lab.settle(explored)
    assert boxes(explored, "start") == pytest.approx([x - 0.36, y - 0.04], abs=1e-3)
    assert page.evaluate(cell) == active
    assert "x₁" in start.get_attribute("aria-valuetext")
    time.sleep(0.7)
    assert "start" in explored.locator(".cc-spoken").inner_text()


def test_every_control_is_reached_with_tab(notebook, fragile):
    fragile.locator("input").first.focus()
    reached = []
    for _ in range(7):
        reached.append(
            notebook.page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.type"
            )
        )
        notebook.page.keyboard.press("Tab")
    assert {"rate", "select-one", "checkbox", "d"} <= set(reached)


def test_numbers_can_be_typed(explored):
    first = explored.get_by_role("group", name="start").locator("input").first
    lab.type_number(first, "-1.2345678")
    lab.settle(explored)
    exact = explored.evaluate("(root) => root.watch.frame().handles[0].at[0]")
    assert exact == -1.2345678
    rate = explored.locator('[data-name="GradientDescent.learning_rate"] .cc-number')
    lab.type_number(rate, "0.0125")
    lab.settle(explored)
    assert (
        explored.evaluate("(root) => root.watch.frame().controls['GradientDescent.learning_rate']") == 0.0125
    )
    assert "η=0.0125" in explored.locator(".cc-legend").first.inner_text()
    lab.type_number(rate, "1e9")
    lab.settle(explored)
    assert float(rate.input_value()) == 10
    lab.type_number(rate, "0.05")
    lab.settle(explored)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,5", 0.5),
        ("1/3", 1 / 3),
        ("−0.25", -0.25),
        ("2e-3", 0.002),
        ("2.5·10⁻³", 0.0025),
        (" .5 ", 0.5),
        ("-0.1234567890123", -0.1234567890123),
    ],
)
def test_numbers_are_read_as_they_are_written(explored, text, value):
    box = explored.get_by_role("group", name="start").locator("input").first
    lab.type_number(box, text)
    lab.settle(explored)
    assert explored.evaluate("(root) => root.watch.frame().handles[0].at[0]") == value
    assert explored.locator(".cc-note").is_hidden()
    assert box.evaluate("(input) => [input.value, input.scrollWidth <= input.clientWidth]") == [
        str(value),
        True,
    ]


@pytest.mark.parametrize("text", ["abc", "1/2/3", "1/0", "1,500", "1.5.2", "e5", "", "1e999"])
def test_what_is_no_number_is_refused_in_words(explored, text):
    box = explored.get_by_role("group", name="start").locator("input").first
    shown = box.input_value()
    at = "(root) => root.watch.frame().handles[0].at"
    before, note = explored.evaluate(at), explored.locator(".cc-note")
    box.fill(text)
    box.press("Enter")
    lab.settle(explored)
    assert f"“{text}”" in note.inner_text()
    assert box.get_attribute("aria-invalid") == "true"
    assert box.input_value() == text, "the reader's text is gone before it could be mended"
    assert explored.evaluate(at) == before
    box.press("Escape")
    assert float(box.input_value()) == pytest.approx(float(shown), rel=1e-3)
    assert box.get_attribute("aria-invalid") == "false"
    lab.type_number(box, "1")
    lab.settle(explored)
    assert note.is_hidden()


def test_a_number_that_does_not_fit_is_said_to_be_changed(explored):
    steps, note = explored.locator('[data-name="steps"] .cc-number'), explored.locator(".cc-note")
    lab.type_number(steps, "12.4")
    lab.settle(explored)
    assert steps.input_value() == "12"
    assert note.inner_text() == "steps is a whole number: 12.4 became 12."
    lab.type_number(steps, "1e9")
    lab.settle(explored)
    assert steps.input_value() == "200"
    assert note.inner_text() == "steps goes from 1 to 200 here: 1e9 became 200."
    x = explored.get_by_role("group", name="start").locator("input").first
    lab.type_number(x, "-99")
    lab.settle(explored)
    assert note.inner_text() == "x₁ goes from -2 to 2 here: -99 became -2."
    for text, low in (("2.00001", "-2"), ("2,0000000004", "-2")):
        lab.type_number(x, text)
        lab.settle(explored)
        assert note.inner_text() == f"x₁ goes from {low} to 2 here: {text} became 2."
    for text, value in (("12.00001", 12), ("39/2", 20)):
        lab.type_number(steps, text)
        lab.settle(explored)
        assert note.inner_text() == f"steps is a whole number: {text} became {value}."
    lab.type_number(steps, "200")
    lab.settle(explored)
    lab.type_number(x, "1")
    lab.settle(explored)


def test_a_note_goes_with_its_cause(notebook, explored):
    """With Escape, when time is moved, and when Python moves the picture; else it stays."""
    box, note = (
        explored.get_by_role("group", name="start").locator("input").first,
        explored.locator(".cc-note"),
    )
    sentence = "“abc” is not a number. Write it like 0.5, 0,5, 1/3 or 2e-3."
    lab.type_number(box, "abc")
    assert note.inner_text() == sentence
    box.press("Escape")
    assert note.is_hidden()
    lab.type_number(box, "abc")
    box.press("Tab")
    assert note.inner_text() == sentence
    explored.get_by_role("button", name="Step").click()
    assert note.is_hidden()
    lab.type_number(box, "abc")
    assert note.inner_text() == sentence
    notebook.page.evaluate(
        """async () => {
            const { sessionContext } = jupyterapp.shell.currentWidget.context;
            await sessionContext.session.kernel.requestExecute({ code: "made.start = (0.5, 0.5)" }).done;
        }"""
    )
    note.wait_for(state="hidden")
    box.press("Escape")
    lab.type_number(box, "1")
    lab.settle(explored)


def test_every_label_names_a_control_of_its_own_picture(notebook):
    ids = notebook.page.evaluate(
        "() => [...document.querySelectorAll('.course-canvas [id]')].map((n) => n.id)"
    )
    assert len(ids) == len(set(ids)) > 4
    for canvas in notebook.scenes():
        assert canvas.evaluate(
            "(root) => [...root.querySelectorAll('label')].every((label) => root.contains(label.control))"
        )


def test_a_finger_drags_too(notebook, explored):
    x, y = lab.handle_centre(explored.locator(".cc-handle"))
    session = notebook.page.context.new_cdp_session(notebook.page)

    def drag():
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for i in range(1, 9):
            point = {"x": x + 8 * i, "y": y - 5 * i}
            session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    assert lab.canvas_pixels_changed(explored, drag)
    assert lab.handle_centre(explored.locator(".cc-handle")) == pytest.approx((x + 64, y - 40), abs=2)
    session.detach()


def test_a_direction_is_turned(notebook, fragile):
    handle = fragile.locator(".cc-handle")
    assert lab.canvas_pixels_changed(fragile, lambda: lab.drag_handle(handle, -100, -120))
    angle = fragile.get_by_role("group", name="d").locator("input").first
    assert 0 < float(angle.input_value()) < 180
    lab.type_number(angle, "-90")
    lab.settle(fragile)
    assert fragile.evaluate("(root) => root.watch.frame().handles[0].at") == pytest.approx(
        [0, -0.5], abs=1e-9
    )
    handle.focus()
    notebook.page.keyboard.press("ArrowUp")
    lab.settle(fragile)
    assert float(angle.input_value()) == pytest.approx(-89, abs=0.01)


def test_menus_and_switches(fragile):
    fragile.locator("select").select_option("down")
    lab.settle(fragile)
    assert fragile.locator(".cc-readout").inner_text() == "down, False"
    fragile.locator("input[type=checkbox]").check()
    lab.settle(fragile)
    assert fragile.locator(".cc-readout").inner_text() == "down, True"


def test_an_optional_setting_is_switched_on_and_off(explored):
    clip = explored.locator('[data-name="GradientDescent.clip_norm"]')
    assert clip.locator("input[type=range]").is_hidden()
    clip.locator("input[type=checkbox]").check()
    lab.settle(explored)
    assert clip.locator("input[type=range]").is_visible()
    assert explored.evaluate("(root) => root.watch.frame().controls['GradientDescent.clip_norm']") == 1.0
    clip.locator("input[type=checkbox]").uncheck()
    lab.settle(explored)
    assert explored.evaluate("(root) => root.watch.frame().controls['GradientDescent.clip_norm']") is None


def test_an_exception_shows_and_goes(fragile):
    slider, message = fragile.locator(".cc-control input[type=range]"), fragile.locator(".cc-message")
    assert message.is_hidden()
    lab.move_slider(slider, 1.0)
    lab.settle(fragile)
    assert "ValueError: too fast" in message.inner_text()
    assert 'raise ValueError("too fast")' in message.inner_text()
    assert message.get_attribute("role") == "alert"
    lab.move_slider(slider, 0.25)
    lab.settle(fragile)
    assert message.is_hidden()


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_the_card_stays_legible_in_every_theme(notebook, explored, theme):
    notebook.page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    notebook.page.wait_for_function(
        "(light) => document.body.dataset.jpThemeLight === light", arg="false" if "Dark" in theme else "true"
    )
    for selector in ("", ".cc-title", ".cc-legend", "label", "td", "th", ".cc-number"):
        node = explored.locator(selector).first if selector else explored
        ink, ground = node.evaluate(
            """(node) => {
                const ground = (node) => getComputedStyle(node).backgroundColor;
                let above = node;
                while (ground(above) === 'rgba(0, 0, 0, 0)') above = above.parentElement;
                return [getComputedStyle(node).color, ground(above)];
            }"""
        )
        assert (ink, ground) == ("rgb(34, 34, 34)", "rgb(255, 255, 255)"), selector


def test_panels_stack_on_a_narrow_screen(notebook, explored):
    panels = explored.locator(".cc-panel")
    tops = [panels.nth(i).bounding_box()["y"] for i in range(2)]
    assert tops[0] == tops[1]
    notebook.page.set_viewport_size({"width": 720, "height": 1000})
    lab.settle(explored)
    first, second = (panels.nth(i).bounding_box() for i in range(2))
    assert second["y"] >= first["y"] + first["height"]
    assert explored.evaluate("(root) => root.scrollWidth <= root.clientWidth")
    notebook.page.set_viewport_size({"width": 1280, "height": 1000})
    lab.settle(explored)


def test_on_a_phone_nothing_is_cut_and_no_control_covers_another(notebook):
    notebook.page.set_viewport_size({"width": 390, "height": 844})
    for canvas in notebook.scenes():
        lab.settle(canvas)
        assert canvas.evaluate(STICKS_OUT) == []
    notebook.page.set_viewport_size({"width": 1280, "height": 1000})
    for canvas in notebook.scenes():
        lab.settle(canvas)
        assert canvas.evaluate(STICKS_OUT) == []


def test_wide_numbers_leave_room_for_the_name_beside_them(notebook):
    canvas = notebook.scenes()[3]
    left = canvas.locator(".cc-panel").evaluate(
        "(panel) => parseFloat(panel.style.getPropertyValue('--left'))"
    )
    assert left > 66, "the margin of narrow numbers"
    assert canvas.locator("canvas").first.evaluate(BESIDE_THE_NAME) == 0


def test_fine_screens_get_fine_pictures(chromium, served, notebook):
    url, _ = served
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, device_scale_factor=2)
    opened = lab.open_notebook(context.new_page(), url, "test_canvas.ipynb")
    canvas = opened.scenes()[0]
    lab.settle(canvas)
    wide, shown = canvas.evaluate(
        """(root) => {
            const canvas = root.querySelector('canvas');
            return [canvas.width, canvas.getBoundingClientRect().width];
        }"""
    )
    assert wide == pytest.approx(2 * shown, abs=1)
    context.close()


def test_a_restarted_kernel_is_reported(chromium, served, notebook):
    url, root = served
    write_notebook(root / "restart.ipynb", [FRAGILE])
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    opened = lab.open_notebook(page, url, "restart.ipynb")
    canvas = opened.scenes()[0]
    lab.settle(canvas)
    page.evaluate("() => jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()")
    lab.move_slider(canvas.locator(".cc-control input[type=range]"), 0.4)
    canvas.get_by_text("gone: run this cell again").wait_for(timeout=30_000)
    assert opened.console_errors == []
    page.close()
