"""What every objective says of points and directions that do not fit."""

import numpy as np
import pytest

from course_utils.objectives import catalogue, from_function

CATALOGUE = catalogue()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: CATALOGUE["Himmelblau"].value([1.0, 2.0, 3.0]),
            r"x must have shape \(\.\.\., 2\), got \(3,\)",
        ),
        (lambda: CATALOGUE["Himmelblau"].gradient(1.0), "x must have shape"),
        (lambda: CATALOGUE["Himmelblau"].value([np.nan, 0.0]), "x must be finite"),
        (lambda: CATALOGUE["Himmelblau"].hvp([0.0, 0.0], [1.0]), "v must have shape"),
        (
            lambda: CATALOGUE["Himmelblau"].hvp(np.zeros((2, 2)), np.zeros((3, 2))),
            r"shapes must fit together, got x \(2, 2\) and v \(3, 2\)",
        ),
        (lambda: CATALOGUE["Himmelblau"].value("here"), "x must hold real numbers"),
        (lambda: CATALOGUE["Himmelblau"].hessian_operator(np.zeros((3, 2))), "x must be one point"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (3, r"critical_points must be pairs \(x, kind\) with x of shape \(2,\), got 3"),
        ([3], r"critical_points must be pairs \(x, kind\).*got \[3\]"),
        ([([0.0, 0.0], "saddle", 1)], "critical_points must be pairs"),
        ([([0.0, 0.0], "foo")], "kind must be one of .*'saddle'.* got 'foo'"),
        ([([0.0, 0.0], None)], "kind must be one of .*got None"),
        ([([[0.0, 0.0]], "saddle")], r"x of shape \(2,\), got shape \(1, 2\)"),
        ([([0.0], "saddle")], r"x must have shape \(\.\.\., 2\), got \(1,\)"),
    ],
)
def test_critical_points_that_are_none_are_refused(points, words):
    with pytest.raises(ValueError, match=words):
        from_function(lambda x: x[0] ** 2 - x[1] ** 2, 2, critical_points=points)
