"""Probes of the orthogonal complement find what is there, and their margin holds."""

import numpy as np
import pytest
from scipy.sparse.linalg import aslinearoperator

from course_utils.curvature.completeness import PROBES, STEPS, probe_complement
from tests.tools.spectra import rotated


@pytest.mark.parametrize("seed", range(10))
def test_the_ends_of_the_complement_lie_within_the_margin(seed):
    rng = np.random.default_rng(seed)
    exact = np.sort(rng.standard_cauchy(400).clip(-50, 50))
    H, Q = rotated(exact, rng)
    found = Q.T[[0, 1, 398, 399]]
    complement = probe_complement(aslinearoperator(H), found, rng)
    assert exact[2] - 1e-10 <= complement.lowest <= exact[2] + complement.margin
    assert exact[397] + 1e-10 >= complement.highest >= exact[397] - complement.margin
    assert complement.made == PROBES * STEPS
    assert complement.margin < 0.05 * (exact[397] - exact[2])


def test_a_hidden_eigenvalue_is_seen():
    d = np.r_[np.linspace(1, 2, 300), -0.01]
    complement = probe_complement(aslinearoperator(np.diag(d)), np.eye(301)[:1], np.random.default_rng(0))
    assert complement.lowest == pytest.approx(-0.01, abs=1e-10)


def test_a_small_or_invariant_complement_is_known_exactly():
    for d, rest in (
        ([5.0, 1.0, 2.0, 3.0], [1.0, 3.0]),
        ([5.0, 2.0, 2.0, 2.0], [2.0, 2.0]),
        ([5.0, 0.0], [0, 0]),
    ):
        complement = probe_complement(
            aslinearoperator(np.diag(d)), np.eye(len(d))[:1], np.random.default_rng(0)
        )
        assert [complement.lowest, complement.highest] == pytest.approx(rest, abs=1e-12)
        assert complement.margin == 0.0
    same = probe_complement(aslinearoperator(7 * np.eye(90)), np.eye(90)[:1], np.random.default_rng(0))
    assert [same.lowest, same.highest] == pytest.approx([7, 7], abs=1e-10)
    assert same.margin < 1e-10
