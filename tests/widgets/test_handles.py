"""Handles: where they may go, and what they are tied to."""

import pytest

from course_utils.widgets import Handle, OnCircle, OnGraph, OnLine, OnPolyline, slider
from tests.tools.scenes import plain


def test_handles_stay_in_their_window():
    made = plain(handles={"a": Handle((0, 0))})
    made.move("a", (50, -50))
    assert made.state.a.tolist() == [2.0, -1.0]


def test_handle_on_a_line_a_graph_and_a_polyline():
    made = plain(
        handles={
            "line": Handle((0, 0), on=OnLine(0.5)),
            "graph": Handle((0, 0), on=OnGraph(lambda x, state: state.bend * x**2)),
            "corner": Handle((0, 0), on=OnPolyline([(-1, 0), (0, 0), (0, 1)])),
        },
        controls={"bend": slider("bend", -0.5, 0.5, 0.25)},
    )
    for name in made.handles:
        made.move(name, (1.0, 0.75))
    assert made.state.line.tolist() == [1.0, 0.5]
    assert made.state.graph.tolist() == [1.0, 0.25]
    assert made.state.corner.tolist() == [0.0, 0.75]
    made.set("bend", -0.5)
    assert made.state.graph.tolist() == [1.0, -0.5]
    assert made.frame["handles"][1]["at"] == [1.0, -0.5]
    assert [handle["names"] for handle in made.handle_list] == [["x"], ["x"], ["x", "y"]]


def test_handle_on_a_circle_goes_with_its_centre_and_keeps_its_angle():
    made = plain(
        handles={"point": Handle((0.5, 0.25)), "d": Handle((0.5, 0.75), on=OnCircle("point", 0.5))},
    )
    assert made.state.d == pytest.approx([0.5, 0.75])
    made.move("d", (-1.5, 0.25))
    assert made.state.d == pytest.approx([0.0, 0.25])
    for place in ([-1.0, -0.5], [1.7, 0.9], [-2.0, 1.0]):
        made.move("point", place)
        assert made.state.d - made.state.point == pytest.approx([-0.5, 0.0])
    made.move("d", made.state.point)  # no direction at all: to the right
    assert made.state.d - made.state.point == pytest.approx([0.5, 0.0])
    assert made.frame["handles"][1]["centre"] == made.state.point.tolist()


def several(**slider_settings):
    handles = {
        "a": Handle((0, 0)),
        "one": Handle((1, 0.5), among=("count", 1)),
        "two": Handle((-1, 0.5), among=("count", 2)),
    }
    return plain(handles=handles, controls={"count": slider("count", 0, 2, 1, **slider_settings)})


def test_handles_that_come_and_go_with_a_slider():
    made = several(whole=True)
    assert [handle["among"] for handle in made.handle_list] == [None, ["count", 1], ["count", 2]]
    there = {
        count: [name for name, handle in made.handles.items() if handle.is_there({"count": count})]
        for count in (0, 1, 2)
    }
    assert there == {0: ["a"], 1: ["a", "one"], 2: ["a", "one", "two"]}
    made.move("two", (0.5, 0.25))  # one that is not to be seen keeps its place
    assert made.state.two.tolist() == [0.5, 0.25]


def test_the_slider_that_handles_come_and_go_with_counts():
    with pytest.raises(ValueError, match="among of handle 'one' must name a whole slider, got 'count'"):
        several()
    with pytest.raises(ValueError, match="among of handle 'one' must name a whole slider, got 'nothing'"):
        plain(handles={"one": Handle((0, 0), among=("nothing", 1))})
