"""The recurrent cliff."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.objectives import catalogue

CATALOGUE = catalogue()


def test_the_cliff_has_a_wall_and_a_plain():
    cliff = CATALOGUE["recurrent cliff"]
    w, b = np.meshgrid(np.linspace(*cliff.domain[0], 400), np.linspace(*cliff.domain[1], 400))
    norms = np.linalg.norm(cliff.gradient(np.stack([w, b], -1)), axis=-1)
    assert norms.max() > 100 * np.median(norms)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: objectives.RecurrentCliff(0), "iterations must be"),
        (lambda: objectives.RecurrentCliff(target=1.0), "target must lie"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
