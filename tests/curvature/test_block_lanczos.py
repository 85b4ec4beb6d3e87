"""The Krylov space of block Lanczos keeps what it promises while it grows and after restarts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import aslinearoperator

from course_utils.curvature.block_lanczos import BlockKrylov
from tests.tools.search import examples
from tests.tools.spectra import rotated


@given(
    st.lists(st.integers(-2, 2), min_size=2, max_size=40),
    st.integers(1, 5),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
@examples(60)
def test_projection_and_residuals_are_true_through_restarts(whole, width, fresh, seed):
    rng = np.random.default_rng(seed)
    H, _ = rotated(whole, rng)
    n = len(H)
    space = BlockKrylov(aslinearoperator(H), width, 20, rng, rng.standard_normal((1, n)))
    for _ in range(12):
        space.grow()
        V = space.V[: space.size]
        np.testing.assert_allclose(V @ V.T, np.eye(space.size), atol=1e-12)
        np.testing.assert_allclose(V @ H @ V.T, space.T[: space.size, : space.size], atol=1e-11)
        values, S, misses = space.ritz()
        vectors = space.vectors(S)
        true = np.linalg.norm(vectors @ H - values[:, None] * vectors, axis=1)
        np.testing.assert_allclose(misses, true, atol=1e-11)
        if space.size == n:
            np.testing.assert_allclose(values, np.sort(whole), atol=1e-11)
            return
        if space.full:
            converged = np.flatnonzero(misses < 1e-12)
            space.restart(converged[:5] if fresh else np.arange(5), fresh=fresh)


def test_a_null_space_and_copies_up_to_the_width_are_seen_from_one_start():
    H = np.diag(np.r_[np.zeros(30), 1.0, 1.0, 1.0, 2.0])
    space = BlockKrylov(aslinearoperator(H), 3, 34, np.random.default_rng(0), np.empty((0, 34)))
    for _ in range(3):
        space.grow()
    assert np.count_nonzero(np.abs(space.ritz()[0] - 1.0) < 1e-10) == 3
    assert np.count_nonzero(np.abs(space.ritz()[0]) < 1e-10) >= 3
