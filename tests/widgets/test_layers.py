"""What panels show: points, windows, landscapes, numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import Objective, catalogue, quadratic
from course_utils.widgets import Landscape, Line, Panel, number
from course_utils.widgets.axes import resolve_window
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
