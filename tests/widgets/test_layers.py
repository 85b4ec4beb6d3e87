"""What panels show: points, windows, landscapes, numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import Objective, catalogue, quadratic
from course_utils.widgets import Arrow, Bars, Landscape, Line, Panel, Points, Text, number
from course_utils.widgets.axes import resolve_window
from course_utils.widgets.canvas import encode
from course_utils.widgets.ground import ground_message, sample

finite = st.floats(-1e12, 1e12)


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=30), st.booleans(), st.booleans())
def test_automatic_window_holds_all_that_is_drawn(points, log_x, log_y):
    panel = Panel(log_x=log_x, log_y=log_y)
    x0, x1, y0, y1 = resolve_window(panel, [Line(points)])
    assert x0 < x1
    assert y0 < y1
    for axis, log, low, high in ((0, log_x, x0, x1), (1, log_y, y0, y1)):
        values = np.array(points)[:, axis]
        if log:
            values = values[values > max(values.max() * 1e-15, 0)]
        slack = 1e-9 * (abs(low) + abs(high))
        assert (values >= low - slack).all()
        assert (values <= high + slack).all()


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


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"window": (1, 0, 0, 1)}, "low < high"),
        ({"window": (0, 1, 0, 1), "log_x": True}, "positive on a logarithmic axis"),
        ({"ratio": "equal"}, "needs a window"),
        ({"ratio": "square"}, "ratio must be"),
    ],
)
def test_panels_refuse_what_cannot_be_drawn(settings, says):
    with pytest.raises(ValueError, match=says):
        Panel(**settings)


@pytest.mark.parametrize("objective", [o for o in catalogue().values() if o.dim == 2], ids=lambda o: o.name)
def test_every_landscape_has_shades_and_lines(objective):
    (x0, x1), (y0, y1) = objective.domain
    message = ground_message(Landscape(objective, 61), Panel(), (x0, x1, y0, y1))
    shade = np.frombuffer(message["shade"], np.uint8)
    assert shade.size == 61 * 61
    assert shade.min() == 0
    assert shade.max() == 255
    assert np.isfinite(np.frombuffer(message["lines"], np.float32)).sum() > 100


def test_contour_lines_lie_at_their_levels():
    objective = quadratic([1.0, 3.0])
    ground = sample(objective, (-2.0, 2.0, -2.0, 2.0), 161, 10)
    for level in ground.levels:
        lines = ground.contour_lines(np.array([level]))
        lines = lines[np.isfinite(lines).all(axis=1)]
        assert objective.value(lines) == pytest.approx(level, abs=2e-3)


class Given(Objective):
    """A function of two variables whose calls are counted."""

    def __init__(self, f):
        super().__init__("given", 2)
        self.f, self.calls = f, 0

    def _value(self, x):
        self.calls += 1
        return self.f(x[..., 0], x[..., 1])

    def _gradient(self, x):
        raise NotImplementedError


def test_landscapes_bear_infinite_heights_but_not_only_those():
    wall = Given(lambda x, y: np.where(x > 0, np.inf, y))
    values = sample(wall, (-1.0, 1.0, -1.0, 1.0), 21, 5).values
    assert np.isfinite(values).all()
    assert values.max() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="finite somewhere"):
        sample(Given(lambda x, y: x * np.nan), (-1.0, 1.0, -1.0, 1.0), 21, 5)


def test_landscapes_may_be_flat():
    message = ground_message(Landscape(Given(lambda x, y: 0 * x), 21), Panel(), (-1.0, 1.0, -1.0, 1.0))
    assert len(message["shade"]) == 21 * 21


def test_landscapes_are_evaluated_once():
    objective = Given(lambda x, y: x**2 + y)
    for _ in range(3):
        sample(objective, (-1.0, 1.0, -1.0, 1.0), 31, 5)
    assert objective.calls == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.43621, "0.4362"),
        (-12.5, "−12.5"),
        (1234567.0, "1.235·10⁶"),
        (2.3e-7, "2.3·10⁻⁷"),
        (-1e-30, "−1·10⁻³⁰"),
        (np.inf, "∞"),
        (-np.inf, "−∞"),
        (np.nan, "NaN"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert number(value) == text
