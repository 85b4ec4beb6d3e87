"""Functions of many variables."""

import tracemalloc

import numpy as np
import pytest

from course_utils import objectives
from course_utils.objectives import Rosenbrock


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: objectives.Rosenbrock(1), "dim must be a whole number of at least 2"),
        (lambda: objectives.Rastrigin(0), "dim must be a whole number of at least 1"),
        (lambda: objectives.SlopedParabola(np.nan), "curvature must be a finite number"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_products_of_rosenbrock_need_no_matrix():
    f, rng = Rosenbrock(50_000), np.random.default_rng(0)
    x, v = rng.normal(size=(2, f.dim))
    tracemalloc.start()
    product = f.hvp(x, v)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * 8 * f.dim  # a matrix would be 20 GB
    h = 1e-6
    differences = (f.gradient(x + h * v) - f.gradient(x - h * v)) / (2 * h)
    np.testing.assert_allclose(product, differences, rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize(("x", "v"), [((5,), (5,)), ((3, 5), (5,)), ((5,), (3, 5)), ((3, 5), (2, 1, 5))])
def test_products_of_rosenbrock_broadcast(x, v):
    f, rng = Rosenbrock(5), np.random.default_rng(1)
    points, directions = rng.normal(size=x), rng.normal(size=v)
    expected = np.einsum("...ij,...j->...i", f.hessian(points), directions)
    np.testing.assert_allclose(f.hvp(points, directions), expected, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("size", [2.0**53, 1e160, -1e308])
def test_waves_of_rastrigin_are_known_at_whole_numbers_of_any_size(size):
    f = objectives.Rastrigin(2)
    x = np.array([size, 0.0])
    assert f.gradient(x)[0] == 2 * size
    assert f.hessian(x)[0, 0] == pytest.approx(2 + 40 * np.pi**2)
    with np.errstate(over="ignore"):
        assert f.value(x) == np.square(size)
