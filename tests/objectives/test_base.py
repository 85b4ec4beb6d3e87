"""What every objective says of points and directions that do not fit."""

import numpy as np
import pytest

from course_utils.objectives import catalogue

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
