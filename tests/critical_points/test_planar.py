"""All critical points of functions of two variables: known ones, random landscapes, and Morse's count."""

import numpy as np
import pytest

from course_utils.critical_points.planar import euler_characteristic, planar_critical_points
from course_utils.landscapes import local_minima
from course_utils.objectives import (
    GaussianLandscape,
    Quadratic,
    Rastrigin,
    Rosenbrock,
    Wells,
    himmelblau,
    quadratic,
)


def test_himmelblaus_nine_points():
    points = planar_critical_points(himmelblau())
    assert [p.index for p in points].count(0) == 4
    assert [p.index for p in points].count(1) == 4
    assert [p.index for p in points].count(2) == 1
    assert euler_characteristic(points) == 1
    assert all(p.certified and p.gradient_norm <= 1e-9 for p in points)
    values = [round(p.value, 9) for p in points]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("objective", "window"),
    [(Wells([-1.0, -2.0]), None), (Wells([1.0, -0.5]), None), (Rosenbrock(), ((-2.0, 2.0), (-1.0, 3.0)))],
)
def test_the_points_known_in_closed_form_and_no_other(objective, window):
    points = planar_critical_points(objective, window)
    known = [point.x for point in objective.critical_points]
    assert len(points) == len(known)
    for at in known:
        assert min(np.linalg.norm(point.x - at) for point in points) < 1e-9


def test_many_points():
    points = planar_critical_points(Rastrigin(), ((-2.2, 2.2), (-2.2, 2.2)), resolution=121)
    assert sum(p.index == 0 for p in points) == 25
    assert sum(p.index == 1 for p in points) == 40
    assert sum(p.index == 2 for p in points) == 16


@pytest.mark.parametrize("seed", range(12))
def test_landscapes_of_random_hills_and_hollows_are_complete(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 7))
    f = GaussianLandscape(rng.uniform(-2, 2, (k, 2)), rng.uniform(-2, 2, k), rng.uniform(0.3, 1.0, k))
    points = planar_critical_points(f)
    assert euler_characteristic(points) == 1
    minima = np.array([p.x for p in points if p.index == 0])
    for at in local_minima(f):
        assert np.linalg.norm(minima - at, axis=-1).min() < 1e-4


def test_none_and_one():
    assert planar_critical_points(quadratic([1.0, 2.0], center=[9.0, 0.0])) == []
    (only,) = planar_critical_points(quadratic([1.0, -2.0], center=[0.1, 0.2]))
    assert only.kind == "saddle"
    assert only.x == pytest.approx([0.1, 0.2])


def test_bad_arguments_are_named():
    flat: Quadratic = quadratic([1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="objective must have dim 2"):
        planar_critical_points(flat)
    with pytest.raises(ValueError, match="window must be wider than"):
        planar_critical_points(himmelblau(), ((1, 1 + 4e-16), (0, 1)))
    with pytest.raises(ValueError, match="resolution"):
        planar_critical_points(himmelblau(), resolution=4)
