"""`scene`: state, handles, controls, errors, and what is sent to the browser."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from course_utils.objectives import himmelblau, quadratic
from course_utils.widgets import (
    Handle,
    Landscape,
    Line,
    OnCircle,
    Panel,
    Points,
    Table,
    View,
    choice,
    scene,
    slider,
    toggle,
)
from tests.tools.scenes import exercise_every_control, plain


def browser_moves(made, handles=None, controls=None, seq=1):
    """Send what the browser would send."""
    content = {
        "kind": "move",
        "view": "here",
        "seq": seq,
        "handles": handles or {},
        "controls": controls or {},
    }
    made._handle_custom_msg(content, [])


def test_update_sees_positions_and_values():
    seen = []
    made = plain(
        lambda state: seen.append(state) or View(),
        handles={"start": Handle((0.5, 0.25))},
        controls={"rate": slider("η", 0.1, 10, 1.0, log=True), "on": toggle("on")},
    )
    assert seen[-1].start == pytest.approx([0.5, 0.25])
    made.move("start", (1.0, -0.5))
    made.set("rate", 2.5)
    made.set("on", True)
    assert (seen[-1]["rate"], seen[-1].on, len(seen)) == (2.5, True, 4)
    assert seen[-1].start == pytest.approx([1.0, -0.5])
    assert seen[0].start == pytest.approx([0.5, 0.25])  # earlier states stay what they were
    with pytest.raises(AttributeError, match="the state has no 'speed'; it has"):
        _ = seen[-1].speed


def test_an_update_that_works_in_place_moves_no_handle():
    def careless(state):
        state.start[...] += 0.5
        state.around[...] = np.nan
        return View(picture=[Points(state.start)])

    made = plain(
        careless, handles={"start": Handle((0.25, 0.25)), "around": Handle((1, 0), on=OnCircle("start", 1))}
    )
    for _ in range(2):
        made.move("start", (0.0, 0.5))
        assert made.error is None
        assert made.state.start.tolist() == [0.0, 0.5]
        assert np.linalg.norm(made.state.around - [0.0, 0.5]) == pytest.approx(1.0)


def test_browser_gets_its_answer_with_the_number_it_sent():
    made = plain(
        lambda state: View(picture=[Points(state.a)]), handles={"a": Handle((0, 0)), "b": Handle((1, 1))}
    )
    browser_moves(made, {"a": [0.5, -0.5]}, seq=41)
    frame = made.frame
    assert frame["reply"] == ["here", 41]
    assert frame["handles"][0]["at"] == [0.5, -0.5]
    assert np.frombuffer(frame["data"], np.float32) == pytest.approx([0.625, 0.25])
    made.move("b", (0, 0))
    assert made.frame["reply"] == []


def test_controls_keep_their_values_between_the_ends():
    made = plain(
        controls={
            "a": slider("a", 0, 1, 0.5),
            "k": slider("k", 1, 9, 4, whole=True),
            "clip": slider("clip", 0.1, 10, None, log=True, switch=True),
            "way": choice("way", {"left": -1, "right": 1}),
        }
    )
    assert dict(made.state) == {"a": 0.5, "k": 4, "clip": None, "way": -1}
    browser_moves(made, controls={"a": 7.0, "k": 3.6, "clip": 2.5, "way": "right"})
    assert dict(made.state) == {"a": 1.0, "k": 4, "clip": 2.5, "way": 1}
    assert made.frame["controls"]["way"] == "right"
    made.set("clip", None)
    assert made.state.clip is None
    assert isinstance(made.state.k, int)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda s: s.move("nobody", (0, 0)), "handle must be one of a, got 'nobody'"),
        (lambda s: s.move("a", (np.nan, 0)), "position must be two finite numbers"),
        (lambda s: s.move("a", (1, 2, 3)), "position must be two finite numbers"),
        (lambda s: s.set("nothing", 1), "control must be one of rate, way, got 'nothing'"),
        (lambda s: s.set("rate", "fast"), "η must be a number, got 'fast'"),
        (lambda s: s.set("rate", np.nan), "η must be a number"),
        (lambda s: s.set("rate", 10**400), "η must be a number, got 1000"),
        (lambda s: s.set("way", "up"), "way must be one of left, right, got 'up'"),
    ],
)
def test_wrong_moves_say_what_is_expected(act, says):
    made = plain(
        handles={"a": Handle((0, 0))},
        controls={"rate": slider("η", 0, 1, 0.5), "way": choice("way", ["left", "right"])},
    )
    with pytest.raises(ValueError, match=says):
        act(made)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"alt": " "}, "alt must say"),
        ({"panels": {}}, "panels must not be empty"),
        ({"stops": {"speed": 3}}, "stops must name handles and controls"),
        ({"handles": {"a": Handle((0, 0))}, "stops": {"a": 0}}, r"stops\['a'\] must be at least 1, got 0"),
        ({"panels": {"error": Panel()}}, "panels must not be called"),
        ({"handles": {"a": Handle((0, 0), panel="other")}}, "panel of handle 'a' must be one of picture"),
        ({"panels": Panel(), "handles": {"a": Handle((0, 0))}}, "must have a fixed window"),
        (
            {"handles": {"a": Handle((0, 0))}, "controls": {"a": toggle("a")}},
            "handles and controls must have different names",
        ),
        ({"handles": {"d": Handle((0, 0), on=OnCircle("p", 1.0))}}, "centre of handle 'd' must be a handle"),
        ({"groups": {"heading": ["b"]}}, "groups must name controls"),
    ],
)
def test_scenes_that_cannot_work_say_so(settings, says):
    with pytest.raises(ValueError, match=says):
        plain(**settings)


def test_an_exception_shows_in_the_picture_and_the_next_good_update_recovers():
    def update(state):
        if state.rate > 0.5:
            return View(picture=[Line([(0, 0), (1, 1 / (state.rate - state.rate))])])
        return View(picture=[Line([(0, 0), (1, state.rate)])], readout="fine")

    made = plain(update, controls={"rate": slider("η", 0, 1, 0.25)})
    good = made.frame
    browser_moves(made, controls={"rate": 1.0}, seq=5)
    assert made.error.startswith("ZeroDivisionError: float division by zero")
    assert "of update" in made.error
    assert "1 / (state.rate - state.rate)" in made.error
    assert ".py" not in made.error
    frame = made.frame
    assert frame["error"] == made.error
    assert frame["reply"] == ["here", 5]  # the browser is not left waiting
    assert frame["data"] == good["data"]  # and the last good picture stays
    assert frame["controls"] == {"rate": 1.0}  # while the slider stands where it is for Python, too
    made.set("rate", 0.75)
    assert made.frame["controls"] == {"rate": made.rate} == {"rate": 0.75}
    browser_moves(made, controls={"rate": 0.25}, seq=6)
    assert made.error is None
    assert made.frame["error"] == ""


def test_an_exception_in_the_very_first_picture_does_not_stop_the_cell():
    def update(state):
        if state.sign > 0:
            raise KeyError("weights")
        return View(picture=[Points((0, 0))])

    made = plain(update, controls={"sign": slider("sign", -1, 1, 1)})
    assert made.error.startswith("KeyError: 'weights'")
    data, _ = made._repr_mimebundle_()
    assert data["image/png"]
    made.set("sign", -1)
    assert made.error is None
    assert len(made.layers["picture"]) == 1


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (None, "the update function must return a View, got NoneType"),
        (View(other=[]), "View names panels that the scene does not have: other"),
        (View(picture=[Line([1, 2, 3])]), "points must have shape"),
    ],
)
def test_wrong_views_are_explained(returned, says):
    assert says in plain(lambda state: returned).error


def test_an_interrupt_is_reported_and_survived():
    def update(state):
        if state.go:
            raise KeyboardInterrupt
        return View()

    made = plain(update, controls={"go": toggle("go")})
    made.set("go", True)
    assert "Interrupted" in made.error
    made.set("go", False)
    assert made.error is None


def test_landscapes_travel_only_when_they_change():
    f, other = quadratic([1.0, 1.0]), quadratic([1.0, 2.0])
    made = plain(
        lambda state: View(picture=[Landscape(other if state.other else f, 41)]),
        controls={"other": toggle("other"), "rate": slider("η", 0, 1, 0.5)},
    )
    sent = []
    made.observe(lambda change: sent.append(change.name), ["grounds", "frame"])
    made.set("rate", 0.75)
    assert sent == ["frame"]
    made.set("other", True)
    assert sorted(sent) == ["frame", "frame", "grounds"]
    made.set("rate", 0.5)
    assert len(sent) == 4


def test_readout_and_message_are_sent_as_text():
    made = plain(lambda state: View(readout=Table([("a", 1.5)], ("", "x")), message="look"))
    assert made.frame["readout"] == {"columns": ["", "x"], "rows": [["a", "1.5"]]}
    assert made.frame["message"] == made.message == "look"


def test_the_output_holds_a_picture_and_a_stable_text():
    def show():
        made = scene(
            lambda state: View(plane=[Landscape(himmelblau()), Line([(0, 0), (3, 2)], label="way")]),
            panels={"plane": Panel("Himmelblau", "x₁", "x₂", (-5, 5, -5, 5), ratio="equal")},
            handles={"start": Handle((1, 1))},
            alt="A way to a minimum",
        )
        return made._repr_mimebundle_()

    data, metadata = show()
    assert data["text/plain"] == "Scene('A way to a minimum')"
    assert metadata == {"image/png": {"alt": "A way to a minimum"}}
    assert "model_id" in data["application/vnd.jupyter.widget-view+json"]
    png = base64.b64decode(data["image/png"])
    assert len(png) < 40_000
    image = Image.open(io.BytesIO(png))
    assert image.width >= 300
    assert show()[0]["image/png"] == data["image/png"]


def test_the_stored_picture_is_the_first_state():
    made = plain(lambda state: View(picture=[Points(state.a)]), handles={"a": Handle((0, 0))})
    first = made._repr_mimebundle_()[0]["image/png"]
    made.move("a", (1, 1))
    assert made._repr_mimebundle_()[0]["image/png"] == first


def test_every_control_can_be_exercised():
    made = plain(
        lambda state: View(picture=[Points(state.a)]),
        handles={"a": Handle((0, 0))},
        controls={"rate": slider("η", 0.1, 1, None, log=True, switch=True), "on": toggle("on")},
    )
    assert exercise_every_control(made) == (3 + 1) + (2 + 1) + (4 + 1)
    assert made.state.rate is None
    assert made.state.a.tolist() == [0, 0]

    broken = plain(
        lambda state: View(picture=[Points((1 / (2 - state.a[0]), 0))]), handles={"a": Handle((0, 0))}
    )
    assert broken.error is None
    with np.errstate(all="ignore"):
        exercise_every_control(broken)  # numpy's 1/0 is infinity: drawn at the rim, not an error
    failing = plain(
        lambda state: View(picture=[Points((0, 0))] if state.a[0] < 2 else None),
        handles={"a": Handle((0, 0))},
    )
    with pytest.raises(AssertionError, match="NoneType"):
        exercise_every_control(failing)
