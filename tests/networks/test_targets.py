"""Targets that are no shares."""

import numpy as np
import pytest

from course_utils.networks.targets import share_targets


def test_shares_lie_between_zero_and_one():
    shares = share_targets([[0.0, 1.0], [0.25, 0.5], [1, 0]], 3, 2, np.dtype(np.float32))
    assert shares.dtype == np.float32
    np.testing.assert_array_equal(shares, [[0.0, 0.25, 1.0], [1.0, 0.5, 0.0]])
    for bad, message in [
        (np.full((3, 2), -1e-9), "in 0 … 1 for sigmoid_cross_entropy, got values from -1e-09 to -1e-09"),
        (np.full((3, 2), 255), "got values from 255 to 255"),
        (np.full((3, 2), np.nan), "targets must be finite"),
        (np.ones((3, 3)), r"targets must have shape \(3, 2\) for sigmoid_cross_entropy, got \(3, 3\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            share_targets(bad, 3, 2, np.dtype(np.float64))
