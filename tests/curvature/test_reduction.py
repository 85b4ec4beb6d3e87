"""The tridiagonal form against dense decompositions: every size, copies, null spaces, all zeros."""

import numpy as np
import pytest

from course_utils.curvature import tridiagonal_form
from course_utils.curvature.operators import tridiagonal
from tests.tools.spectra import BLIND_SPOT, rotated

SPECTRA = [
    [3.0],
    [-2.0, 5.0],
    [0.0, 0.0, 0.0],
    [1.0, 1.0, 1.0, -4.0],
    BLIND_SPOT,
    np.r_[np.zeros(40), -np.geomspace(1e-9, 1, 20), np.geomspace(1e-9, 30, 20)],
]


@pytest.mark.parametrize("exact", SPECTRA, ids=lambda exact: f"{len(exact)} eigenvalues")
def test_the_form_is_the_matrix_in_other_coordinates(exact):
    rng = np.random.default_rng(len(exact))
    H, _ = rotated(exact, rng)
    before, n = H.copy(), len(exact)
    form = tridiagonal_form(H)
    np.testing.assert_array_equal(H, before)
    Q = form.into(np.eye(n))  # rows: Qᵀ eᵢ, so that this is Q
    np.testing.assert_allclose(Q @ Q.T, np.eye(n), atol=1e-13)
    np.testing.assert_allclose(
        Q @ tridiagonal(form.alphas, form.betas) @ Q.T, H, atol=1e-13 * np.abs(exact).max()
    )
    v = rng.normal(size=(2, 3, n))
    np.testing.assert_allclose(form.into(v), v @ Q, atol=1e-13)
    np.testing.assert_allclose(form.out(form.into(v)), v, atol=1e-13)
    np.testing.assert_allclose(form.into(v[0, 0]), v[0, 0] @ Q, atol=1e-13)


@pytest.mark.parametrize("exact", SPECTRA, ids=lambda exact: f"{len(exact)} eigenvalues")
def test_its_eigenpairs_are_those_of_the_matrix(exact):
    H, _ = rotated(exact, np.random.default_rng(1))
    scale = max(np.abs(exact).max(), 1e-300)
    form = tridiagonal_form(H)
    eigenvalues, rows = form.eigenpairs()
    np.testing.assert_allclose(eigenvalues, np.sort(exact), atol=1e-13 * scale)
    vectors = form.out(rows)
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(len(exact)), atol=1e-11)
    np.testing.assert_allclose(vectors @ H, eigenvalues[:, None] * vectors, atol=1e-12 * scale)


def test_no_vectors_and_no_matrix():
    form = tridiagonal_form(np.diag([1.0, 2.0]))
    assert form.into(np.empty((0, 2))).shape == (0, 2)
    for wrong, said in [
        (np.ones((2, 3)), r"a square matrix, got shape \(2, 3\)"),
        (np.empty((0, 0)), r"a square matrix, got shape \(0, 0\)"),
        ([[1.0, 2.0], [0.0, 1.0]], r"symmetric, got max\|H - Hᵀ\| = 2"),
        ([[np.nan]], "finite numbers"),
    ]:
        with pytest.raises(ValueError, match=said):
            tridiagonal_form(wrong)


def test_vectors_are_numbers_of_the_right_shape():
    S = np.random.default_rng(0).normal(size=(4, 4))
    form = tridiagonal_form(S + S.T)
    for way in (form.into, form.out):
        np.testing.assert_array_equal(way([1, 2, 3, 4]), way(np.array([1.0, 2, 3, 4])))
        assert way(np.ones((2, 4), dtype=np.float32)).dtype == np.float64
        for bad in (np.ones((2, 8)), np.float64(1), [1, 2, 3, np.nan], ["a"] * 4):
            with pytest.raises(ValueError, match=r"vectors|coordinates"):
                way(bad)
