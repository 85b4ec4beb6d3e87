import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import objectives
from course_utils.curvature import classify
from course_utils.objectives import catalogue, quadratic
from tests.tools.derivatives import check_derivatives, points_in_domain

CATALOGUE = catalogue()
batches = st.sampled_from([(), (1,), (4,), (2, 3), (0,)])


@pytest.mark.parametrize("name", CATALOGUE)
@settings(max_examples=15, deadline=None)
@given(batch=batches, seed=st.integers(0, 2**32 - 1))
def test_derivatives_of_the_catalogue(name, batch, seed):
    objective, rng = CATALOGUE[name], np.random.default_rng(seed)
    check_derivatives(objective, points_in_domain(objective, batch, rng), rng)


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 12), diagonal=st.booleans(), batch=batches, seed=st.integers(0, 2**32 - 1))
def test_derivatives_of_any_quadratic(n, diagonal, batch, seed):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, n))
    objective = quadratic(rng.standard_normal(n) if diagonal else A + A.T, center=rng.standard_normal(n))
    check_derivatives(objective, points_in_domain(objective, batch, rng), rng)
    (known,) = objective.critical_points
    assert np.linalg.norm(objective.gradient(known.x)) == 0
    assert classify(np.linalg.eigvalsh(objective.hessian(known.x))).kind == known.kind


@pytest.mark.parametrize("name", CATALOGUE)
def test_known_critical_points_are_critical_and_of_their_kind(name):
    objective = CATALOGUE[name]
    for point in objective.critical_points:
        assert np.linalg.norm(objective.gradient(point.x)) <= 1e-12
        assert classify(np.linalg.eigvalsh(objective.hessian(point.x)), tolerance=1e-9).kind == point.kind


def test_himmelblau_has_all_nine_critical_points():
    points = CATALOGUE["Himmelblau"].critical_points
    assert len({tuple(p.x.round(6)) for p in points}) == 9
    assert [sum(p.kind == kind for p in points) for kind in ("minimum", "saddle", "maximum")] == [4, 4, 1]
    # Morse: on a plane, with f rising in all directions far away, minima − saddles + maxima = 1.
    np.testing.assert_allclose(
        [CATALOGUE["Himmelblau"].value(p.x) for p in points if p.kind == "minimum"], 0, atol=1e-20
    )


def test_hills_keep_the_start_from_the_goal():
    hills = CATALOGUE["hills"]
    line = np.linspace([-2.0, 0.0], [2.0, 0.0], 200)
    values = hills.value(line)
    assert values[60:120].max() > values[0] + 0.5
    assert values[-1] < values[0]


def test_the_cliff_has_a_wall_and_a_plain():
    cliff = CATALOGUE["recurrent cliff"]
    w, b = np.meshgrid(np.linspace(*cliff.domain[0], 400), np.linspace(*cliff.domain[1], 400))
    norms = np.linalg.norm(cliff.gradient(np.stack([w, b], -1)), axis=-1)
    assert norms.max() > 100 * np.median(norms)


def test_the_plateau_looks_like_a_minimum_and_is_none():
    plateau = objectives.plateau(0.02)
    norm = np.linalg.norm(plateau.gradient([0.0, 0.0]))
    assert 0 < norm <= 0.02 + 1e-15


def test_a_diagonal_quadratic_in_a_hundred_thousand_dimensions():
    big = quadratic(np.linspace(1.0, 1000.0, 100_000))
    x = np.ones((2, 100_000))
    np.testing.assert_allclose(big.value(x), 0.5 * np.linspace(1.0, 1000.0, 100_000).sum(), rtol=1e-12)
    np.testing.assert_array_equal(big.hvp(x, x), big.gradient(x))


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
        (
            lambda: CATALOGUE["Himmelblau"].value([1.0, 2.0, 3.0]),
            r"x must have shape \(\.\.\., 2\), got \(3,\)",
        ),
        (lambda: CATALOGUE["Himmelblau"].gradient(1.0), "x must have shape"),
        (lambda: CATALOGUE["Himmelblau"].value([np.nan, 0.0]), "x must be finite"),
        (lambda: CATALOGUE["Himmelblau"].hvp([0.0, 0.0], [1.0]), "v must have shape"),
        (lambda: CATALOGUE["Himmelblau"].value("here"), "x must hold real numbers"),
        (lambda: CATALOGUE["Himmelblau"].hessian_operator(np.zeros((3, 2))), "x must be one point"),
        (lambda: quadratic([[1.0, 2.0], [0.0, 1.0]]), "hessian must be symmetric"),
        (lambda: quadratic([[1.0, 2.0, 3.0]]), "hessian must have shape"),
        (lambda: quadratic([1.0, np.inf]), "hessian must be finite"),
        (lambda: quadratic([1.0, 2.0], center=[1.0]), "center must have shape"),
        (lambda: quadratic([1.0, 2.0], domain=((1.0, 0.0), (0.0, 1.0))), "domain must be"),
        (lambda: objectives.Rosenbrock(1), "dim must be at least 2"),
        (lambda: objectives.Rastrigin(0), "dim must be at least 1"),
        (lambda: objectives.flat_direction(2), "power must be at least 3"),
        (lambda: objectives.flat_direction(3, 2), "sign must be"),
        (lambda: objectives.plateau(0.0), "slope must be positive"),
        (lambda: objectives.curved_ravine(-1.0), "steepness must be positive"),
        (lambda: objectives.SlopedParabola(np.nan), "curvature must be finite"),
        (lambda: objectives.RecurrentCliff(0), "iterations must be"),
        (lambda: objectives.RecurrentCliff(target=1.0), "target must lie"),
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
