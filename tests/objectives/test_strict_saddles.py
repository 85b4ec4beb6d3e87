"""Problems whose saddles are proven to be strict: closed forms, certificates, expectations."""

import numpy as np
import pytest

from course_utils.critical_points import certify, damped_newton_search, without_duplicates
from course_utils.objectives import (
    ExpectedPhaseRetrieval,
    MatrixFactorization,
    PhaseRetrieval,
    TensorDecomposition,
)
from course_utils.optimizers import GradientDescent, minimize
from tests.tools.derivatives import check_derivatives


def found(objective, starts, seed=0, spread=1.5):
    """Return the distinct certified points of a search from random starts."""
    x = np.random.default_rng(seed).normal(size=(starts, objective.dim)) * spread
    points = damped_newton_search(objective, x, max_steps=100)
    return without_duplicates([p for p in points if p.certified])


def test_matrix_factorization_has_the_subsets_of_eigenvectors_as_critical_points():
    f = MatrixFactorization(np.diag([4.0, 2.0, 1.0]))
    points = found(f, 300)
    assert len(points) == 7 == len(f.critical_points)  # 0 and ± three eigenvectors
    for p in points:
        nearest = min(np.linalg.norm(p.x - known.x) for known in f.critical_points)
        assert nearest < 1e-8
        if p.value > 1.25 + 1e-9:  # ¼(2² + 1²), the best of rank one
            assert p.eigenvalues[0] < -0.9
        else:
            assert p.kind == "minimum"


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_descent_ends_at_the_best_approximation_of_its_rank(rank):
    rng = np.random.default_rng(1)
    root = rng.normal(size=(4, 4))
    M = root @ root.T
    f = MatrixFactorization(M, rank)
    run = minimize(f, GradientDescent(0.02), 0.1 * rng.normal(size=(5, f.dim)), 3000, record="ends")
    left = np.linalg.eigvalsh(M)[: 4 - rank]
    np.testing.assert_allclose(run.value[-1], np.sum(left**2) / 4, rtol=1e-6)


@pytest.mark.parametrize(("n", "rank"), [(3, 1), (3, 2), (4, 3), (4, 4)])
def test_all_listed_factors_but_the_best_curve_down(n, rank):
    M = np.diag(np.arange(1.0, n + 1))
    f = MatrixFactorization(M, rank)
    best = np.sum(np.arange(1.0, n - rank + 1) ** 2) / 4
    for point in f.critical_points:
        lowest = np.linalg.eigvalsh(f.hessian(point.x))[0]
        if f.value(point.x) > best + 1e-9:
            assert lowest <= -1 + 1e-9  # the gap between neighbouring eigenvalues, or one itself
        else:
            assert lowest >= -1e-9


def test_tensor_decomposition_has_three_to_the_n_points_and_their_curvatures():
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))[0]
    f = TensorDecomposition(turn)
    points = found(f, 600, spread=0.8)
    assert len(points) == 27 == len(f.critical_points)
    for p in points:
        parts = np.abs(turn @ p.x)
        used = int(np.sum(parts > 1e-6))
        if used:
            np.testing.assert_allclose(parts[parts > 1e-6], (2 * used - 1) ** -0.5, rtol=1e-9)
        lowest = {0: -1.0, 1: 1.0}.get(used, -2 / (2 * used - 1))
        assert p.eigenvalues[0] == pytest.approx(lowest, abs=1e-9)
        assert p.kind == {0: "maximum", 1: "minimum"}.get(used, "saddle")


def test_the_expected_saddles_lie_on_a_sphere_and_curve_down_along_the_signal():
    z = np.array([1.0, -2.0, 0.5, 0.0])
    f, rng = ExpectedPhaseRetrieval(z), np.random.default_rng(3)
    for _ in range(20):
        x = rng.normal(size=4)
        x -= z * (x @ z) / (z @ z)
        x *= np.linalg.norm(z) / np.sqrt(3) / np.linalg.norm(x)
        assert np.abs(f.gradient(x)).max() < 1e-13
        np.testing.assert_allclose(f.hvp(x, z), -2 * (z @ z) * z, rtol=1e-12, atol=1e-13)
        assert np.sum(np.abs(np.linalg.eigvalsh(f.hessian(x))) < 1e-9) == 2
    assert f.value(z) == pytest.approx(0.0, abs=1e-13)


def test_expected_phase_retrieval_is_the_mean_over_gaussian_vectors():
    rng, z = np.random.default_rng(4), np.array([1.0, -0.5, 0.3])
    sampled, expected = PhaseRetrieval(rng.normal(size=(400_000, 3)), z), ExpectedPhaseRetrieval(z)
    x = rng.normal(size=(5, 3))
    np.testing.assert_allclose(sampled.value(x), expected.value(x), rtol=0.05)
    np.testing.assert_allclose(sampled.gradient(x), expected.gradient(x), rtol=0.05, atol=0.1)


def test_with_enough_vectors_every_critical_point_of_phase_retrieval_is_certified_strict():
    z = np.array([1.0, -0.5, 0.8])
    f = PhaseRetrieval(np.random.default_rng(5).normal(size=(300, 3)), z)
    points = found(f, 200)
    assert sum(p.kind == "minimum" for p in points) == 2
    for p in points:
        assert (p.kind == "minimum" and abs(p.value) < 1e-20) or p.eigenvalues[0] < -0.1


def test_with_too_few_vectors_phase_retrieval_has_spurious_minima():
    """The property is one of the data: four vectors in three dimensions do not have it."""
    rng, spurious = np.random.default_rng(6), 0
    for _ in range(6):
        f = PhaseRetrieval(rng.normal(size=(4, 3)), rng.normal(size=3))
        spurious += sum(p.kind == "minimum" and p.value > 1e-6 for p in found(f, 60))
    assert spurious > 0


@pytest.mark.parametrize("rank", [2, 3])
def test_derivatives_of_factors_in_batches(rank):
    rng = np.random.default_rng(7)
    check_derivatives(
        MatrixFactorization(np.diag([3.0, 1.0, 0.0]), rank), rng.normal(size=(4, 3 * rank)), rng
    )


def test_a_singular_matrix_is_welcome():
    f = MatrixFactorization(np.diag([2.0, 0.0]), 2)
    assert certify(f, np.zeros(4)).kind == "degenerate"
    assert certify(f, np.zeros(4)).index == 2


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MatrixFactorization(np.diag([1.0, -1.0])), "positive semidefinite, got an eigenvalue -1"),
        (lambda: MatrixFactorization([[1.0, 2.0], [0.0, 3.0]]), "matrix must be symmetric"),
        (lambda: MatrixFactorization(np.eye(3), 4), r"rank must be a whole number in 1 … 3, got 4"),
        (lambda: MatrixFactorization(np.ones(3)), r"matrix must be finite with shape \(n, n\)"),
        (lambda: PhaseRetrieval(np.ones((3, 2)), np.ones(3)), r"signal must be finite with shape \(2,\)"),
        (lambda: PhaseRetrieval(np.ones(3), np.ones(3)), r"vectors must be finite with shape \(m, n\)"),
        (lambda: ExpectedPhaseRetrieval([0.0, 0.0]), "signal must be finite, not 0"),
        (lambda: TensorDecomposition([[1.0, 0.0], [1.0, 1.0]]), "components must be orthonormal rows"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()
