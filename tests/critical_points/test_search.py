"""Searches for critical points from a grid, from noise and from a path."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.critical_points import (
    damped_newton_search,
    noisy_path_starts,
    trust_region_search,
    without_duplicates,
)
from course_utils.objectives import Planar, Quadratic, quadratic
from course_utils.optimizers import GradientDescent, minimize

FINDERS = [damped_newton_search, trust_region_search]


def grid(low, high, count):
    side = np.linspace(low, high, count)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("finder", FINDERS)
def test_a_finder_meets_all_nine_points_of_himmelblau(finder):
    f = objectives.himmelblau()
    ends = finder(f, grid(-5.0, 5.0, 9))
    assert all(end.certified for end in ends)
    points = without_duplicates(ends)
    kinds = [point.kind for point in points]
    assert sorted(kinds) == ["maximum"] + 4 * ["minimum"] + 4 * ["saddle"]
    for known in f.critical_points:
        (same,) = [point for point in points if np.linalg.norm(point.x - known.x) < 1e-8]
        assert (same.kind, same.index) == (known.kind, ("minimum", "saddle", "maximum").index(known.kind))


@pytest.mark.parametrize("finder", FINDERS)
def test_finders_are_caught_by_the_shelf_and_say_so(finder):
    f = objectives.plateau(1e-10)
    ends = finder(f, np.random.default_rng(0).uniform(-1.5, 1.5, size=(40, 2)))
    caught = [end for end in ends if abs(end.x[1]) < 0.1]
    assert len(caught) > 20
    assert all(end.gradient_norm <= 1e-9 for end in caught)
    assert not any(end.certified for end in caught)
    found = [end for end in ends if end.certified]
    assert found
    for end in found:
        np.testing.assert_allclose(end.x, [0.0, 2.0], atol=1e-9)


def test_a_flat_symmetry_direction_does_not_prevent_the_certificate():
    f = Planar(  # a circle of minima
        "ring",
        lambda a, b: (a**2 + b**2 - 1) ** 2 / 4,
        lambda a, b: ((a**2 + b**2 - 1) * a, (a**2 + b**2 - 1) * b),
        lambda a, b: (3 * a**2 + b**2 - 1, 2 * a * b, a**2 + 3 * b**2 - 1),
    )
    ends = damped_newton_search(f, np.random.default_rng(0).normal(size=(30, 2)))
    on_the_ring = [end for end in ends if np.linalg.norm(end.x) > 0.5]
    assert len(on_the_ring) > 5
    for end in on_the_ring:
        assert (end.certified, end.kind, end.index) == (True, "degenerate", 0), end


def test_starts_lie_around_the_path():
    f = objectives.himmelblau()
    rng = np.random.default_rng(0)
    path = minimize(f, GradientDescent(0.01), [[0.0, 0.0], [-4.0, 4.0]], 30, tol=1e-3)
    starts = noisy_path_starts(path, 200, amplitudes=(1e-1, 1e-3), rng=rng)
    assert starts.shape == (200, 2)
    gaps = np.abs(starts[:, None] - path.x.reshape(-1, 2)).max(axis=-1).min(axis=1)
    assert gaps[0::2].max() <= 1e-1
    assert gaps[1::2].max() <= 1e-3
    assert gaps[0::2].max() > 1e-2
    exact = noisy_path_starts(path, 50, amplitudes=(0.0,), rng=rng)
    runs, steps = path.x.shape[1], path.steps
    seen = {tuple(x) for x in exact}
    made = {tuple(path.x[t, run]) for run in range(runs) for t in range(steps[run] + 1)}
    assert seen <= made
    assert any(tuple(path.x[0, run]) not in seen or len(seen) > 10 for run in range(runs))


def test_a_search_from_a_path_finds_the_saddle_beside_it():
    f = objectives.min_max_saddle()
    path = minimize(f, GradientDescent(0.1), [1.0, 1e-3], 20)
    starts = noisy_path_starts(path, 8, rng=np.random.default_rng(0))
    for end in damped_newton_search(f, starts):
        assert (end.kind, end.certified) == ("saddle", True)
        np.testing.assert_allclose(end.x, 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: damped_newton_search(f, np.zeros((0, 2))), "starts must hold"),
        (lambda f: damped_newton_search(f, [0.0, 0.0, 0.0]), "starts must have shape"),
        (lambda f: damped_newton_search(f, [0.0, 0.0], max_steps=0), "max_steps must be"),
        (lambda f: damped_newton_search(f, [0.0, 0.0], damping_levels=(-1.0,)), "damping_levels must be"),
        (lambda f: trust_region_search(f, [0.0, 0.0], max_steps=0), "max_steps must be"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(objectives.himmelblau())


@pytest.mark.parametrize("finder", FINDERS)
def test_a_start_where_nothing_is_defined_ends_alone(finder):
    # A bowl that has a logarithm in it: not a number for x₁ ≤ 0, one minimum at (1, 0).
    f = objectives.from_function(lambda x: x[0] - np.log(x[0]) + x[1] ** 2, 2, domain=[(0.1, 3), (-1, 1)])
    starts = np.array([[2.0, 1.0], [-1.0, 1.0], [0.5, 0.3], [-2.0, 0.0]])
    ends = finder(f, starts)
    assert [end.certified for end in ends] == [True, False, True, False]
    for end in ends[::2]:
        assert end.kind == "minimum"
        np.testing.assert_allclose(end.x, [1.0, 0.0], atol=1e-8)
    for end, start in zip(ends[1::2], starts[1::2], strict=True):
        np.testing.assert_array_equal(end.x, start)
        assert np.isnan([end.gradient_norm, end.residual, *end.eigenvalues]).all()
        assert "uncertified" in repr(end)
    (alone,) = finder(f, starts[1])
    assert not alone.certified


def test_a_hessian_that_is_not_finite_ends_its_start_alone():
    f = Planar(
        "cusp",
        lambda a, b: np.abs(a) ** 1.5 + b**2,
        lambda a, b: (1.5 * np.sign(a) * np.abs(a) ** 0.5, 2 * b),
        lambda a, b: (0.75 / np.where(a == 0, np.nan, np.abs(a)) ** 0.5, 0 * a, 2 + 0 * a),
    )
    for finder in FINDERS:
        first, second = finder(f, [[0.0, 1.0], [1e-3, 0.5]])
        assert not first.certified
        np.testing.assert_array_equal(first.x, [0.0, 1.0])
        assert np.abs(second.x[1]) < 1e-6


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"max_steps": 2.5}, "max_steps must be a whole number of at least 1, got 2.5"),
        ({"max_steps": "3"}, "max_steps must be a whole number"),
        ({"starts": [1j, 0.0]}, "starts must hold real numbers"),
    ],
)
def test_wrong_kinds_are_named(finder, settings, words):
    with pytest.raises(ValueError, match=words):
        finder(objectives.himmelblau(), **({"starts": [0.0, 0.0]} | settings))


class HalfPlane(Quadratic):
    """A bowl that is not defined where the first coordinate is below −5, as log x is not for x < 0."""

    def _gradient(self, x):
        return np.where(x[..., :1] < -5, np.nan, super()._gradient(x))

    def _hessian(self, x):
        return np.where(x[..., :1, None] < -5, np.nan, super()._hessian(x))

    def _value_and_gradient(self, x):
        return self._value(x), self._gradient(x)


@pytest.mark.parametrize("search", [damped_newton_search, trust_region_search])
def test_a_start_outside_the_domain_ends_no_other(search):
    objective = HalfPlane(np.array([1.0, 2.0]), np.zeros(2), "half plane", None)
    ends = search(objective, [[-9.0, 1.0], [3.0, 1.0], [-6.0, 0.0], [-4.0, 2.0]])
    assert [point.certified for point in ends] == [False, True, False, True]
    np.testing.assert_array_equal(ends[0].x, [-9.0, 1.0])
    np.testing.assert_allclose(ends[1].x, 0, atol=1e-9)
    assert np.isnan(ends[2].gradient_norm)
    every = search(objective, [[-9.0, 1.0], [-7.0, 1.0]])
    assert not any(point.certified for point in every)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_searches_work_at_every_size(size):
    saddle = quadratic(np.array([2.0, -1.0]) * size)
    (end,) = damped_newton_search(saddle, [3.0, 1.0], gradient_tolerance=1e-9 * size)
    assert end.certified
    np.testing.assert_allclose(end.x, 0, atol=1e-9)


def test_seeds_and_complex_starts_are_refused():
    objective = quadratic([1.0, 2.0])
    run = minimize(objective, GradientDescent(0.1), [1.0, 1.0], 3)
    with pytest.raises(TypeError, match="rng must be a generator"):
        noisy_path_starts(run, 3, rng=0)
    for search in (damped_newton_search, trust_region_search):
        with pytest.raises(ValueError, match="starts must hold real numbers"):
            search(objective, np.array([1j, 0.0]))
        for steps in (0, 2.5, None, "10"):
            with pytest.raises(ValueError, match="max_steps must be a whole number of at least 1"):
                search(objective, [1.0, 1.0], max_steps=steps)


class Torn(objectives.Objective):
    """¼x⁴ − x + y², with other numbers in gradient or Hessian where a mask says so."""

    def __init__(self, slope=None, bend=None, where=lambda x: x < 0):
        super().__init__("torn", 2)
        self.slope, self.bend, self.where = slope, bend, where

    def _value(self, x):
        return x[..., 0] ** 4 / 4 - x[..., 0] + x[..., 1] ** 2

    def _gradient(self, x):
        g = np.stack([x[..., 0] ** 3 - 1, 2 * x[..., 1]], axis=-1)
        return g if self.slope is None else np.where(self.where(x[..., :1]), self.slope, g)

    def _hessian(self, x):
        H = np.zeros((*x.shape, 2))
        H[..., 0, 0], H[..., 1, 1] = 3 * x[..., 0] ** 2, 2
        return H if self.bend is None else np.where(self.where(x[..., :1, None]), self.bend, H)


@pytest.mark.parametrize("search", FINDERS)
@pytest.mark.parametrize(
    "numbers",
    [{"slope": np.nan}, {"slope": 1e300}, {"bend": np.nan}, {"bend": np.inf}, {"bend": 1e308}, {"bend": 0.0}],
    ids=str,
)
def test_a_start_in_a_torn_region_ends_alone(search, numbers):
    ends = search(Torn(**numbers), [[2.0, 1.0], [-1.0, 1.0], [0.5, -1.0]])
    assert [end.certified for end in ends] == [True, False, True]


@pytest.mark.parametrize("search", FINDERS)
def test_a_run_that_comes_to_where_the_hessian_is_not_finite_ends_there(search):
    f = Torn(bend=np.nan, where=lambda x: np.abs(x - 1.2) < 0.1)
    ends = search(f, [[2.0, 1.0], [0.9, 0.1]])
    assert np.isfinite([end.x for end in ends]).all()
    assert ends[1].certified
