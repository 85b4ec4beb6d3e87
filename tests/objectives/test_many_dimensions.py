"""Functions of many variables."""

import numpy as np
import pytest

from course_utils import objectives


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: objectives.Rosenbrock(1), "dim must be at least 2"),
        (lambda: objectives.Rastrigin(0), "dim must be at least 1"),
        (lambda: objectives.SlopedParabola(np.nan), "curvature must be finite"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
