"""Estimates of trace and diagonal against matrices, their errors against theory and the spread over seeds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.sparse.linalg import aslinearoperator

from course_utils import datasets
from course_utils.curvature import diagonal, trace
from course_utils.networks import MLP
from tests.tools.search import examples
from tests.tools.spectra import rotated

METHODS = ("hutchinson", "hutch++", "xtrace")
SPECTRA = {
    "decaying": 0.8 ** np.arange(120.0),
    "both signs": np.linspace(-1, 2, 120),
    "as of a network": np.r_[np.geomspace(10, 1e-8, 40), -1e-3, np.zeros(79)],
}


def goe(n, rng):
    A = rng.standard_normal((n, n))
    return (A + A.T) / np.sqrt(2 * n)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("exact", SPECTRA.values(), ids=SPECTRA)
def test_the_trace_is_unbiased_and_its_error_is_known(method, exact):
    H, _ = rotated(exact, np.random.default_rng(0))
    results = [trace(H, 24, method=method, rng=np.random.default_rng([3, seed])) for seed in range(300)]
    errors = np.array([result.estimate for result in results]) - exact.sum()
    spread = np.sqrt(np.mean(errors**2))
    assert abs(errors.mean()) < 5 * spread / np.sqrt(len(results))
    told = np.sqrt(np.mean([result.standard_error**2 for result in results]))
    # Leave-one-out samples of XTrace are dependent: their spread tells a little less than the error.
    assert 0.6 * spread < told < 1.3 * spread
    assert {result.num_matvecs for result in results} == {24}


def test_the_diagonal_is_unbiased_and_its_error_is_known():
    for exact in SPECTRA.values():
        H, _ = rotated(exact, np.random.default_rng(1))
        for method in ("hutchinson", "xdiag"):
            results = [diagonal(H, 24, method=method, rng=np.random.default_rng(seed)) for seed in range(300)]
            errors = np.array([result.estimate for result in results]) - np.diag(H)
            spread = np.sqrt(np.mean(errors**2, axis=0))
            assert (np.abs(errors.mean(axis=0)) < 6 * spread / np.sqrt(len(results)) + 1e-12).all()
            told = np.sqrt(np.mean([result.standard_error**2 for result in results], axis=0))
            assert 0.7 < np.sqrt(np.mean(told**2) / np.mean(spread**2)) < 1.3


@pytest.mark.parametrize("spectrum", [np.ones(60), np.linspace(1, 2, 60), np.linspace(-1, 1, 60)])
def test_where_nothing_decays_the_error_of_xdiag_is_told_as_two_thirds(spectrum):
    for m in (12, 24):
        results = [diagonal(np.diag(spectrum), m, rng=np.random.default_rng(seed)) for seed in range(300)]
        wrong = np.sqrt(np.mean([(result.estimate - spectrum) ** 2 for result in results]))
        told = np.sqrt(np.mean([result.standard_error**2 for result in results]))
        assert 0.6 < told / wrong < 0.8


def test_at_thirty_products_of_a_trained_network_xtrace_is_best():
    rng = np.random.default_rng(5)
    digits = datasets.load("mnist-10x10").subset(300, rng)
    network = MLP((100, 5, 10), digits.inputs, digits.targets, weight_decay=1e-3)
    x = network.initial(rng)
    x = minimize(network.value_and_gradient, x, jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    operator, exact = network.hessian_operator(x), np.trace(network.hessian(x))
    error = {}
    for method in METHODS:
        found = [trace(operator, 30, method=method, rng=np.random.default_rng(s)).estimate for s in range(40)]
        error[method] = np.sqrt(np.mean((np.array(found) - exact) ** 2)) / exact
    assert error["xtrace"] < error["hutch++"] < error["hutchinson"]
    assert error["xtrace"] < 0.02
    assert trace(operator, 30, rng=rng).method == "xtrace"


@given(
    st.lists(st.integers(-3, 3), min_size=5, max_size=40),
    st.sampled_from([1e-300, 1e-20, 1.0, 1e200]),
    st.integers(6, 60),
    st.integers(0, 2**32 - 1),
)
@examples(60)
def test_a_small_rank_is_known_exactly_at_every_size(whole, size, m, seed):
    rng = np.random.default_rng(seed)
    whole = np.array(whole)
    whole[max(0, m // 3 - 1) :] = 0  # a third of the products find all of it
    plain, _ = rotated(whole, rng)
    for method in ("hutch++", "xtrace"):
        result = trace(plain * size, m, method=method, rng=rng)
        assert result.estimate / size == pytest.approx(whole.sum(), abs=1e-11)
        assert result.standard_error / size == pytest.approx(0.0, abs=1e-11)
        assert result.num_matvecs <= max(m, len(whole))
    each = diagonal(plain * size, m, rng=rng)
    np.testing.assert_allclose(each.estimate / size, np.diag(plain), atol=1e-10)


@given(st.integers(1, 30), st.integers(6, 40), st.integers(0, 1000))
@examples(40)
def test_as_many_products_as_rows_give_the_exact_answer(n, m, seed):
    rng = np.random.default_rng(seed)
    H = goe(n, rng)
    if m >= n:
        for operator in (H, lambda v: H @ v, aslinearoperator(H)):
            for method in ("hutch++", "xtrace"):
                result = trace(operator, m, method=method, rng=rng, dim=n)
                assert (result.method, result.standard_error) == ("exact", 0.0)
                assert result.estimate == pytest.approx(np.trace(H), abs=1e-12)
                assert result.num_matvecs <= n
            np.testing.assert_allclose(diagonal(operator, m, rng=rng, dim=n).estimate, np.diag(H), atol=1e-13)


def test_no_more_products_are_made_than_told():
    d, made = np.arange(50.0), []

    def counted(v):
        made.append(1)
        return d * v

    for estimate, method, m in [(trace, method, m) for method in METHODS for m in (6, 7, 11, 40)] + [
        (diagonal, method, m) for method in ("hutchinson", "xdiag") for m in (4, 7, 40)
    ]:
        made.clear()
        result = estimate(counted, m, method=method, rng=np.random.default_rng(0), dim=50)
        assert len(made) == result.num_matvecs <= m


def test_bad_settings_are_named():
    rng, H = np.random.default_rng(0), np.eye(9)
    for estimate, method, least in [
        (trace, "hutchinson", 2), (trace, "hutch++", 6), (trace, "xtrace", 4),
        (diagonal, "hutchinson", 2), (diagonal, "xdiag", 4),
    ]:  # fmt: skip
        for m in (least - 1, 0, float(least), None):
            with pytest.raises(ValueError, match=f"num_matvecs must be a whole number of at least {least}"):
                estimate(H, m, method=method, rng=rng)
        with pytest.raises(TypeError, match="rng must be a generator"):
            estimate(H, 6, method=method, rng=0)
        with pytest.raises(ValueError, match="operator must return finite"):
            estimate(lambda v: v * np.nan, 6, method=method, rng=rng, dim=9)
        with pytest.raises(ValueError, match="method must be one of"):
            estimate(H, 6, method="exact", rng=rng)


def test_hutchinson_on_a_known_matrix_has_the_variance_of_theory():
    H = goe(50, np.random.default_rng(7))
    p = 4000
    result = trace(H, p, method="hutchinson", rng=np.random.default_rng(8))
    theory = np.sqrt(2 * (np.sum(H**2) - np.sum(np.diag(H) ** 2)) / p)
    assert result.standard_error == pytest.approx(theory, rel=4 / np.sqrt(2 * p))
    assert abs(result.estimate - np.trace(H)) < 4 * theory
    assert result.samples.shape == (p,)


def test_hutchinson_is_unbiased():
    # Over all 2ⁿ sign vectors the mean of zᵀHz is the trace exactly; each is as likely as the next.
    n = 3
    H = goe(n, np.random.default_rng(1))
    result = trace(H, 20_000, method="hutchinson", rng=np.random.default_rng(2))
    signs = np.array(np.meshgrid(*[[-1.0, 1.0]] * n)).reshape(n, -1).T
    every = np.einsum("pi,ij,pj->p", signs, H, signs)
    assert every.mean() == pytest.approx(np.trace(H))
    possible = np.unique(every.round(12))
    values, counts = np.unique(result.samples.round(12), return_counts=True)
    np.testing.assert_allclose(values, possible, atol=1e-11)
    np.testing.assert_allclose(counts / 20_000, 1 / len(possible), atol=4 * np.sqrt(0.25 * 0.75 / 20_000))


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30), st.integers(2, 70), st.integers(0, 1000))
def test_hutchinson_is_exact_for_a_diagonal(numbers, probes, seed):
    H, rng = np.diag(numbers), np.random.default_rng(seed)
    result = trace(H, probes, method="hutchinson", rng=rng)
    assert result.estimate == pytest.approx(sum(numbers), abs=1e-12)
    each = diagonal(H, probes, method="hutchinson", rng=rng)
    np.testing.assert_allclose(each.estimate, numbers, atol=1e-12)
    np.testing.assert_allclose(each.standard_error, 0.0, atol=1e-12)
    assert result.standard_error == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("size", [1e200, 1e307])
@pytest.mark.parametrize("method", METHODS)
def test_an_operator_of_the_largest_numbers_has_the_estimates_of_a_small_one(method, size):
    H = goe(30, np.random.default_rng(0))
    small, large = (trace(a * H, 12, method=method, rng=np.random.default_rng(1)) for a in (1.0, size))
    assert large.estimate / size == pytest.approx(small.estimate, rel=1e-9)
    assert large.standard_error / size == pytest.approx(small.standard_error, rel=1e-9)


@pytest.mark.parametrize("size", [1e200, 1e307])
@pytest.mark.parametrize("method", ["hutchinson", "xdiag"])
def test_a_diagonal_of_the_largest_numbers_has_the_estimates_of_a_small_one(method, size):
    H = goe(30, np.random.default_rng(0))
    small, large = (diagonal(a * H, 12, method=method, rng=np.random.default_rng(1)) for a in (1.0, size))
    assert np.allclose(large.estimate / size, small.estimate, rtol=1e-9, atol=1e-12)
    assert np.allclose(large.standard_error / size, small.standard_error, rtol=1e-9)


def test_a_method_that_is_no_name_is_named():
    with pytest.raises(ValueError, match="method must be one of"):
        trace(np.eye(9), 6, method=[], rng=np.random.default_rng(0))
