"""Controls and handles as traits: observed, linked and set like those of any widget."""

import ipywidgets
import numpy as np
import pytest
from traitlets import HasTraits, TraitError, link

from course_utils.widgets import Handle, OnCircle, Points, View, choice, slider, toggle
from course_utils.widgets.traits import setting_traits
from tests.tools.scenes import plain
from tests.widgets.test_scene import browser_moves


@pytest.fixture
def drawn():
    return []


@pytest.fixture
def picture(drawn):
    def update(state):
        drawn.append(dict(state))
        return View(picture=[Points(state.start)])

    return plain(
        update,
        handles={"start": Handle((0.5, 0.25)), "turn": Handle((1.0, 0.25), on=OnCircle("start", 0.5))},
        controls={
            "rate": slider("η", 0.0, 1.0, 0.5),
            "way": choice("way", {"left": -1, "right": 1}),
            "on": toggle("on"),
            "count": slider("count", 1, 1000, 500, whole=True),
            "clip": slider("clip", 0.1, 1.0, None, switch=True),
        },
    )


def test_every_setting_is_a_trait_with_its_value(picture):
    assert picture.start == (0.5, 0.25)
    assert (picture.rate, picture.way, picture.on, picture.count, picture.clip) == (0.5, -1, False, 500, None)
    for name in ("start", "turn", "rate", "way", "on", "count", "clip"):
        assert name in picture.trait_names()
        assert name not in picture.keys  # what the browser knows of it goes by frames


def test_a_trait_that_is_set_draws_the_picture_once(picture, drawn):
    for name, value in {"rate": 0.25, "way": "right", "on": True, "count": 700.4, "clip": 0.5}.items():
        before = len(drawn)
        setattr(picture, name, value)
        assert len(drawn) == before + 1
    assert (picture.rate, picture.way, picture.on, picture.count, picture.clip) == (0.25, 1, True, 700, 0.5)
    assert picture.frame["controls"] == {"rate": 0.25, "way": "right", "on": True, "count": 700, "clip": 0.5}
    before = len(drawn)
    picture.rate = 0.25
    assert len(drawn) == before
    picture.start = np.array([1, -0.5])
    assert len(drawn) == before + 1
    assert picture.start == (1.0, -0.5)
    assert picture.turn == pytest.approx((1.5, -0.5))  # it hangs on the other and goes along
    picture.start = (99, 99)
    assert picture.start == (2.0, 1.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate", "fast"),
        ("rate", np.nan),
        ("rate", None),
        ("count", None),
        ("way", "up"),
        ("way", None),
        ("on", 1),
        ("on", None),
        ("start", (1.0,)),
        ("start", "xy"),
        ("start", None),
    ],
)
def test_what_a_trait_does_not_take_is_refused_by_name(picture, drawn, name, value):
    before = dict(picture.state)
    with pytest.raises(TraitError, match=f"{name if name != 'rate' else 'η'} must be"):
        setattr(picture, name, value)
    assert picture.rate == before["rate"]
    assert len(drawn) == 1


def test_numpy_numbers_are_numbers(picture):
    picture.rate, picture.count, picture.on = np.float32(0.25), np.int64(10), np.True_
    assert (picture.rate, picture.count, picture.on) == (0.25, 10, True)
    assert [type(value) for value in (picture.rate, picture.count, picture.on)] == [float, int, bool]
    picture.way = np.int64(1)
    assert picture.way == 1
    for k in np.arange(1, 4):
        picture.set("count", k)
        assert picture.state.count == k
    with pytest.raises(TraitError, match="η must be a number"):
        picture.rate = np.True_


def test_what_is_switched_off_may_be_none(picture):
    picture.clip = 0.5
    picture.clip = None
    assert picture.state.clip is None


@pytest.fixture
def two_handles():
    return plain(handles={"a": Handle((0.5, 0.25)), "b": Handle((-0.5, 0.25))})


def test_a_handle_that_mirrors_another_follows_the_browser(two_handles):
    two_handles.observe(lambda change: setattr(two_handles, "b", (-change.new[0], change.new[1])), "a")
    for k in range(3):
        x = 0.1 * k - 0.3
        browser_moves(two_handles, handles={"a": [x, 0.5]}, seq=k + 1)
        assert two_handles.a == pytest.approx((x, 0.5))
        assert two_handles.b == pytest.approx((-x, 0.5))
        assert two_handles.frame["handles"][1]["at"] == pytest.approx([-x, 0.5])


@pytest.mark.parametrize("moved", ["a", "b"])
def test_two_handles_of_one_picture_are_linked_whichever_is_moved(two_handles, moved):
    link((two_handles, "a"), (two_handles, "b"))
    for k in range(3):
        browser_moves(two_handles, handles={moved: [0.1 * k, 0.05]}, seq=k + 1)
        assert two_handles.a == two_handles.b == pytest.approx((0.1 * k, 0.05))


def test_all_are_told_though_one_of_them_raises(picture):
    def refuse(change):
        raise RuntimeError("no")

    told = []
    picture.observe(refuse, "start")
    picture.observe(lambda change: told.append(change.new), "rate")
    with pytest.raises(RuntimeError, match="no"):
        picture._moved({"start": [1.0, 0.5]}, {"rate": 0.9}, ["here", 1])
    assert told == [0.9]
    assert picture.rate == picture.state.rate == 0.9
    assert picture.frame["reply"] == ["here", 1]


def test_what_the_browser_moves_is_told_once(picture, drawn):
    told = []
    picture.observe(lambda change: told.append((change.name, change.new)), ["start", "rate", "count"])
    browser_moves(picture, {"start": [1.0, 0.5]}, {"rate": 0.75, "count": 900})
    assert sorted(told) == [("count", 900), ("rate", 0.75), ("start", (1.0, 0.5))]
    assert len(drawn) == 2
    picture.set("rate", 0.1)
    picture.move("start", (0.0, 0.0))
    assert told[-2:] == [("rate", 0.1), ("start", (0.0, 0.0))]


def test_a_float_slider_drives_a_picture_both_ways_without_echo(picture, drawn):
    knob = ipywidgets.FloatSlider(min=0, max=1, step=0.01, value=0.5)
    frames = []
    picture.observe(lambda change: frames.append(change.new["reply"]), "frame")
    ipywidgets.link((knob, "value"), (picture, "rate"))
    knob.value = 0.8
    assert picture.state.rate == 0.8
    assert frames == [[]]
    browser_moves(picture, controls={"rate": 0.3}, seq=7)
    assert knob.value == 0.3
    assert frames == [[], ["here", 7]], "the browser was answered once, and nothing came back to it"
    assert len(drawn) == 3


def test_two_pictures_are_linked(drawn):
    def make():
        return plain(handles={"start": Handle((0.5, 0.25))}, controls={"way": choice("way", ["a", "b"])})

    one, other = make(), make()
    for name in ("start", "way"):
        ipywidgets.link((one, name), (other, name))
    browser_moves(one, {"start": [1.0, 0.5]}, {"way": "b"})
    assert (other.start, other.way) == ((1.0, 0.5), "b")
    browser_moves(other, {"start": [-1.0, -0.5]}, {"way": "a"})
    assert (one.start, one.way) == ((-1.0, -0.5), "a")


def test_a_callback_may_set_another_setting(picture):
    picture.observe(lambda change: setattr(picture, "on", change.new > 0.5), "rate")
    browser_moves(picture, controls={"rate": 0.9})
    assert picture.state.on is True
    assert picture.frame["controls"]["on"] is True


# ipywidgets 8.1.5 draws figures through a name that newer ipykernels warn of.
@pytest.mark.filterwarnings("ignore:.ipykernel.pylab.backend_inline. is deprecated:DeprecationWarning")
def test_interact_reaches_a_setting(picture):
    def turn(rate):
        picture.rate = rate

    made = ipywidgets.interactive(turn, rate=(0.0, 1.0, 0.1))
    made.children[0].value = 0.2
    made.update()
    assert picture.state.rate == pytest.approx(0.2)


def test_a_picture_stands_in_boxes(picture):
    knob = ipywidgets.FloatSlider()
    box = ipywidgets.HBox([ipywidgets.Tab([picture]), knob])
    assert box.children[0].children == (picture,)


def test_names_that_a_picture_has_already_are_refused():
    for name in ("observe", "layout", "frame", "panels", "readout", "set"):
        with pytest.raises(ValueError, match=f"must not be called {name}: a picture has that already"):
            plain(controls={name: toggle("x")})


def test_the_traits_are_made_from_controls_and_handles():
    class Own(HasTraits):
        pass

    own = Own()
    own.add_traits(**setting_traits({"a.b": slider("a", 0, 1, 0.5)}, {"at": Handle((1, 2))}))
    assert (getattr(own, "a.b"), own.at) == (0.5, (1.0, 2.0))
    own.at = [3, 4]
    assert own.at == (3.0, 4.0)
