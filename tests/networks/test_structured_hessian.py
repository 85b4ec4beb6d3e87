"""The exact Hessian of a network: how it is made symmetric (its values: `test_mlp`)."""

import numpy as np
import pytest

from course_utils.networks.structured_hessian import _mirror


@pytest.mark.parametrize("size", [1, 5, 128, 300])
def test_what_lies_above_the_diagonal_is_copied_below_it_to_the_last_bit(size: int) -> None:
    rng = np.random.default_rng(size)
    H = rng.normal(size=(size, size))
    H[rng.random(size=H.shape) < 0.1] = -0.0
    upper = np.triu(H)
    expected = upper + np.triu(H, 1).T
    H[np.tril_indices(size, -1)] = np.nan  # whatever the memory held before
    _mirror(H)
    np.testing.assert_array_equal(H, expected)
    np.testing.assert_array_equal(H, H.T)
    assert size > 128 or H.tobytes() == expected.tobytes()
    assert not np.signbit(np.diagonal(H)[np.diagonal(H) == 0]).any()
