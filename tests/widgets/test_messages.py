"""What layers become on their way to the browser."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.widgets import Arrow, Bars, Line, Panel, Points, Text
from course_utils.widgets.messages import encode


@given(st.floats(-1e6, 1e6), st.floats(1e-9, 1e6))
def test_points_keep_their_place_in_windows_of_any_size(centre, size):
    window = (centre, centre + size, centre, centre + size)
    fractions = np.linspace(0, 1, 5)
    points = np.stack([centre + fractions * size] * 2, axis=-1)
    described, data = encode([Panel()], [[Line(points)]], [window])
    assert described[0]["layers"][0]["n"] == 5
    # What float64 itself can tell of a point in so small a window, so far from the origin.
    tolerance = 1e-6 + 4 * np.spacing(abs(centre) + size) / size
    assert np.frombuffer(data, np.float32).reshape(-1, 2)[:, 0] == pytest.approx(fractions, abs=tolerance)


def test_log_axes_drop_what_they_cannot_show():
    panel = Panel(log_y=True)
    _, data = encode([panel], [[Line([(0, 1), (1, 0), (2, -1), (3, 100)])]], [(0, 3, 1, 100)])
    sent = np.frombuffer(data, np.float32).reshape(-1, 2)
    assert np.isnan(sent[:, 1]).tolist() == [False, True, True, False]
    assert sent[3].tolist() == [1.0, 1.0]


def test_infinity_and_overflow_stay_drawable():
    _, data = encode([Panel()], [[Line([(0, np.inf), (1, 1e308), (2, np.nan), (3, 0)])]], [(0, 3, 0, 1)])
    sent = np.frombuffer(data, np.float32).reshape(-1, 2)
    assert np.isnan(sent[2, 1])
    assert np.isfinite(np.delete(sent, 2, axis=0)).all()


def test_each_layer_describes_itself():
    layers = [
        Line([(0, 0), (1, 1)], "vermillion", "dash", label="path", marker="square"),
        Points((0.5, 0.5), hollow=True),
        Arrow([(0, 0), (0, 1)], [(1, 1), (1, 0)]),
        Text((0.2, 0.3), "here"),
        Bars([0, 1, 3], [2, 5]),
    ]
    described, data = encode([Panel()], [layers], [(0, 3, 0, 5)])
    entries = described[0]["layers"]
    assert [entry["kind"] for entry in entries] == ["line", "line", "arrow", "text", "bars"]
    assert [entry["n"] for entry in entries] == [2, 1, 4, 1, 4]
    assert [entry["first"] for entry in entries] == [0, 2, 3, 7, 8]
    assert len(data) == 12 * 8
    assert entries[0]["color"] == "#D55E00"
    bars = np.frombuffer(data, np.float32).reshape(-1, 2)[8:]
    assert bars == pytest.approx(np.array([[0, 0], [1 / 3, 0.4], [1 / 3, 0], [1, 1]]), abs=1e-6)


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (Line([1, 2, 3]), r"points must have shape \(n, 2\), got \(3,\)"),
        (Arrow((0, 0), [(1, 1), (2, 2)]), r"start and end must have the same shape"),
        (Bars([0, 1], [1, 2]), r"edges must have one entry more than heights"),
    ],
)
def test_layers_of_a_wrong_shape_say_so(layer, says):
    with pytest.raises(ValueError, match=says):
        encode([Panel()], [[layer]], [(0, 1, 0, 1)])
