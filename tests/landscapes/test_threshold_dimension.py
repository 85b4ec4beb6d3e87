"""Where a curve of accuracy against dimension reaches a level, and how sure that is."""

import numpy as np
import pytest

from course_utils.landscapes import median_interval, threshold_dimension


def test_between_two_dimensions_the_score_is_linear_in_the_logarithm():
    dims, scores = [10, 100, 1000], [[0.2, 0.4, 0.8], [0.6, 0.5, 0.9], [0.1, 0.2, 0.3]]
    found = threshold_dimension(dims, scores, 0.6)
    np.testing.assert_allclose(found[:2], [10**2.5, 10], rtol=1e-12)
    assert np.isinf(found[2])
    assert threshold_dimension(dims, scores[0], 0.2) == 10
    assert threshold_dimension(dims, scores[0], 0.4) == pytest.approx(100)
    assert threshold_dimension([7.0], [0.3], 0.3) == 7


def test_the_first_crossing_counts_where_a_curve_falls_again():
    assert threshold_dimension([1, 2, 4, 8], [0.0, 0.9, 0.1, 0.9], 0.9) == pytest.approx(2)


def test_the_interval_holds_the_median_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = []
    for _ in range(1000):
        found = median_interval(rng.exponential(size=11))
        held.append(found.low <= np.log(2) <= found.high)
    assert np.mean(held) == pytest.approx(found.level, abs=0.02)
    assert found.level >= 0.95


def test_order_statistics_and_level_are_those_of_the_sign_test():
    found = median_interval([5, 1, 4, 2, 3, 6, 7, 10, 9, 8])
    assert (found.median, found.low, found.high) == (5.5, 2, 9)  # 1 − 2·(1 + 10)/1024
    assert found.level == pytest.approx(1 - 22 / 1024)
    few = median_interval([3.0, 1.0, np.inf])
    assert (few.median, few.low, few.high) == (3.0, 1.0, np.inf)
    assert few.level == pytest.approx(0.75)
    assert median_interval([np.inf] * 6).median == np.inf


def test_bad_input_is_named():
    for dims in ([2, 1], [0, 1], [1, 1], []):
        with pytest.raises(ValueError, match="dims"):
            threshold_dimension(dims, np.zeros(len(dims)), 0.5)
    with pytest.raises(ValueError, match="scores"):
        threshold_dimension([1, 2], [0.1, 0.2, 0.3], 0.5)
    with pytest.raises(ValueError, match="level"):
        threshold_dimension([1, 2], [0.1, 0.2], np.nan)
    for sample, level, name in (
        ([1.0], 0.9, "size of sample"),
        ([1, np.nan], 0.9, "NaN"),
        ([1, 2], 1.0, "level"),
    ):
        with pytest.raises(ValueError, match=name):
            median_interval(sample, level)
