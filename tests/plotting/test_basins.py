"""The figure of a map of basins."""

import numpy as np

from course_utils import objectives, plotting
from course_utils.landscapes import basin_map
from course_utils.optimizers import GradientDescent


def test_the_figure_says_in_words_what_it_shows():
    himmelblau = objectives.himmelblau()
    found = basin_map(himmelblau, GradientDescent(0.01), resolution=20)
    figure = plotting.basins(found, himmelblau, title="small steps")
    assert "A 2" in figure.alt
    assert figure.png()[:4] == b"\x89PNG"
    assert plotting.basin_palette(9).shape == (11, 3)
    np.testing.assert_allclose(plotting.basin_palette(9)[2], plotting.basin_palette(9)[8])


def test_runs_that_come_to_rest_nowhere_are_named():
    himmelblau = objectives.himmelblau()
    cycling = plotting.basins(basin_map(himmelblau, GradientDescent(0.016), resolution=20), himmelblau)
    assert "A 0%" in cycling.alt
    assert "end on a cycle" in cycling.alt
    gone = plotting.basins(basin_map(himmelblau, GradientDescent(0.5), resolution=20), himmelblau)
    assert "100% come to rest nowhere" in gone.alt
