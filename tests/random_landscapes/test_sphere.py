"""Searches along the sphere: what they find is critical, and all of it where that can be known."""

import numpy as np
import pytest

from course_utils.random_landscapes import (
    SphericalSpinGlass,
    descend_on_sphere,
    look_at,
    newton_on_sphere,
    predicted_index,
    tangent_basis,
)


def test_the_basis_is_orthonormal_and_orthogonal_to_x():
    x = np.random.default_rng(0).normal(size=(5, 4))
    x[0] = [1, 0, 0, 0]
    x[1] = [-1, 0, 0, 0]
    B = tangent_basis(x)
    assert B.shape == (5, 4, 3)
    np.testing.assert_allclose(np.swapaxes(B, -1, -2) @ B, np.broadcast_to(np.eye(3), (5, 3, 3)), atol=1e-14)
    np.testing.assert_allclose(np.einsum("kij,ki->kj", B, x), 0, atol=1e-14)


def test_newton_finds_all_eigenvectors_of_a_quadratic_form():
    n, rng = 7, np.random.default_rng(1)
    glass = SphericalSpinGlass(n, 2, rng=rng)
    found = newton_on_sphere(glass, glass.sample(400, rng=rng))
    good = found.certified
    assert good.mean() > 0.9
    assert sorted(set(found.index[good])) == list(range(n))
    J = np.random.default_rng(1).standard_normal((n, n))
    wanted = np.linalg.eigvalsh((J + J.T) / 2) / np.sqrt(n)
    np.testing.assert_allclose(found.energy[good], wanted[found.index[good]], atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_indices_of_all_critical_points_add_up_to_the_euler_characteristic(seed):
    """Morse: Σ(−1)^index = 2 on the sphere of an odd number N of spins, if none is missing."""
    n, rng = 7, np.random.default_rng(seed)
    glass = SphericalSpinGlass(n, 3, rng=rng)
    found = newton_on_sphere(glass, glass.sample(3000, rng=rng))
    x, index = found.x[found.certified], found.index[found.certified]
    distinct = np.unique(np.round(x, 6), axis=0, return_index=True)[1]
    assert len(distinct) < 2 * (2**n - 1)  # the complex ones (Cartwright & Sturmfels 2013)
    assert np.sum((-1.0) ** index[distinct]) == 2
    # f(−x) = −f(x): each has a partner of the opposite energy, whose index is what is left of N − 1.
    np.testing.assert_allclose(np.sort(found.energy[found.certified][distinct]).sum(), 0, atol=1e-9)
    assert (
        np.bincount(index[distinct], minlength=n).tolist()
        == np.bincount(index[distinct], minlength=n)[::-1].tolist()
    )


def test_index_follows_energy_as_predicted():
    rng = np.random.default_rng(3)
    glass = SphericalSpinGlass(60, 3, rng=rng)
    path = descend_on_sphere(glass, glass.sample(20, rng=rng), 25)
    found = newton_on_sphere(glass, path[::5].reshape(-1, 60))
    good = found.certified
    assert good.sum() > 20
    error = found.index[good] / 59 - predicted_index(found.energy[good], 3)
    assert np.sqrt(np.mean(error**2)) < 0.03
    assert found.energy[good].min() < -1.0


def test_descent_goes_down_on_the_sphere_to_a_minimum():
    rng = np.random.default_rng(4)
    glass = SphericalSpinGlass(12, 3, rng=rng)
    path = descend_on_sphere(glass, glass.sample(4, rng=rng), 3000, tolerance=1e-8)
    assert len(path) < 3000
    np.testing.assert_allclose(np.linalg.norm(path, axis=-1), np.sqrt(12), rtol=1e-12)
    assert (np.diff(glass.value(path), axis=0) <= 1e-12).all()
    end = look_at(glass, path[-1])
    assert (end.index == 0).all()
    assert (end.gradient_norm <= 1e-8 * np.sqrt(12)).all()


def test_a_rule_of_the_readers_own_is_used():
    rng = np.random.default_rng(5)
    glass = SphericalSpinGlass(5, rng=rng)
    start = glass.sample(1, rng=rng)[0]
    own = descend_on_sphere(glass, start, 5, step=lambda x, g, rate: glass.project(x - rate * g))
    np.testing.assert_allclose(own, descend_on_sphere(glass, start, 5), rtol=1e-12)


def test_points_beside_critical_ones_are_not_certified():
    rng = np.random.default_rng(6)
    glass = SphericalSpinGlass(9, rng=rng)
    found = newton_on_sphere(glass, glass.sample(50, rng=rng))
    best = found.x[found.certified]
    assert not look_at(glass, best + 1e-6 * rng.normal(size=best.shape)).certified.any()
    assert not look_at(glass, glass.sample(50, rng=rng)).certified.any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda g, x: newton_on_sphere(g, x, steps=0), "steps must be"),
        (lambda g, x: newton_on_sphere(g, x, longest=0.0), "longest must be"),
        (lambda g, x: descend_on_sphere(g, x, -1), "steps must be"),
        (lambda g, x: descend_on_sphere(g, x, 1, learning_rate=0), "learning_rate must be"),
        (lambda g, x: descend_on_sphere(g, x, 1, tolerance=-1), "tolerance must be"),
    ],
)
def test_bad_input_is_named(call, words):
    glass = SphericalSpinGlass(4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=words):
        call(glass, glass.sample(2, rng=np.random.default_rng(0)))
