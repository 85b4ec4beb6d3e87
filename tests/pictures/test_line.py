"""The line between two networks."""

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.landscapes import straight_line
from course_utils.pictures import line_between
from tests.tools.scenes import exercise_every_control, read


def test_matching_units_lowers_the_line_between_two_copies(networks):
    network, x = networks["tanh"]
    other = np.random.default_rng(1).permutation(5)
    from course_utils.networks import permute_units

    copy = permute_units(network, x, 0, other)
    digits = load()
    scene = line_between({"copies": (network, x, copy)}, digits.test_inputs[:100], digits.test_targets[:100])
    assert len(scene.readout.rows) == 1  # the answer to a prediction is not drawn before it is asked for
    scene.set("matched", True)
    as_trained, matched = scene.readout.rows
    assert float(as_trained[-1]) == pytest.approx(straight_line(network, x, copy).barrier, rel=1e-2)
    assert abs(read(matched[-1])) < 1e-9
    assert exercise_every_control(scene) > 2
    with pytest.raises(ValueError, match="at least one"):
        line_between({}, digits.test_inputs, digits.test_targets)
