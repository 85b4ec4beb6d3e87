"""The union of wedges, and planes that meet it."""

from itertools import combinations

import numpy as np
import pytest

from course_utils.landscapes import Wedges, nearest_on_plane, random_directions
from tests.tools.derivatives import check_derivatives


def nearest_by_trying(dim, n, origin, directions):
    """Return the least distance from the plane to any of the wedges, all of them tried."""
    distances = []
    for free in combinations(range(dim), n):
        held = [i for i in range(dim) if i not in free]
        A, b = directions[:, held].T, -origin[held]
        distances.append(np.linalg.norm(A @ np.linalg.lstsq(A, b, rcond=None)[0] - b))
    return min(distances)


def test_the_value_is_half_the_squared_distance_to_the_nearest_wedge():
    wedges, rng = Wedges(6, 2), np.random.default_rng(0)
    for x in rng.standard_normal((20, 6)):
        distances = []
        for free in combinations(range(6), 2):
            rest = x.copy()
            rest[list(free)] = 0
            distances.append(np.linalg.norm(rest))
        assert wedges.value(x) == pytest.approx(min(distances) ** 2 / 2, rel=1e-12)


@pytest.mark.parametrize(("dim", "n"), [(2, 0), (2, 1), (5, 3), (9, 8)])
def test_derivatives(dim, n):
    rng = np.random.default_rng(1)
    check_derivatives(Wedges(dim, n), rng.standard_normal((4, dim)), rng)


def test_on_a_wedge_the_loss_is_zero_and_ties_are_held_once():
    wedges = Wedges(4, 2)
    assert wedges.value([0.0, 3.0, 0.0, -2.0]) == 0
    assert wedges.value(np.zeros(4)) == 0
    assert wedges.held([1.0, 1.0, 1.0, 1.0]).sum() == 2
    assert wedges.value([1.0, -1.0, 1.0, 1.0]) == 1.0


@pytest.mark.parametrize(("dim", "n", "d"), [(6, 2, 2), (6, 3, 2), (7, 1, 3)])
def test_from_many_starts_the_nearest_point_is_found(dim, n, d):
    rng = np.random.default_rng(2)
    wedges = Wedges(dim, n)
    for _ in range(5):
        origin, P = rng.standard_normal(dim), random_directions(rng, d, dim)
        found = [nearest_on_plane(wedges, origin, P, 4 * rng.standard_normal(d)) for _ in range(300)]
        best = min(found, key=lambda one: one.distance)
        assert best.distance == pytest.approx(nearest_by_trying(dim, n, origin, P), rel=1e-9)
        at = origin + best.coordinates @ P
        assert np.sqrt(2 * wedges.value(at)) == pytest.approx(best.distance, rel=1e-12)
        # At rest: no slope along the plane.
        assert np.abs(P @ wedges.gradient(at)).max() < 1e-12


@pytest.mark.parametrize(("d", "meets"), [(5, False), (6, True), (7, True)])
def test_a_random_plane_meets_the_wedges_from_d_plus_n_on(d, meets):
    rng = np.random.default_rng(3)
    wedges = Wedges(20, 14)
    for _ in range(10):
        origin = rng.standard_normal(20)
        distance = nearest_on_plane(wedges, origin, random_directions(rng, d, 20)).distance
        assert (distance < 1e-9) == meets


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="wedge_dim"):
        Wedges(3, 3)
    with pytest.raises(ValueError, match="dim must"):
        Wedges(1, 0)
    wedges = Wedges(3, 1)
    with pytest.raises(ValueError, match="origin must have shape"):
        nearest_on_plane(wedges, np.ones((2, 3)), np.eye(3))
    with pytest.raises(ValueError, match="start must have shape"):
        nearest_on_plane(wedges, np.ones(3), np.eye(3)[:2], [1.0])
