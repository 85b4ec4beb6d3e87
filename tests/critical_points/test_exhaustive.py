"""The census of critical points against functions of which all are known."""

import numpy as np
import pytest

from course_utils.critical_points import every_critical_point
from course_utils.objectives import Rastrigin, from_function, himmelblau, quadratic
from course_utils.random_landscapes import GaussianField


def himmelblau_third(x):
    a, b = x[..., 0], x[..., 1]
    T = np.zeros((*x.shape, 2, 2))
    T[..., 0, 0, 0] = 24 * a
    T[..., 1, 1, 1] = 24 * b
    for where in ((0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)):
        T[..., where[0], where[1], where[2]] = 4
    return T


def diagonal(n, rank):
    shape = np.zeros((n,) * rank)
    shape[(np.arange(n),) * rank] = 1.0
    return shape


def rastrigin_third(x):
    n = x.shape[-1]
    return -80 * np.pi**3 * np.sin(2 * np.pi * x)[..., None, None] * diagonal(n, 3)


def test_himmelblau_has_nine():
    census = every_critical_point(himmelblau(), [(-6, 6), (-6, 6)], himmelblau_third, 24 * diagonal(2, 4))
    assert census.complete
    assert sorted(point.index for point in census.points) == [0, 0, 0, 0, 1, 1, 1, 1, 2]
    assert all(point.certified for point in census.points)
    for known in himmelblau().critical_points:
        assert min(np.linalg.norm(point.x - known.x) for point in census.points) < 1e-5
    assert [point.value for point in census.points] == sorted(point.value for point in census.points)


@pytest.mark.parametrize(("n", "minima", "maxima"), [(1, 5, 4), (2, 5, 4), (3, 3, 2)])
def test_rastrigins_grid_is_counted(n, minima, maxima):
    """Each coordinate has ``minima`` lows and ``maxima`` highs within ± half of the number of minima."""
    side = minima / 2 - 0.03  # the highs at the rim are left out
    bound = 160 * np.pi**4 * diagonal(n, 4)
    census = every_critical_point(Rastrigin(n), [(-side, side)] * n, rastrigin_third, bound)
    assert census.complete
    index = np.bincount([point.index for point in census.points], minlength=n + 1)
    from math import comb

    assert index.tolist() == [comb(n, k) * minima ** (n - k) * maxima**k for k in range(n + 1)]


def test_a_quadratic_has_one_and_an_empty_box_none():
    saddle = quadratic([1.0, -3.0], center=[0.2, 0.1])
    nothing = (lambda x: np.zeros((*x.shape, 2, 2)), np.zeros((2,) * 4))
    census = every_critical_point(saddle, [(-1, 1), (-1, 1)], *nothing)
    assert census.complete
    assert [point.index for point in census.points] == [1]
    np.testing.assert_allclose(census.points[0].x, [0.2, 0.1], atol=1e-12)
    away = every_critical_point(saddle, [(0.5, 1), (-1, 1)], *nothing)
    assert (away.complete, away.points) == (True, ())


def test_a_degenerate_point_is_reported_as_undecided():
    """x³ has a critical point at 0 whose Hessian is singular: no ball is ever proven around it."""
    f = from_function(lambda x: x[..., 0] ** 3, 1)
    census = every_critical_point(
        f, [(-1, 0.9)], lambda x: np.full((*x.shape, 1, 1), 6.0), np.zeros((1,) * 4), halvings=12
    )
    assert not census.complete
    assert np.abs(census.undecided).max() < 0.01


def test_many_random_starts_find_nothing_that_the_census_lacks():
    rng = np.random.default_rng(0)
    field = GaussianField(2, 64, rng=rng)
    side = 6 * np.sqrt(2)
    box = [(-side / 2, side / 2)] * 2
    census = every_critical_point(field, box, field.third_derivatives, field.fourth_derivative_bounds())
    assert census.complete
    assert all(point.certified for point in census.points)
    known = np.array([point.x for point in census.points])
    x = rng.uniform(-side / 2, side / 2, (3000, 2))
    for _ in range(40):
        step = np.linalg.solve(field.hessian(x), -field.gradient(x)[..., None])[..., 0]
        x = x + step / np.maximum(1, np.linalg.norm(step, axis=-1, keepdims=True) / 0.3)
    inside = (np.abs(x) < side / 2).all(axis=-1) & (np.linalg.norm(field.gradient(x), axis=-1) < 1e-10)
    distances = np.linalg.norm(x[inside][:, None] - known, axis=-1)
    assert distances.min(axis=1).max() < 1e-6  # each end is in the census
    assert distances.min(axis=0).max() < 1e-6  # and each of the census was found
    apart = np.linalg.norm(known[:, None] - known, axis=-1) + 10 * np.eye(len(known))
    assert apart.min() > 1e-3


@pytest.mark.parametrize(
    ("box", "bounds", "words"),
    [
        ([(-1, 1)], np.zeros((2,) * 4), "box must be 2 pairs"),
        ([(-1, 1), (1, 1)], np.zeros((2,) * 4), "box must be 2 pairs"),
        ([(-1, 1), (-1, 1)], np.zeros((2,) * 3), "fourth_bounds must be"),
        ([(-1, 1), (-1, 1)], -np.ones((2,) * 4), "fourth_bounds must be"),
    ],
)
def test_bad_input_is_named(box, bounds, words):
    with pytest.raises(ValueError, match=words):
        every_critical_point(himmelblau(), box, himmelblau_third, bounds)
    with pytest.raises(ValueError, match="halvings must be"):
        every_critical_point(himmelblau(), [(-1, 1)] * 2, himmelblau_third, np.zeros((2,) * 4), halvings=0)
