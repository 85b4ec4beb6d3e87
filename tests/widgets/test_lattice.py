"""Which states are recorded: the first one exactly, ends of sliders, every word, as many as allowed."""

import math

import numpy as np
import pytest

from course_utils import pictures
from course_utils.widgets import Handle, OnCircle, OnGraph, OnLine, OnPolyline, choice, slider, toggle
from course_utils.widgets.lattice import lattice as chosen
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


def both_moved(lattice, one, other):
    """Return how many stops of ``one``, beside its first, have a state in which ``other`` is moved, too."""
    moved = lattice.states != lattice.first
    own, others = ([k for k, a in enumerate(lattice.axes) if a.name == name] for name in (one, other))
    states = lattice.states[moved[:, own].any(axis=1) & moved[:, others].any(axis=1)]
    return len(np.unique(states[:, own], axis=0))


def moves_of(made, most=500):
    """Return the states of a picture with its own hint, chosen but not drawn."""
    parts = made._parts
    return chosen(parts, made._placed, made._values, most, parts.stops)


@pytest.mark.parametrize("sliders", [2, 4, 6, 7])
@pytest.mark.parametrize("others", [0, 1])
def test_every_stop_of_a_control_has_places_of_the_first_handle(sliders, others):
    """Whoever has dragged the start moves a slider next; the start must not go back for it."""
    controls = {f"s{k}": slider(f"s{k}", 0.0, 1.0, 0.3) for k in range(sliders)}
    controls |= {"menu": choice("f", ["one", "two", "three"]), "on": toggle("on")}
    handles = {"start": Handle((0.1, 0.2)), **{f"h{k}": Handle((0.5, 0.5)) for k in range(others)}}
    _, lattice = found(handles=handles, controls=controls)
    assert len(lattice.states) <= 500
    for name in controls:
        assert both_moved(lattice, name, "start") == len(axis(lattice, name)) - 1
    assert len(axis(lattice, "start", "x")) >= 6


def test_some_stops_of_a_circle_go_all_around_it():
    handles = {"turn": Handle((1.0, 0.0), on=OnCircle((0.0, 0.0), 1.0)), "at": Handle((0, 0))}
    controls = {name: slider(name, 0.0, 1.0, 0.3) for name in "abcd"}
    _, lattice = found(handles=handles, controls=controls)
    turn, a = ([one.name for one in lattice.axes].index(name) for name in ("turn", "a"))
    turned = np.unique(lattice.states[lattice.states[:, a] == 0][:, turn]) / len(lattice.axes[turn])
    assert len(turned) >= 3
    assert np.diff(np.append(turned, 1.0)).max() <= 0.4


def test_a_picture_gives_hints_and_the_call_overrules_them():
    controls = {"a": slider("a", 0.0, 1.0, 0.3), "b": choice("b", ["x", "y"])}
    hinted = plain(handles={"p": Handle((0, 0))}, controls=controls, stops={"p": 4, "b": 1})
    own, other = hinted.record().lattice, hinted.record(stops={"p": 5}).lattice
    assert [len(axis(own, *which)) for which in (("p", "x"), ("p", "y"), ("b",))] == [4, 4, 1]
    assert [len(axis(other, *which)) for which in (("p", "x"), ("b",))] == [5, 1]


def test_the_readers_own_landscape_moves_its_start_and_three_hills():
    lattice = moves_of(pictures.own_landscape())
    assert len(lattice.states) <= 500
    for name in ("start", "place_1", "place_2", "place_3"):
        k, j = ([(a.name, a.part) for a in lattice.axes].index((name, part)) for part in "xy")
        rest = np.delete(lattice.states != lattice.first, [k, j], axis=1).any(axis=1)
        assert len(np.unique(lattice.states[~rest][:, [k, j]], axis=0)) >= 36  # alone, 6 stops each way
    for name in ("count", "learning_rate", "map_of", "marked"):
        assert both_moved(lattice, name, "start") == len(axis(lattice, name)) - 1 > 0
    assert all(len(a) == 1 for a in lattice.axes if a.name[-1] in "456" or a.name == "bowl")


@pytest.mark.parametrize("k", [1, 2, 3])
def test_one_more_and_one_less_leave_a_dragged_hill_near_where_it_is(k):
    lattice = moves_of(pictures.own_landscape(), 380)  # as many as there is room for, in bytes
    x, y, count = ([(a.name, a.part) for a in lattice.axes].index(part) for part in at(k))
    rest = np.delete(lattice.states != lattice.first, [x, y, count], axis=1).any(axis=1)
    for more in (-1, 1):
        states = lattice.states[~rest & (lattice.states[:, count] == lattice.first[count] + more)]
        places = np.stack([np.asarray(lattice.axes[j].units)[states[:, j]] for j in (x, y)], axis=-1)
        wanted = np.stack(np.meshgrid(*2 * [np.linspace(0, 1, 21)]), axis=-1).reshape(-1, 1, 2)
        assert np.abs(wanted - places).max(axis=-1).min(axis=1).max() <= 0.26  # of the window


def at(k):
    return (f"place_{k}", "x"), (f"place_{k}", "y"), ("count", "value")


@pytest.mark.parametrize(("sliders", "places", "stops"), [(1, 25, 5), (2, 25, 9), (3, 16, 9), (5, 16, 6)])
def test_a_handle_dragged_anywhere_stays_near_when_a_slider_is_moved(sliders, places, stops):
    controls = {f"s{k}": slider(f"s{k}", 0.0, 1.0, 0.3) for k in range(sliders)}
    _, lattice = found(handles={"start": Handle((-1.2, 0.2))}, controls=controls)
    assert len(lattice.states) <= 500
    for name in controls:
        assert both_moved(lattice, "start", name) >= places - 1
        assert both_moved(lattice, name, "start") == len(axis(lattice, name)) - 1 >= stops - 1


def test_both_units_of_the_small_network_move_together_with_every_steepness():
    lattice = moves_of(pictures.xor_units())
    assert len(lattice.states) <= 500
    names = np.array([one.name for one in lattice.axes])
    moved = lattice.states != lattice.first
    assert not moved[0].any()
    first, second = (moved[:, names == name].any(axis=1) for name in ("first", "second"))
    steep = lattice.states[:, names == "steepness"][:, 0]
    for stop in range(len(axis(lattice, "steepness"))):
        assert np.sum(first & second & (steep == stop)) >= 64
    # Where one was put among these places, it stays while the other is dragged.
    alone = lattice.states[(first & second) & ~moved[:, names == "steepness"][:, 0]]
    pairs = {(tuple(state[names == "first"]), tuple(state[names == "second"])) for state in alone}
    assert len(pairs) == len({one for one, _ in pairs}) * len({other for _, other in pairs})
    assert both_moved(lattice, "first", "second") >= 8
    for unit in ("first", "second"):
        for name in ("b1", "b2", "steepness"):
            assert both_moved(lattice, name, unit) == len(axis(lattice, name)) - 1
