"""Training on text with and without clipping: the experiment and the results that come with the course."""

import numpy as np
import pytest

from course_utils.experiments import text_clipping
from course_utils.networks import RNN, text_windows
from tests.tools.networks import TEXT


def test_runs_differ_by_their_settings_alone():
    settings = {"steps": 6, "hidden_units": 4, "sequences": 2, "window": 5}
    free, loose, tight = (text_clipping.train_on_text(TEXT, 0.5, h, **settings) for h in (None, 1e9, 1e-3))
    np.testing.assert_array_equal(free.x, loose.x)
    assert free.loss[0] == tight.loss[0]
    assert free.gradient_norm[0] == tight.gradient_norm[0]
    start = RNN(4, len(TEXT.vocabulary), text_windows(TEXT.train, 2, 5)[0]).initial(np.random.default_rng(0))
    assert np.linalg.norm(tight.x - start) <= 6 * 0.5 * 1e-3 * (1 + 1e-9)


def test_the_shipped_runs_are_those_of_the_experiment():
    results = text_clipping.shipped_results()
    assert results.complete
    assert results.identity == text_clipping.TEXT_CLIPPING.identity(0, False)
    grid = text_clipping.held_out_grid(results)
    assert {losses.shape for losses in grid.values()} == {(6, 2)}
    one = text_clipping.find(results, 1.0, None, 1)
    assert one["loss"].shape == (150,)
    assert grid["no clipping"][3, 1] == one["held_out"]
    assert (one["largest_norm"] >= one["mean_norm"]).all()
    assert "no clipping" in text_clipping.summary(results)
    with pytest.raises(ValueError, match="must be those of a run"):
        text_clipping.find(results, 0.7, None)
