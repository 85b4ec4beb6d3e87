"""Directions and averages after clipping."""

import numpy as np
import pytest

from course_utils.optimizers import clip_by_norm, clip_by_value
from course_utils.optimizers.clipping import clipped_rest, turned_degrees


def test_angles():
    assert turned_degrees([1, 0], [1, 1]) == pytest.approx(45)
    assert turned_degrees([1, 0], [-2, 0]) == pytest.approx(180)
    assert turned_degrees([1.0, 1e-9], [1.0, 0.0]) == pytest.approx(np.degrees(1e-9), rel=1e-6)
    g = np.random.default_rng(4).standard_normal((20, 30))
    assert turned_degrees(g, clip_by_norm(g, 0.1)).max() < 1e-6


@pytest.mark.parametrize("threshold", [0.05, 0.7, 3.0, 20.0, 500.0])
def test_clipped_descent_comes_to_rest_where_said(threshold):
    samples = np.array([0, 1, 2.5, 3, 4, 5.5, 6, 7, 50.0])
    x = 20.0
    for _ in range(40_000):
        x -= 0.02 * clip_by_value(x - samples, threshold).mean()
    assert clipped_rest(samples, threshold) == pytest.approx(x, abs=1e-3)


def test_the_rest_lies_between_median_and_mean():
    samples = np.array([0.0, 1.0, 2.0, 10.0])
    assert clipped_rest(samples, 1e-6) == pytest.approx(1.5)
    assert clipped_rest(samples, 1e6) == pytest.approx(samples.mean())
    assert clipped_rest([4.0], 0.1) == pytest.approx(4.0)


@pytest.mark.parametrize(("samples", "threshold", "name"), [([], 1.0, "samples"), ([1.0], 0.0, "threshold")])
def test_the_rest_needs_samples_and_a_threshold(samples, threshold, name):
    with pytest.raises(ValueError, match=f"{name} must"):
        clipped_rest(samples, threshold)


def test_angles_of_vectors_of_any_size():
    assert turned_degrees([1e200, 0], [1e-200, 1e-200]) == pytest.approx(45)
    assert turned_degrees([1e308, 1e308], [0, 5e-324]) == pytest.approx(45)
    assert turned_degrees([0.0, 0.0], [1.0, 0.0]) == 0
