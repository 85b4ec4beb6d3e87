"""Windows: what can be drawn passes as it is, all else is refused in a sentence that names the argument."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils.objectives import Rastrigin, himmelblau, quadratic
from course_utils.objectives.windows import window_of
from tests.tools.search import examples

ENDS = st.tuples(st.floats(), st.floats())


@examples(200)
@given(ENDS, ENDS)
@example((0.0, 1e-310), (0.0, 1e-310))
@example((-1e300, 1e300), (0.0, 1.0))
@example((-5e299, 5e299), (0.0, 1e-280))
def test_a_window_passes_as_it_is_or_is_refused(across, up):
    try:
        assert window_of(himmelblau(), (across, up)) == (across, up)
    except ValueError as error:
        assert str(error).startswith("window must ")  # noqa: PT017  (either is right)
        return
    for low, high in (across, up):
        assert max(abs(low), abs(high)) <= 1e300
        assert 1e-280 <= high - low <= 1e300
        assert (np.diff(np.linspace(low, high, 10)) > 0).all()


@pytest.mark.parametrize(
    ("window", "says"),
    [
        (((0, 5e-324), (0, 1)), "window must be between 1e-280 and 1e"),
        (((1, 1 + 4e-16), (0, 1)), "window must be wider than double precision can resolve"),
        (((-1e308, 1e308), (0, 1)), "window must lie between -1e"),
        (((0, np.nan), (0, 1)), "window must lie between"),
        (((0, 1), (1, 1)), "window must have low < high, got"),
        ((0, 1), r"window must be \(\(low, high\), \(low, high\)\), got \(0, 1\)"),
        (((0, 1), (0, 1), (0, 1)), r"window must be \(\(low, high\)"),
        ("wide", "window must hold real numbers"),
        (((0, 1), (0, 1j)), "window must hold real numbers"),
        (((0, 10**400), (0, 1)), "window must hold real numbers"),
    ],
)
def test_what_is_wrong_is_said(window, says):
    with pytest.raises(ValueError, match=says):
        window_of(himmelblau(), window)


def test_without_a_window_the_domain_is_shown_and_named():
    assert window_of(Rastrigin(), None) == Rastrigin().domain
    assert window_of(quadratic([1.0]), (-3, 2)) == ((-3.0, 2.0),)
    with pytest.raises(ValueError, match=r"objective\.domain must lie between"):
        window_of(quadratic([1.0], domain=((-1e308, 1e308),)), None)
    with pytest.raises(ValueError, match=r"window must be \(low, high\), got \(\(0, 1\),\)"):
        window_of(quadratic([1.0]), ((0, 1),))
