"""The reader's own function as an objective."""

import math

import numpy as np
import pytest

from course_utils import objectives
from course_utils.objectives import catalogue
from tests.tools.derivatives import points_in_domain

CATALOGUE = catalogue()


def plain(x):
    return x[0] ** 2 - x[1] ** 2 + np.sin(3 * x[0] * x[1])


def branching(x):
    return math.sin(x[0]) + x[1] ** 2 if x[0] > -9 else 0.0


def with_abs(x):
    return np.abs(x[0] + 5) + np.exp(x[1])


def test_from_function_matches_the_formulas():
    ours = objectives.from_function(plain, 2)
    assert ours.derivatives == "complex step"
    assert ours.name == "plain"
    x = np.random.default_rng(0).normal(size=(7, 2))
    a, b = x.T
    c, s = np.cos(3 * a * b), np.sin(3 * a * b)
    np.testing.assert_allclose(
        ours.gradient(x), np.stack([2 * a + 3 * b * c, -2 * b + 3 * a * c], -1), rtol=1e-13
    )
    xy = 3 * c - 9 * a * b * s
    H = np.stack([np.stack([2 - 9 * b**2 * s, xy], -1), np.stack([xy, -2 - 9 * a**2 * s], -1)], -1)
    np.testing.assert_allclose(ours.hessian(x), H, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (branching, lambda x: np.stack([np.cos(x[..., 0]), 2 * x[..., 1]], -1)),
        (with_abs, lambda x: np.stack([np.ones_like(x[..., 0]), np.exp(x[..., 1])], -1)),
    ],
)
def test_from_function_falls_back_to_differences(f, gradient):
    ours = objectives.from_function(f, 2)
    assert ours.derivatives == "differences"
    x = np.random.default_rng(0).normal(size=(2, 3, 2))
    np.testing.assert_allclose(ours.gradient(x), gradient(x), rtol=1e-8, atol=1e-8)
    diagonal = np.stack([-np.sin(x[..., 0]) if f is branching else 0 * x[..., 0]], -1)
    np.testing.assert_allclose(ours.hessian(x)[..., 0, 0], diagonal[..., 0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["Himmelblau", "curved ravine", "hills"])
def test_from_function_agrees_with_the_catalogue(name):
    exact = CATALOGUE[name]
    ours = objectives.from_function(
        lambda x: exact._value(np.moveaxis(np.asarray(x), 0, -1)), 2, domain=exact.domain
    )
    x = points_in_domain(exact, (20,), np.random.default_rng(3))
    np.testing.assert_allclose(ours.gradient(x), exact.gradient(x), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ours.hessian(x), exact.hessian(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: objectives.from_function(3, 2), "f must be a function"),
        (lambda: objectives.from_function(lambda x: x, 2), "f must return one number"),
        (lambda: objectives.from_function(lambda x: "high", 2), "f must return one number"),
        (lambda: objectives.from_function(lambda x: np.nan * x[0], 2), "f must be finite"),
        (lambda: objectives.from_function(lambda x: 1j * x[0], 2), "f must return real numbers"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
