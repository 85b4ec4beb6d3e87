"""Windows of panels: what they hold, and what they refuse."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils.widgets import Line, Panel
from course_utils.widgets.axes import resolve_window

finite = st.floats(-1e12, 1e12)


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=30), st.booleans(), st.booleans())
@example([(0.0, 5e-324)], False, False)
@example([(0.0, 5e-324)], True, True)
@example([(0.0, 0.0), (5e-324, 5e-320)], False, False)
@example([(2e-301, 3e-308), (4e-301, -3e-308)], False, False)
@example([(0.0, -0.0)], False, False)
@example([(1e12, 1.0), (1e12 * (1 + 2e-16), 1.0)], False, False)
def test_automatic_window_holds_all_that_is_drawn(points, log_x, log_y):
    panel = Panel(log_x=log_x, log_y=log_y)
    x0, x1, y0, y1 = resolve_window(panel, [Line(points)])
    assert x0 < x1
    assert y0 < y1
    for axis, log, low, high in ((0, log_x, x0, x1), (1, log_y, y0, y1)):
        values = np.array(points)[:, axis]
        if log:
            assert low > 0
            values = values[values > max(values.max() * 1e-15, 1e-280)]
        slack = 1e-9 * (abs(low) + abs(high))
        assert 1e-281 <= high - low <= 1e300
        assert (values >= low - slack).all()
        assert (values <= high + slack).all()


ends = st.one_of(st.none(), st.floats())


@given(ends, ends, st.lists(st.floats(), min_size=1, max_size=5), st.booleans())
@example(1e17, None, [0.0], False)  # low + 1 is low
@example(1e17, 1e17 + 32, [0.0], False)  # counting ticks never came to an end in the browser
@example(None, 5e-324, [1e299], False)
@example(None, -1.7e308, [0.0], False)
@example(-1e300, None, [9e299], False)
@example(1e-280, 1e300, [1.0], True)
@example(1e-280, None, [9e299], True)
@example(None, 1e300, [1e-279], True)
@example(None, 1e-320, [0.0], True)
@example(1.0, 1.0, [0.0], False)
@example(-0.0, 0.0, [0.0], False)
@example(-1e308, 1e308, [0.0], False)
def test_a_window_with_given_ends_is_drawn_or_refused(low, high, values, log):
    layers = [Line([(0.0, value) for value in values])]
    try:
        panel = Panel(log_y=log, window=(0, 1, low, high))
    except ValueError:
        with pytest.raises(ValueError, match="window must"):
            resolve_window(Panel(log_y=log), layers, (0, 1, low, high))
        return
    *_, bottom, top = resolve_window(panel, layers)
    assert low in (None, bottom)
    assert high in (None, top)
    assert 1e-281 <= top - bottom < np.inf
    assert top - bottom > 1e-14 * max(abs(bottom), abs(top))
    if log:
        assert bottom > 0
        assert top / bottom <= 1.001e300


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"window": (1, 0, 0, 1)}, "low < high"),
        ({"window": (0, 5e-324, 0, 1)}, "wide and high"),
        ({"window": (0, 1, -9e299, 9e299)}, "wide and high"),
        ({"window": (0, 1, -1e308, 1e308)}, "must lie between"),
        ({"window": (0, 1, None, np.nan)}, "must lie between"),
        ({"window": (0, 1, 1e17, 1e17 + 32)}, "double precision"),
        ({"window": (1e-281, 1, 0, 1), "log_x": True}, "logarithmic"),
        ({"window": (1e-280, 1e30, 0, 1), "log_x": True}, "span less than"),
        ({"window": (0, 1, 0, 1), "log_x": True}, "positive on a logarithmic axis"),
        ({"ratio": "equal"}, "needs a window"),
        ({"ratio": "square"}, "ratio must be"),
    ],
)
def test_panels_refuse_what_cannot_be_drawn(settings, says):
    with pytest.raises(ValueError, match=says):
        Panel(**settings)
