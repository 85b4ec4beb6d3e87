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
    assert plotting.basin_palette(9).shape == (10, 3)
    np.testing.assert_allclose(plotting.basin_palette(9)[1], plotting.basin_palette(9)[7])
