"""Slopes of single examples, against the gradient of each as a batch of its own."""

import numpy as np
import pytest

from course_utils.networks import MLP, example_slopes
from course_utils.objectives import quadratic


@pytest.mark.parametrize("sizes", [[4, 3], [4, 5, 3], [4, 5, 6, 3]])
@pytest.mark.parametrize("settings", [{}, {"weight_decay": 0.3}, {"biases": False}, {"activation": "relu"}])
def test_they_are_the_gradients_of_batches_of_one(sizes, settings):
    rng = np.random.default_rng(0)
    network = MLP(sizes, rng.normal(size=(7, 4)), rng.integers(3, size=7), **settings)
    x, v = network.initial(rng) + 0.1, rng.normal(size=(2, 3, network.dim))
    slopes = example_slopes(network, x, v)
    assert slopes.shape == (2, 3, 7)
    for z in range(7):
        np.testing.assert_allclose(slopes[..., z], v @ network.batch([z]).gradient(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(slopes.mean(axis=-1), v @ network.gradient(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(example_slopes(network, x, v[0, 0]), slopes[0, 0], rtol=1e-12)


def test_squared_error_and_one_direction():
    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(5, 3))
    network = MLP([3, 2, 3], inputs, inputs, loss="squared_error")
    x, v = network.initial(rng), rng.normal(size=network.dim)
    expected = [v @ network.batch([z]).gradient(x) for z in range(5)]
    np.testing.assert_allclose(example_slopes(network, x, v), expected, rtol=1e-10)


def test_bad_input_is_named():
    network = MLP([2, 2], np.ones((1, 2)), [0])
    with pytest.raises(TypeError, match="network must be an MLP, got Quadratic"):
        example_slopes(quadratic([1.0, 2.0]), np.zeros(2), np.zeros(2))
    with pytest.raises(ValueError, match=r"x must be one point of shape \(6,\)"):
        example_slopes(network, np.zeros((2, 6)), np.zeros(6))
    with pytest.raises(ValueError, match=r"v must have shape \(..., 6\)"):
        example_slopes(network, np.zeros(6), np.zeros(5))
