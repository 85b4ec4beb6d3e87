"""Which states are recorded: the first one exactly, ends of sliders, every word, as many as allowed."""

import math

import numpy as np
import pytest

from course_utils.widgets import Handle, OnCircle, OnGraph, OnLine, OnPolyline, choice, slider, toggle
from tests.tools.scenes import WINDOW, plain


def found(most=500, stops=None, **settings):
    made = plain(**settings)
    recording = made.record(states=most, stops=stops)
    return made, recording.lattice


def axis(lattice, name, part="value"):
    return next(axis for axis in lattice.axes if (axis.name, axis.part) == (name, part))


@pytest.mark.parametrize("at", [(0.1, 0.2), (-2.0, 1.0), (1.999, -0.999)])
def test_the_first_state_comes_first_and_is_exact(at):
    rate = slider("η", 0.01, 1.0, 0.037, log=True)
    _, lattice = found(handles={"start": Handle(at)}, controls={"rate": rate})
    wanted, values = lattice.at(lattice.states[0])
    assert wanted["start"].tolist() == list(at)
    assert values == {"rate": 0.037}
    assert len(np.unique(lattice.states, axis=0)) == len(lattice.states) <= 500


def test_a_slider_keeps_its_ends_and_its_way():
    made, lattice = found(controls={"a": slider("a", 1e-3, 10, 0.5, log=True)})
    stops = axis(lattice, "a").stops
    assert (stops[0], stops[-1]) == (pytest.approx(1e-3), pytest.approx(10))
    ratios = np.diff(np.log(stops))
    assert np.median(ratios) == pytest.approx(math.log(1e4) / (len(stops) - 1), rel=1e-6)
    assert all(made.controls["a"].take(stop) == stop for stop in stops)


def test_a_slider_of_whole_numbers_has_no_stop_twice():
    _, lattice = found(controls={"k": slider("k", 1, 5, 3, whole=True)})
    assert axis(lattice, "k").stops == (1, 2, 3, 4, 5)


@pytest.mark.parametrize("value", [None, 0.5])
def test_a_switch_can_be_switched_off(value):
    clip = slider("clip", 0.1, 1.0, value, switch=True, off=None)
    _, lattice = found(controls={"clip": clip})
    chosen = axis(lattice, "clip")
    assert chosen.stops[-1] is None
    assert chosen.stops[chosen.first] == value
    assert len(chosen.stops) > 10


def test_menus_keep_every_word_and_switches_both_states():
    menu = choice("f", {"one": 1, "two": 2, "three": 3}, 2)
    _, lattice = found(controls={"f": menu, "on": toggle("on", True)})
    assert axis(lattice, "f").stops == (1, 2, 3)
    assert len(lattice.states) == 6


def test_handles_have_stops_where_they_may_go():
    corners = [(-1.0, 0.0), (0.0, 0.5), (1.0, 0.5)]
    handles = {
        "line": Handle((0.3, 0.0), on=OnLine()),
        "graph": Handle((0.3, 0.0), on=OnGraph(lambda x, state: x**2 / 4)),
        "bend": Handle((0.0, 0.5), on=OnPolyline(corners)),
        "turn": Handle((1.0, 0.0), on=OnCircle((0.0, 0.0), 1.0)),
    }
    made, lattice = found(handles=handles)
    for state in lattice.states[:: len(lattice.states) // 40]:
        wanted, values = lattice.at(state)
        placed = made._parts.place(wanted, values)
        assert placed["line"][1] == 0.0
        assert placed["graph"][1] == pytest.approx(placed["graph"][0] ** 2 / 4)
        assert placed["bend"] == pytest.approx(wanted["bend"])  # already on the polyline
        assert np.hypot(*placed["turn"]) == pytest.approx(1.0)
    assert axis(lattice, "line", "x").stops[0] == WINDOW[0]
    assert {axis.part for axis in lattice.axes} == {"x", "point", "angle"}


def test_a_handle_that_hangs_on_another_goes_along():
    handles = {"point": Handle((0.5, 0.25)), "turn": Handle((0.5, 0.75), on=OnCircle("point", 0.5))}
    made, lattice = found(handles=handles)
    for state in lattice.states[::17]:
        placed = made._parts.place(*lattice.at(state))
        assert np.hypot(*(placed["turn"] - placed["point"])) == pytest.approx(0.5)
    first = made._parts.place(*lattice.at(lattice.states[0]))
    assert first["turn"] == pytest.approx([0.5, 0.75])


def test_many_sliders_are_each_recorded_to_both_ends():
    controls = {name: slider(name, 0.0, 1.0, 0.3) for name in "abcdef"}
    _, lattice = found(handles={"start": Handle((0, 0))}, controls=controls)
    assert 200 < len(lattice.states) <= 500
    rest = lattice.states != lattice.first
    for k, one in enumerate(lattice.axes):
        alone = lattice.states[(rest.sum(axis=1) - rest[:, k]) == 0][:, k]
        assert set(alone) == set(range(len(one)))


def test_a_hint_gives_stops_or_leaves_a_control_alone():
    controls = {"a": slider("a", 0.0, 1.0, 0.3), "b": choice("b", ["x", "y"])}
    _, lattice = found(handles={"p": Handle((0, 0))}, controls=controls, stops={"a": 3, "b": 1, "p": 9})
    assert (len(axis(lattice, "a")), len(axis(lattice, "b")), len(axis(lattice, "p", "y"))) == (3, 1, 9)
