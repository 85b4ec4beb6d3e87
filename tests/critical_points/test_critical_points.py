from dataclasses import replace

import numpy as np
import pytest

from course_utils import objectives
from course_utils.critical_points import (
    CriticalPoint,
    certify,
    damped_newton_search,
    noisy_path_starts,
    residual_by_cutoff,
    trust_region_search,
    without_duplicates,
)
from course_utils.objectives import Planar, quadratic
from course_utils.optimizers import GradientDescent, minimize

FINDERS = [damped_newton_search, trust_region_search]


def grid(low, high, count):
    side = np.linspace(low, high, count)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def shelf_of_least_slope(slope):
    """Return where ‖g‖ of `objectives.plateau` has its minimum on the shelf: Hg = 0, g ≠ 0."""
    return np.array([0.0, (2 - np.sqrt(4 - 3 * slope / 2)) / 3])


@pytest.mark.parametrize("name", [n for n, f in objectives.catalogue().items() if f.critical_points])
def test_every_known_critical_point_is_certified(name):
    f = objectives.catalogue()[name]
    for known in f.critical_points:
        point = certify(f, known.x)
        assert point.certified, point
        assert point.kind == known.kind
        assert point.gradient_norm <= 1e-9
        assert point.residual <= 1e-2
        assert point.index == int(np.sum(np.linalg.eigvalsh(f.hessian(known.x)) < -point.cutoff))


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


def test_a_point_is_where_and_what_it_says():
    f = objectives.himmelblau()
    x = np.array([3.0, 2.01])
    point = certify(f, x)
    x[0] = 0.0
    np.testing.assert_array_equal(point.x, [3.0, 2.01])
    assert not point.certified
    assert point.value == float(f.value(point.x))
    assert point.gradient_norm == pytest.approx(np.linalg.norm(f.gradient(point.x)), rel=1e-14)
    np.testing.assert_allclose(point.eigenvalues, np.linalg.eigvalsh(f.hessian(point.x)), rtol=1e-12)
    assert certify(f, point.x, gradient_tolerance=1.0).certified
    assert point.index_fraction == 0.0
    assert "uncertified minimum" in repr(point)


@pytest.mark.parametrize("slope", [0.02, 1e-6, 1e-10, 1e-12])
def test_a_gradient_flat_point_is_not_certified(slope):
    f = objectives.plateau(slope)
    flat = shelf_of_least_slope(slope)
    assert np.linalg.norm(f.hessian(flat) @ f.gradient(flat)) < 1e-12 * slope
    point = certify(f, flat)
    assert point.residual == pytest.approx(1.0)
    assert not point.certified
    # No gradient tolerance buys a certificate either.
    assert not certify(f, flat, gradient_tolerance=1.0).certified


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


@pytest.mark.parametrize("slope", [1e-3, 1e-6, 1e-9])
def test_a_weak_but_regular_minimum_is_certified(slope):
    # The shelf's neighbour: curvature as small as the slope was, but a true critical point.
    f = quadratic([1.0, slope], center=[0.3, -0.7])
    assert certify(f, [0.3 + 1e-10, -0.7 + 1e-10]).kind == "minimum"
    assert certify(f, [0.3 + 1e-10, -0.7 + 1e-10]).certified


def test_a_degenerate_point_needs_an_exact_gradient():
    f = objectives.flat_direction(3)  # x₁² + x₂³: adding ε x₂ removes the critical point
    assert certify(f, [0.0, 0.0]).certified
    near = certify(f, [0.0, 1e-6])
    assert near.gradient_norm < 1e-9
    assert (near.kind, near.certified) == ("degenerate", False)


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


def test_the_cutoff_is_explicit():
    f = quadratic([1.0, -1e-3])
    assert certify(f, [0.0, 0.0]).kind == "saddle"
    coarse = certify(f, [0.0, 0.0], eigenvalue_cutoff=1e-2)
    assert (coarse.kind, coarse.index, coarse.cutoff) == ("degenerate", 0, 1e-2)


def test_the_residual_is_that_of_the_truncated_newton_step():
    rng = np.random.default_rng(1)
    Q = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    spectrum = np.array([3.0, -2.0, 1.0, 0.1, -0.01, 1e-3])
    f = quadratic(Q @ np.diag(spectrum) @ Q.T)
    x = rng.normal(size=6)
    g, H = f.gradient(x), f.hessian(x)
    cutoffs = np.array([0.0, 5e-3, 0.05, 0.5, 10.0])
    curve = residual_by_cutoff(f, x, cutoffs)
    for cutoff, residual in zip(cutoffs, curve, strict=True):
        truncated = np.linalg.pinv(H, rcond=max(cutoff, 1e-12) / 3.0, hermitian=True)
        expected = np.linalg.norm(H @ (-truncated @ g) + g) / np.linalg.norm(g)
        assert residual == pytest.approx(expected, abs=1e-12)
        assert certify(f, x, eigenvalue_cutoff=cutoff).residual == pytest.approx(expected, abs=1e-12)
    assert (np.diff(curve) > 0).all()
    assert curve[-1] == pytest.approx(1.0)
    np.testing.assert_array_equal(residual_by_cutoff(f, np.zeros(6), cutoffs), 0.0)


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


def test_duplicates_are_recognised():
    f = objectives.himmelblau()
    one = certify(f, [3.0, 2.0])
    near, far = replace(one, x=one.x + 1e-9), replace(one, x=one.x + 1e-3)
    higher = replace(one, value=1.0)
    assert without_duplicates([one, near, far, higher, one]) == [one, far, higher]
    assert without_duplicates([one, far], tolerance=1e-2) == [one]
    assert isinstance(one, CriticalPoint)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: certify(f, [[0.0, 0.0]]), "x must be one point"),
        (lambda f: certify(f, [0.0, np.nan]), "x must be finite"),
        (lambda f: certify(f, [0.0, 0.0], gradient_tolerance=-1.0), "gradient_tolerance must be"),
        (lambda f: certify(f, [0.0, 0.0], eigenvalue_cutoff=-1.0), "tolerance must be"),
        (lambda f: damped_newton_search(f, np.zeros((0, 2))), "starts must hold"),
        (lambda f: damped_newton_search(f, [0.0, 0.0, 0.0]), "starts must have shape"),
        (lambda f: damped_newton_search(f, [0.0, 0.0], max_steps=0), "max_steps must be"),
        (lambda f: damped_newton_search(f, [0.0, 0.0], damping_levels=(-1.0,)), "damping_levels must be"),
        (lambda f: trust_region_search(f, [0.0, 0.0], max_steps=0), "max_steps must be"),
        (lambda f: residual_by_cutoff(f, [3.0, 2.1], 0.1), "cutoffs must be"),
        (lambda f: without_duplicates([], tolerance=-1.0), "tolerance must be"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(objectives.himmelblau())
