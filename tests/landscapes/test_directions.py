"""Directions to look along."""

import numpy as np
import pytest
from scipy import stats

from course_utils.landscapes import Subspace, normalize_filters, random_directions
from course_utils.networks import MLP, RNN, rescale_units
from tests.tools.networks import small_network


@pytest.mark.parametrize(("count", "dim"), [(1, 1), (1, 5), (3, 5), (5, 5), (2, 1000)])
def test_random_directions_are_orthonormal(count, dim):
    found = random_directions(np.random.default_rng(0), count, dim)
    assert found.shape == (count, dim)
    np.testing.assert_allclose(found @ found.T, np.eye(count), atol=1e-13)


def test_every_direction_is_equally_likely():
    """In the plane the angle is uniform, and a second direction lies on either side of the first."""
    rng = np.random.default_rng(1)
    pairs = np.array([random_directions(rng, 2, 2) for _ in range(2000)])
    angle = np.arctan2(pairs[:, 0, 1], pairs[:, 0, 0])
    assert stats.kstest(angle, stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 1e-3
    assert stats.binomtest(int((np.linalg.det(pairs) > 0).sum()), 2000).pvalue > 1e-3


@pytest.mark.parametrize(
    "make", [lambda: small_network((3, 5, 4, 2)), lambda: RNN(4, 3, np.zeros((2, 6), int))]
)
def test_each_row_is_as_long_as_the_weights_that_it_moves(make):
    network, rng = make(), np.random.default_rng(2)
    x, d = rng.standard_normal(network.dim), rng.standard_normal((2, 3, network.dim))
    found = normalize_filters(network.layers, x, d)
    for layer in network.layers:
        lengths = np.linalg.norm(layer.matrix(found), axis=-1)
        np.testing.assert_allclose(
            lengths, np.broadcast_to(np.linalg.norm(layer.matrix(x), axis=-1), lengths.shape)
        )
        np.testing.assert_allclose(  # each row keeps its direction
            layer.matrix(found) * np.linalg.norm(layer.matrix(d), axis=-1, keepdims=True),
            layer.matrix(d) * lengths[..., None],
        )


def test_biases_may_stay_where_they_are():
    network, rng = small_network((3, 5, 2)), np.random.default_rng(3)
    x, d = rng.standard_normal((2, network.dim))
    found = normalize_filters(network.layers, x, d, move_biases=False)
    for layer in network.layers:
        assert not layer.bias(found).any()
        np.testing.assert_allclose(
            np.linalg.norm(layer.weights(found), axis=-1), np.linalg.norm(layer.weights(x), axis=-1)
        )


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e-160, 1e160, 1e300])
def test_directions_of_any_size(scale):
    network, rng = small_network((3, 5, 2)), np.random.default_rng(4)
    x, d = rng.standard_normal((2, network.dim))
    expected = normalize_filters(network.layers, x, d) if scale else np.zeros(network.dim)
    np.testing.assert_allclose(normalize_filters(network.layers, x, scale * d), expected, rtol=1e-12)


def test_the_picture_survives_a_rescaled_layer_but_not_one_rescaled_unit():
    """Li et al.'s promise holds for one factor for a whole layer, and no biases in the next."""
    rng = np.random.default_rng(5)
    inputs, targets = rng.standard_normal((20, 3)), rng.integers(0, 2, 20)
    network = MLP([3, 4, 2], inputs, targets, activation="relu", biases=False)
    x, d = rng.standard_normal((2, network.dim))

    def picture(factors):
        moved = rescale_units(network, x, 0, factors)
        line = Subspace(network, moved, normalize_filters(network.layers, moved, d[None]))
        return line.value(np.linspace(-1, 1, 9)[:, None])

    plain = picture(1.0)
    np.testing.assert_allclose(picture(7.0), plain, rtol=1e-12)
    one = picture([7.0, 1.0, 1.0, 1.0])
    assert one[4] == pytest.approx(plain[4])  # the same function in the middle
    assert np.abs(one - plain).max() > 0.05 * np.ptp(plain)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda n: random_directions(np.random.default_rng(), 3, 2), "count must be a whole number in 1 … 2"),
        (lambda n: random_directions(np.random.default_rng(), 0, 2), "count must be a whole number in 1 … 2"),
        (lambda n: random_directions(np.random.default_rng(), 1, 0), "dim must be a whole number"),
        (lambda n: normalize_filters((), [1.0], [1.0]), "layers must be those of a network"),
        (lambda n: normalize_filters(n.layers, np.zeros(3), np.zeros(n.dim)), "x must have shape"),
        (lambda n: normalize_filters(n.layers, np.zeros((1, n.dim)), np.zeros(n.dim)), "x must be one point"),
        (lambda n: normalize_filters(n.layers, np.zeros(n.dim), np.zeros(3)), "directions must have shape"),
    ],
)
def test_bad_arguments_are_named(call, problem):
    with pytest.raises(ValueError, match=problem):
        call(small_network())


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="rng must be a generator"):
        random_directions(0, 1, 2)
