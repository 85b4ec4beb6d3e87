"""The principal components of a path, beside those of a path without any aim."""

import numpy as np
import pytest

from course_utils.landscapes import principal_components, project_onto_line, random_walk_share
from course_utils.objectives import quadratic
from course_utils.optimizers import GradientDescent, minimize


def walk(points, dim, seed=0):
    return np.cumsum(np.random.default_rng(seed).standard_normal((points, dim)), axis=0)


def test_components_of_a_path_in_a_plane():
    t = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    plane = np.linalg.qr(np.random.default_rng(1).standard_normal((7, 2)))[0].T
    path = 5 + np.column_stack([3 * np.cos(t), np.sin(t)]) @ plane
    found = principal_components(path, 3)
    np.testing.assert_allclose(found.shares, [0.9, 0.1, 0], atol=1e-12)
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(np.abs(found.directions[:2] @ plane.T), np.eye(2), atol=1e-12)
    np.testing.assert_allclose(found.mean + found.coordinates @ found.directions, path, atol=1e-12)
    assert (np.take_along_axis(found.directions, np.abs(found.directions).argmax(1)[:, None], 1) > 0).all()


def test_a_random_walk_has_the_shares_of_the_formula():
    """The share is the mean over walks in the limit of many dimensions: 10,000 of them are within 1 %."""
    found = principal_components(walk(100, 10_000), 4).shares
    expected = [random_walk_share(k, 100) for k in range(1, 5)]
    np.testing.assert_allclose(found, expected, rtol=0.06)
    np.testing.assert_allclose(expected, 6 / (np.pi * np.arange(1, 5)) ** 2, rtol=2e-3)


@pytest.mark.parametrize("points", [2, 3, 10, 500])
def test_the_shares_of_a_walk_add_up_to_one(points):
    assert sum(random_walk_share(k, points) for k in range(1, points)) == pytest.approx(1)


def test_the_shares_are_the_eigenvalues_of_the_centred_sums():
    T = 12
    centre = np.eye(T) - 1 / T
    sums = centre @ np.tril(np.ones((T, T)))
    eigenvalues = np.linalg.eigvalsh(sums @ sums.T)[::-1]
    expected = eigenvalues[: T - 1] / eigenvalues.sum()
    np.testing.assert_allclose([random_walk_share(k, T) for k in range(1, T)], expected, rtol=1e-10)


def test_in_many_dimensions_a_walk_traces_the_arc_of_its_null():
    """β = √(α(A − α)) for a walk whose step 900 of 1,000 plays the solution."""
    path = walk(1001, 10_000, seed=3)
    along, away = project_onto_line(path[:901], path[0], path[900])
    length = along[-1]
    np.testing.assert_allclose(
        away / length, np.sqrt(np.clip(along * (length - along), 0, None)) / length, atol=0.02
    )
    assert (away / length).max() == pytest.approx(0.5, abs=0.02)


def test_a_descent_into_a_bowl_is_a_line_at_the_end():
    run = minimize(quadratic(np.diag([1.0, 10.0])), GradientDescent(0.05), [1.0, 1.0], 200)
    assert principal_components(run.x[50:], 1).shares[0] == pytest.approx(1)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_paths_of_any_size(scale):
    path = walk(6, 4)
    np.testing.assert_allclose(
        principal_components(scale * path, 2).shares, principal_components(path, 2).shares
    )


def test_a_path_that_never_moves_has_no_shares():
    found = principal_components(np.ones((5, 3)), 2)
    assert found.shares.tolist() == [0, 0]
    np.testing.assert_array_equal(found.coordinates, np.zeros((5, 2)))


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: principal_components([1.0, 2.0]), r"points must be finite, of shape \(T, n\)"),
        (lambda: principal_components([[1.0, 2.0]]), "with T ≥ 2"),
        (lambda: principal_components([[1.0], [np.nan]]), "points must be finite"),
        (lambda: principal_components(np.zeros((3, 0))), "points must be finite, of shape"),
        (lambda: principal_components(np.zeros((3, 5)), 3), "count must be a whole number in 1 … 2"),
        (lambda: random_walk_share(1, 1), "points must be a whole number of at least 2"),
        (lambda: random_walk_share(5, 5), "component must be a whole number in 1 … 4"),
    ],
)
def test_bad_arguments_are_named(call, problem):
    with pytest.raises(ValueError, match=problem):
        call()
