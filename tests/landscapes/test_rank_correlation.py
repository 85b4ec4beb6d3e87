"""Spearman's rank correlation is SciPy's, ties included."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from course_utils.landscapes import rank_correlation


@pytest.mark.parametrize("most", [3, 50, 10**9])  # many ties, some, none
def test_it_is_that_of_scipy(most):
    rng = np.random.default_rng(most)
    x, y = rng.integers(most, size=(2, 40))
    assert rank_correlation(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)


def test_a_rising_curve_and_a_falling_one():
    x = np.linspace(-1, 1, 9)
    assert rank_correlation(x, np.exp(5 * x)) == pytest.approx(1)
    assert rank_correlation(x, -(x**3)) == pytest.approx(-1)
    assert rank_correlation([1, 2], [5, 4]) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("x", "y", "named"),
    [
        ([1, 2, 3], [1, 2], "same shape"),
        ([1, 1, 1], [1, 2, 3], "x must be finite numbers"),
        ([1, 2, 3], [1, np.nan, 3], "y must be finite numbers"),
        ([[1, 2]], [[1, 2]], "x must be finite numbers"),
        ([1], [1], "x must be finite numbers"),
        (["a", "b"], [1, 2], "x must hold real numbers"),
    ],
)
def test_bad_samples_are_named(x, y, named):
    with pytest.raises(ValueError, match=named):
        rank_correlation(x, y)
