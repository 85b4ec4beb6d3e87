"""Certificates: true critical points against places where the gradient is merely small."""

import numpy as np
import pytest

from course_utils import objectives
from course_utils.critical_points import certify, residual_by_cutoff
from course_utils.objectives import Quadratic, quadratic


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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: certify(f, [[0.0, 0.0]]), "x must be one point"),
        (lambda f: certify(f, [0.0, np.nan]), "x must be finite"),
        (lambda f: certify(f, [0.0, 0.0], gradient_tolerance=-1.0), "gradient_tolerance must be"),
        (lambda f: certify(f, [0.0, 0.0], eigenvalue_cutoff=-1.0), "eigenvalue_cutoff must be"),
        (lambda f: certify(f, [0.0, 0.0], gradient_tolerance=None), "gradient_tolerance must be"),
        (lambda f: certify(f, [0.0, 0.0], gradient_tolerance=np.nan), "gradient_tolerance must be"),
        (lambda f: certify(f, [0.0, 0.0], eigenvalue_cutoff="1"), "eigenvalue_cutoff must be"),
        (lambda f: certify(f, np.array([1j, 0.0])), "x must hold real numbers"),
        (lambda f: residual_by_cutoff(f, [0.0, 0.0], [1j]), "cutoffs must hold real numbers"),
        (lambda f: residual_by_cutoff(f, [3.0, 2.1], 0.1), "cutoffs must be"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(objectives.himmelblau())


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e-8, 1e160, 1e300])
def test_the_verdict_does_not_depend_on_the_size_of_the_function(size):
    saddle = quadratic(np.array([2.0, -1.0, 0.5]) * size, center=[1.0, -2.0, 3.0])
    point = certify(saddle, [1.0, -2.0, 3.0])
    assert point.certified
    assert (point.kind, point.index) == ("saddle", 1)
    near = certify(saddle, [1.0 + 1e-3, -2.0, 3.0 - 1e-3], gradient_tolerance=size)
    assert near.gradient_norm / size == pytest.approx(np.hypot(2e-3, 0.5e-3))
    assert near.certified
    assert near.residual < 1e-12
    half = residual_by_cutoff(saddle, [1.0 + 3.0, -2.0 - 8.0, 3.0], np.array([0.0, 1.5, 3.0]) * size)
    np.testing.assert_allclose(half, [0.0, 0.8, 1.0], atol=1e-12)


def test_where_nothing_is_finite_nothing_is_certified():
    class Broken(Quadratic):
        def _hessian(self, x):
            return np.where(x[..., :1, None] > 0, np.nan, super()._hessian(x))

    broken = Broken(np.array([1.0, 2.0]), np.zeros(2), "broken", None)
    assert certify(broken, [0.0, 0.0]).certified
    point = certify(broken, [1.0, 0.0])
    assert not point.certified
    assert point.kind == "degenerate"
    assert np.isnan(point.eigenvalues).all()
    assert point.gradient_norm == 1.0
    assert "uncertified" in repr(point)
