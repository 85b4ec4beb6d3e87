"""Kinds of stationary points, and condition numbers."""

import numpy as np
import pytest

from course_utils import curvature, objectives
from course_utils.curvature import classify, condition_number


@pytest.mark.parametrize(
    ("eigenvalues", "kind", "index", "zeros"),
    [
        ([3.0, 1.0], "minimum", 0, 0),
        ([-3.0, -1.0], "maximum", 2, 0),
        ([1.0, -1.0, 2.0], "saddle", 1, 0),
        ([2.0, 0.0, -1.0], "saddle", 1, 1),
        ([1.0, 0.0], "degenerate", 0, 1),
        ([-1.0, 0.0], "degenerate", 1, 1),
        ([0.0, 0.0], "degenerate", 0, 2),
        ([1.0, -1e-14], "degenerate", 0, 1),
    ],
)
def test_classify(eigenvalues, kind, index, zeros):
    verdict = curvature.classify(eigenvalues)
    assert (verdict.kind, verdict.index, verdict.zeros) == (kind, index, zeros)
    assert verdict.reason


def test_the_tolerance_is_explicit():
    assert curvature.classify([1.0, -1e-3]).kind == "saddle"
    assert curvature.classify([1.0, -1e-3], tolerance=1e-2).kind == "degenerate"
    assert curvature.classify([1.0, -1e-3], tolerance=1e-2).tolerance == 1e-2


def test_only_stationary_points_are_classified():
    saddle = objectives.min_max_saddle()
    assert curvature.classify_point(saddle, [0.0, 0.0]).kind == "saddle"
    with pytest.raises(ValueError, match="x must be stationary"):
        curvature.classify_point(saddle, [0.1, 0.0])


def test_condition_number():
    assert curvature.condition_number([[100.0, 0.0], [0.0, 1.0]]) == 100.0
    assert curvature.condition_number([-4.0, 2.0]) == 2.0
    assert curvature.condition_number([1.0, 0.0]) == np.inf


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: curvature.classify([]), "eigenvalues must have shape"),
        (lambda: curvature.classify([1.0, np.nan]), "eigenvalues must be finite"),
        (lambda: curvature.classify([1.0], tolerance=-1.0), "tolerance must be"),
        (lambda: curvature.condition_number(np.zeros((2, 3))), "hessian must have shape"),
        (lambda: curvature.condition_number([0.0, 0.0]), "not zero"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_complex_numbers_and_numbers_that_are_none_are_refused():
    for call, message in [
        (lambda: classify(np.array([1j])), "eigenvalues must hold real numbers"),
        (lambda: classify(["1"]), "eigenvalues must hold real numbers"),
        (lambda: classify([1.0], tolerance="1"), "tolerance must be a finite number"),
        (lambda: classify([1.0], tolerance=np.nan), "tolerance must be a finite number"),
        (lambda: condition_number(np.eye(2) * 1j), "hessian must hold real numbers"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    assert classify([3, -1]).kind == "saddle"
    assert classify(np.array([1e-300, -1e-300])).kind == "saddle"
