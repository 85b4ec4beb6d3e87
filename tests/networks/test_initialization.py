"""Starts by their laws."""

import numpy as np
import pytest

from course_utils.networks import Autoencoder


def test_a_sparse_start_has_so_many_gaussian_weights_into_each_unit():
    rng = np.random.default_rng(0)
    network = Autoencoder((200, 8), rng.uniform(size=(2, 300)), code_activation="identity")
    x = network.initial(rng, incoming=15, scale=0.5, shape=(3,))
    drawn, places = [], []
    for layer in network.layers:
        weights = layer.weights(x)
        np.testing.assert_array_equal((weights != 0).sum(axis=-1), min(15, layer.inputs))
        assert not layer.bias(x).any()
        drawn.append(weights[weights != 0])
        places.append((weights[0] != 0).mean(axis=0))
    drawn = np.concatenate(drawn)
    # 20,064 numbers: standard errors 0.5 % of the deviation and 0.0035 of the mean.
    assert drawn.size == 3 * (15 * (200 + 8 + 300) + 8 * 200)
    assert abs(drawn.std() / 0.5 - 1) < 0.03
    assert abs(drawn.mean()) < 0.02
    # No place is preferred: 200 units choose 15 of 300 inputs.
    assert places[0].max() < 0.15
    assert (places[0] > 0).mean() > 0.99
    # Points of a batch differ, and a seed repeats.
    assert not np.array_equal(x[0] != 0, x[1] != 0)
    again = network.initial(np.random.default_rng(0), incoming=15)
    np.testing.assert_array_equal(again, network.initial(np.random.default_rng(0), incoming=15))
    for bad in (0, 2.5, True):
        with pytest.raises(ValueError, match="incoming must be a whole number of at least 1"):
            network.initial(rng, incoming=bad)
