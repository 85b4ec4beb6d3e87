"""Grounds: a window of any size is drawn without a warning, or refused by a sentence that names it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils import objectives, plotting
from course_utils.optimizers import GradientDescent, minimize
from tests.tools.search import examples

ENDS = st.tuples(st.floats(), st.floats())
PLANE = {name: objectives.catalogue()[name] for name in ("Himmelblau", "monkey saddle", "tilted bowl")}
LINE = {
    "cubic": objectives.from_function(lambda x: x[0] ** 3 - 3 * x[0], 1),
    "bowl": objectives.quadratic([2.0]),
    "dome": objectives.quadratic([-1.0]),
}
REFUSED = re.compile("window must |objective must be finite somewhere in ")


def drawn_or_refused(draw, objective, window):
    run = minimize(objective, GradientDescent(1e-3), [0.5] * objective.dim, 3)
    try:
        draw(objective, run, window=window).png()
    except ValueError as error:
        assert REFUSED.match(str(error)), error  # noqa: PT017  (either is right)


@examples(10)
@given(
    st.sampled_from([plotting.contour, plotting.surface_and_contour]), st.sampled_from([*PLANE]), ENDS, ENDS
)
@example(plotting.contour, "Himmelblau", (0, 1e-310), (0, 1e-310))
@example(plotting.contour, "Himmelblau", (-1e308, 1e308), (0, 1))
@example(plotting.contour, "Himmelblau", (7e-280, 1e300), (1e-200, 1.00004e-200))
@example(plotting.contour, "monkey saddle", (5e-324, 1e154), (276.0, 873.0))
@example(plotting.contour, "monkey saddle", (-1e77, 1e154), (9e-85, 1e154))
@example(plotting.contour, "tilted bowl", (-1e-160, 5e-47), (-3e280, 1e-310))
@example(plotting.surface_and_contour, "monkey saddle", (-4.8e-108, -1e-310), (-7.466e-83, -7.465e-83))
def test_landscapes_are_drawn_or_refused(draw, name, across, up):
    drawn_or_refused(draw, PLANE[name], (across, up))


@examples(20)
@given(st.sampled_from([*LINE]), ENDS)
@example("bowl", (0.0, 1e-310))
@example("bowl", (8.8e63, 2.2e214))
@example("dome", (-1e154, 1e60))
@example("bowl", (1e154, 1.0364847679583489e154))
@example("dome", (-9.07e299, -9e299))
@example("bowl", (1e20, 1.000001e20))
def test_curves_are_drawn_or_refused(name, window):
    drawn_or_refused(plotting.curve, LINE[name], window)


def test_the_two_thin_windows_that_were_drawn_wrong_are_refused():
    for thin in ((0, 5e-324), (1, 1 + 4e-16)):
        with pytest.raises(ValueError, match="window must be"):
            plotting.contour(PLANE["Himmelblau"], window=(thin, (0, 1)))
