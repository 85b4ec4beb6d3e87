"""Lanczos against matrices whose spectrum is known."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import aslinearoperator

from course_utils.curvature.krylov import lanczos
from tests.tools.search import examples
from tests.tools.spectra import BLIND_SPOT, gradient_with_overlap, rotated

EPS = np.finfo(float).eps


@st.composite
def symmetric_matrices(draw):
    n = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    # Small whole eigenvalues: repeated ones, zeros and both signs come up often.
    eigenvalues = draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n))
    scale = 10.0 ** draw(st.integers(-6, 6))
    return rotated(scale * np.array(eigenvalues), rng)[0], rng


@given(symmetric_matrices(), st.integers(1, 15))
@examples(60)
def test_the_projection_is_orthonormal_tridiagonal_and_its_residuals_are_true(case, steps):
    H, rng = case
    n = len(H)
    norm = np.linalg.norm(H, 2)
    result = lanczos(H, rng.standard_normal(n), steps)
    V, k = result.basis, len(result.ritz_values)
    assert k <= min(steps, n)
    np.testing.assert_allclose(V @ V.T, np.eye(k), atol=1e-13)
    np.testing.assert_allclose(result.ritz_vectors @ result.ritz_vectors.T, np.eye(k), atol=1e-12)
    np.testing.assert_allclose(V @ H @ V.T, result.tridiagonal, atol=1e-12 * norm)
    true = np.linalg.norm(result.ritz_vectors @ H - result.ritz_values[:, None] * result.ritz_vectors, axis=1)
    np.testing.assert_allclose(result.residuals, true, atol=1e-12 * norm)
    # Each Ritz value lies within its residual of an eigenvalue, and none outside the spectrum.
    exact = np.linalg.eigvalsh(H)
    distance = np.abs(result.ritz_values[:, None] - exact).min(axis=1)
    assert (distance <= result.residuals + 1e-12 * norm).all()
    if result.invariant:
        assert result.residuals.max() <= 1e-12 * norm
    else:
        assert k == min(steps, n)


def test_what_an_operator_returns_stays_as_it_is():
    H, rng = np.diag(np.arange(1.0, 6.0)), np.random.default_rng(0)
    returned = []

    def product(v):
        result = H @ v
        kept = result.copy()
        result.setflags(write=False)
        returned.append((result, kept))
        return result

    ritz_values = lanczos(product, rng.standard_normal(5), 5).ritz_values
    np.testing.assert_allclose(ritz_values, np.arange(1.0, 6.0), atol=1e-12)
    for result, kept in returned:
        np.testing.assert_array_equal(result, kept)


def test_all_steps_give_the_whole_spectrum_with_its_vectors():
    rng = np.random.default_rng(0)
    H, Q = rotated(np.linspace(-2, 5, 40), rng)
    result = lanczos(H, rng.standard_normal(40), 100)
    assert result.invariant
    assert result.basis.shape == (40, 40)
    np.testing.assert_allclose(result.ritz_values, np.linspace(-2, 5, 40), atol=1e-12)
    np.testing.assert_allclose(np.abs(result.ritz_vectors @ Q), np.eye(40), atol=1e-10)


def test_ritz_values_of_a_short_run_are_those_of_the_second_difference_matrix_from_its_middle():
    # From e₁ the path graph's matrix is its own tridiagonal form: T is its leading block.
    n, k = 30, 7
    H = scipy.sparse.diags_array([-1.0, 2.0, -1.0], offsets=[-1, 0, 1], shape=(n, n))
    result = lanczos(H, np.eye(n)[0], k)
    j = np.arange(1, k + 1)
    np.testing.assert_allclose(result.ritz_values, 2 - 2 * np.cos(j * np.pi / (k + 1)), atol=1e-13)
    np.testing.assert_allclose(result.betas, 1.0, atol=1e-14)


def test_no_copies_of_converged_eigenvalues_appear():
    # A lone large eigenvalue converges at once; without re-orthogonalisation it comes back as a ghost.
    rng = np.random.default_rng(1)
    H, _ = rotated(np.r_[np.linspace(0, 1, 199), 100.0], rng)
    result = lanczos(H, rng.standard_normal(200), 80)
    assert np.count_nonzero(result.ritz_values > 50) == 1
    np.testing.assert_allclose(result.basis @ result.basis.T, np.eye(80), atol=1e-13)


def test_breakdown_ends_in_the_invariant_subspace():
    rng = np.random.default_rng(2)
    H, Q = rotated([-1, -1, -1, 2, 2, 7, 7, 7, 7, 7], rng)
    result = lanczos(H, rng.standard_normal(10), 10)
    assert result.invariant
    np.testing.assert_allclose(result.ritz_values, [-1, 2, 7], atol=1e-12)
    assert lanczos(np.eye(4), np.ones(4), 3).ritz_values == pytest.approx([1.0])
    assert lanczos(np.zeros((4, 4)), np.ones(4), 3).ritz_values == pytest.approx([0.0])
    alone = lanczos(H, Q[:, 3], 5)
    np.testing.assert_allclose(alone.ritz_values, [2.0], atol=1e-12)


def test_from_a_gradient_orthogonal_to_it_the_negative_eigenvalue_stays_unseen():
    H = np.diag(BLIND_SPOT)
    result = lanczos(H, gradient_with_overlap(0.0), 20)
    assert round(result.ritz_values[0], 2) == 0.10
    assert result.residuals[0] < 1e-3  # the residual certifies an eigenvalue, not that it is the lowest
    assert lanczos(H, gradient_with_overlap(0.0), 30).ritz_values[0] == pytest.approx(0.1)


def test_an_overlap_of_a_millionth_is_enough_in_twenty_steps():
    lowest = lanczos(np.diag(BLIND_SPOT), gradient_with_overlap(1e-6), 20).ritz_values[0]
    assert lowest == pytest.approx(-0.97, abs=0.006)
    # Twenty steps are not a law: with 99 eigenvalues spread over [0.1, 10] they still see nothing.
    crowded = np.r_[-1.0, np.linspace(0.1, 10, 99)]
    start = np.r_[1e-6, np.full(99, 99**-0.5)]
    assert lanczos(np.diag(crowded), start, 20).ritz_values[0] > 0.1
    assert lanczos(np.diag(crowded), start, 40).ritz_values[0] < -0.99


def test_a_random_part_in_the_start_cures_blindness():
    H = np.diag(BLIND_SPOT)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        mixed = lanczos(H, gradient_with_overlap(0.0), 20, mix=0.1, rng=rng)
        assert mixed.ritz_values[0] == pytest.approx(-1.0, abs=1e-3)
    # The start stays close to the gradient direction: their angle is at most asin(mix).
    assert mixed.basis[0] @ gradient_with_overlap(0.0) >= np.sqrt(1 - 0.1**2)


def test_at_a_saddle_the_random_part_is_the_whole_start():
    H = np.diag([-1.0, 2.0])
    result = lanczos(H, np.zeros(2), 2, mix=0.5, rng=np.random.default_rng(0))
    np.testing.assert_allclose(result.ritz_values, [-1, 2], atol=1e-14)
    with pytest.raises(ValueError, match="start must not be zero"):
        lanczos(H, np.zeros(2), 2)


def test_the_size_of_the_start_does_not_matter():
    H, rng = np.diag([1.0, 2.0, 5.0]), np.random.default_rng(0)
    g = rng.standard_normal(3)
    for size in (1e-200, 1e200):
        np.testing.assert_allclose(lanczos(H, size * g, 2).alphas, lanczos(H, g, 2).alphas, rtol=1e-12)


def test_every_form_of_operator_gives_the_same_result():
    rng = np.random.default_rng(3)
    H, _ = rotated(np.arange(10.0), rng)
    v = rng.standard_normal(10)
    expected = lanczos(H, v, 5).ritz_values
    forms = (lambda u: H @ u, aslinearoperator(H), scipy.sparse.csr_array(H), np.asarray(H, order="F"))
    for form in forms:
        np.testing.assert_allclose(lanczos(form, v, 5).ritz_values, expected, atol=1e-13)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones((2, 3)), [1.0, 1.0], 2), "operator must be square"),
        ((np.eye(3), [1.0, 1.0], 2), "operator must act on vectors of length 2"),
        ((np.array([[0.0, 1.0], [0.0, 0.0]]), [1.0, 1.0], 2), "operator must be symmetric"),
        ((np.array([[np.nan]]), [1.0], 1), "operator must hold finite numbers"),
        ((np.eye(2) * 1j, [1.0, 1.0], 1), "operator must hold real numbers"),
        (("H", [1.0], 1), "operator must be a matrix, an operator or a function"),
        ((lambda v: v * np.inf, [1.0, 1.0], 2), "operator must return finite products"),
        ((np.eye(2), [1.0, 1.0], 0), "steps must be a whole number of at least 1, got 0"),
        ((np.eye(2), [1.0, 1.0], 1.5), "steps must be a whole number"),
        ((np.eye(2), [[1.0, 1.0]], 1), "start must be one vector"),
        ((np.eye(2), [np.nan, 1.0], 1), "start must be finite"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        lanczos(*arguments)


def test_bad_settings_are_named():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="mix must be"):
        lanczos(np.eye(2), [1.0, 0.0], 1, mix=-0.1, rng=rng)
    with pytest.raises(ValueError, match="rng is needed"):
        lanczos(np.eye(2), [1.0, 0.0], 1, mix=0.1)


def test_the_same_seed_gives_the_same_bits():
    H, _ = rotated(np.linspace(-1, 1, 100), np.random.default_rng(6))
    a, b = (lanczos(H, np.ones(100), 9, mix=0.3, rng=np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(a.basis, b.basis)


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1.0, 1e150, 1e200, 1e300])
def test_the_size_of_the_operator_does_not_matter(size):
    H, _ = rotated(np.linspace(-1, 2, 30), np.random.default_rng(7))
    plain, sized = (lanczos(h, np.ones(30), 12) for h in (H, size * H))
    assert len(sized.ritz_values) == 12
    assert not sized.invariant
    np.testing.assert_allclose(sized.ritz_values / size, plain.ritz_values, atol=1e-10)
    np.testing.assert_allclose(sized.basis @ sized.basis.T, np.eye(12), atol=1e-13)


def test_an_operator_may_change_its_argument_or_return_the_same_array_every_time():
    d, buffer = np.arange(1.0, 9.0), np.empty(8)

    def in_place(v):
        v *= d
        return v

    def reused(v):
        np.multiply(d, v, out=buffer)
        return buffer

    start = np.random.default_rng(0).standard_normal(8)
    for operator in (in_place, reused):
        kept = start.copy()
        np.testing.assert_allclose(lanczos(operator, start, 8).ritz_values, d, atol=1e-12)
        np.testing.assert_array_equal(start, kept)


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match="rng must be a generator"):
        lanczos(np.eye(2), [1.0, 0.0], 1, mix=0.1, rng=0)


@pytest.mark.parametrize("bend", [np.triu, np.tril, lambda H: H @ np.diag(np.arange(8.0))])
def test_an_operator_that_is_not_symmetric_is_refused(bend):
    H = bend(rotated(np.arange(8.0), np.random.default_rng(0))[0])
    with pytest.raises(ValueError, match="operator must be symmetric"):
        lanczos(lambda v: H @ v, np.ones(8), 5)


def test_a_mix_that_is_no_number_is_named():
    with pytest.raises(ValueError, match="mix must be a finite number ≥ 0, got 'a'"):
        lanczos(np.eye(3), np.ones(3), 2, mix="a", rng=np.random.default_rng(0))
