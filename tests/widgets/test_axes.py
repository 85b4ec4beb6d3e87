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
            values = values[values > max(values.max() * 1e-15, 1e-300)]
        slack = 1e-9 * (abs(low) + abs(high))
        assert 1e-300 <= high - low <= 1e300
        assert (values >= low - slack).all()
        assert (values <= high + slack).all()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"window": (1, 0, 0, 1)}, "low < high"),
        ({"window": (0, 5e-324, 0, 1)}, "wide and high"),
        ({"window": (0, 1, -1e308, 1e308)}, "wide and high"),
        ({"window": (0, 1, 0, 1), "log_x": True}, "positive on a logarithmic axis"),
        ({"ratio": "equal"}, "needs a window"),
        ({"ratio": "square"}, "ratio must be"),
    ],
)
def test_panels_refuse_what_cannot_be_drawn(settings, says):
    with pytest.raises(ValueError, match=says):
        Panel(**settings)
