"""Damping chosen by lowest loss."""

import pytest

from course_utils.optimizers import (
    DAMPINGS,
    DampingByLoss,
    GradientDescent,
    Newton,
    SaddleFreeNewton,
    minimize,
)


def test_the_damping_is_that_of_lowest_loss(network, start):
    for method in (Newton, SaddleFreeNewton):
        tried = [float(minimize(network, method(value), start, 1).value[-1]) for value in DAMPINGS]
        chosen = minimize(network, DampingByLoss(method()), start, 1)
        assert float(chosen.value[-1]) == pytest.approx(min(tried), rel=1e-9)
    assert "SaddleFreeNewton" in DampingByLoss().label


def test_bad_dampings_are_named():
    with pytest.raises(ValueError, match="dampings must hold finite numbers"):
        DampingByLoss(dampings=(-1.0,))
    with pytest.raises(ValueError, match="method must be Newton"):
        DampingByLoss(GradientDescent())
