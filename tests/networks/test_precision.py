"""Single precision beside double: the same loss, as exactly as it can be."""

import numpy as np
import pytest

from course_utils.networks import MLP, Autoencoder, example_slopes, ggn_operator

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(size=(300, 40)).astype(np.float32)
CLASSES = RNG.integers(0, 4, 300)


def pair(kind):
    for dtype in ("float64", "float32"):
        if kind == "softmax":
            yield MLP(
                (40, 16, 10, 4), IMAGES, CLASSES, activation=("relu", "tanh"), weight_decay=0.01, dtype=dtype
            )
        else:
            yield Autoencoder(
                (16, 10, 5), IMAGES, activation="sigmoid", code_activation="identity", loss=kind, dtype=dtype
            )


@pytest.mark.parametrize("kind", ["softmax", "squared_error", "sigmoid_cross_entropy"])
def test_single_precision_is_double_but_for_its_rounding(kind):
    double, single = pair(kind)
    rng = np.random.default_rng(1)
    x = double.initial(rng, incoming=15)
    v = rng.normal(size=(3, double.dim))
    values = [
        (
            network.value(x),
            network.value_and_gradient(x)[0],
            network.gradient(x),
            network.hvp(x, v),
            ggn_operator(network, x) @ v.T,
            network.predict(x),
            network.predict(x, IMAGES[:7]),
            network.batch([5, 0, 9]).gradient(x),
            network.gradient(np.stack([x, -x])),
        )
        for network in (double, single)
    ]
    for one, other in zip(*values, strict=True):
        assert other.dtype == np.float64
        assert 1e-10 < np.abs(other - one).max() / np.abs(one).max() < 1e-5  # neither exact nor far
    # The slopes of single examples are those at the point in double, as the Hessian's entries are.
    np.testing.assert_allclose(
        example_slopes(single, x, v), example_slopes(double, x, v), rtol=1e-5, atol=1e-5
    )
    assert abs(single.value(x) / double.value(x) - 1) < 1e-6
    np.testing.assert_allclose(
        single.hessian(x), double.hessian(x), rtol=0, atol=1e-6 * np.abs(double.hessian(x)).max()
    )
    assert single.initial(np.random.default_rng(2)).dtype == np.float64


def test_a_sum_over_many_examples_keeps_its_digits():
    images = np.full((50_000, 8), 0.1, dtype=np.float32)
    network = Autoencoder((1,), images, loss="squared_error", dtype="float32")
    assert network.value(np.zeros(network.dim)) == pytest.approx(0.5 * 8 * float(images[0, 0]) ** 2, rel=1e-9)


@pytest.mark.parametrize("kind", ["softmax", "squared_error", "sigmoid_cross_entropy"])
@pytest.mark.parametrize("power", [-1000, -200, -146, -126, -30, 1, 40, 126, 130, 900])
def test_the_length_of_a_direction_does_not_matter(kind, power):
    network = tuple(pair(kind))[1]
    rng = np.random.default_rng(3)
    x = network.initial(rng, incoming=15)
    v = rng.normal(size=(4, network.dim))
    ways = [lambda v: network.hvp(x, v), lambda v: (ggn_operator(network, x) @ v.T).T]
    ways += [lambda v: (network.hessian_operator(x) @ v.T).T, lambda v: network.hvp(x, v[0])[None]]
    for products in ways:
        found, expected = products(np.ldexp(v, power)), np.ldexp(products(v), power)
        np.testing.assert_array_equal(found, expected)
    # Each row has a power of its own.
    mixed = network.hvp(x, np.ldexp(v, np.array([[power], [0], [-power // 2], [3]])))
    np.testing.assert_array_equal(mixed[1], network.hvp(x, v)[1])
