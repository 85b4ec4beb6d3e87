"""The picture of gaps and edges."""

import numpy as np
import pytest

from course_utils.pictures import gaps_and_edges
from tests.tools.scenes import cells, exercise_every_control


def test_every_control_can_be_moved_to_both_ends():
    assert exercise_every_control(gaps_and_edges()) > 2


def test_at_first_no_gap_is_shown():
    scene = gaps_and_edges()
    assert scene.layers["gaps"] == ()
    assert cells(scene, 0)[1:] == ["—", ""]
    assert scene.message.endswith("raise N.")


def test_neighbours_repel_and_edges_approach_their_law():
    scene = gaps_and_edges()
    off = {}
    for size in (2, 120):
        scene.set("dimension", size)
        assert float(cells(scene, 0)[1].rstrip("%")) < 2.5  # independent numbers: 9.5
        off[size] = abs(float(cells(scene, 1)[1]) - float(cells(scene, 1)[2]))
        bars = scene.layers["gaps"][0]
        assert np.sum(bars.heights * np.diff(bars.edges)) == pytest.approx(1, abs=0.02)
    assert off[120] < off[2] / 2
    assert float(cells(scene, 2)[1]) == pytest.approx(1.268, abs=0.15)
