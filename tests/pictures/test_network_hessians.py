"""The picture of Pennington and Bahri's random Hessian."""

import numpy as np
import pytest

from course_utils.pictures import critical_loss
from course_utils.random_landscapes import critical_energy, negative_share
from tests.tools.scenes import cells, exercise_every_control


def test_every_control_can_be_moved_to_both_ends():
    assert exercise_every_control(critical_loss()) > 2


@pytest.mark.parametrize(("phi", "energy"), [(0.06, 0.25), (0.25, 0.2), (1.0, 0.1)])
def test_the_sample_follows_the_law(phi, energy):
    scene = critical_loss()
    scene.set("phi", phi)
    scene.set("energy", energy)
    _, sampled, law = cells(scene, 2)
    assert float(law.rstrip("%")) / 100 == pytest.approx(negative_share(phi, energy), abs=1e-3)
    assert float(sampled.rstrip("%")) == pytest.approx(float(law.rstrip("%")), abs=2.0)
    lowest, edge = (float(cell.replace("−", "-")) for cell in cells(scene, 1)[1:])
    assert lowest == pytest.approx(edge, abs=0.15)
    bars = scene.layers["spectrum"][:2]
    assert sum(np.sum(bar.heights * np.diff(bar.edges)) for bar in bars) == pytest.approx(1)


def test_below_the_critical_loss_it_says_so():
    scene = critical_loss()
    for factor, said in ((0.5, True), (1.5, False)):
        scene.set("energy", factor * critical_energy(0.25))
        assert bool(scene.message) is said
