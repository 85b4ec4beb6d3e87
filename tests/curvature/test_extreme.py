"""Extreme eigenpairs against spectra that are known: null spaces, copies, every size, both methods."""

import warnings

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from course_utils import datasets
from course_utils.curvature import extreme_eigenpairs
from course_utils.networks import MLP
from tests.tools.search import examples
from tests.tools.spectra import rotated

BOTH_METHODS = pytest.mark.parametrize("formed", [3000, 0], ids=["decomposed", "block Lanczos"])


def ends(exact, k, which):
    """Return what is to be found: k values at an end or both, each value once."""
    exact = np.sort(exact)
    low, high = (0 if which == "largest" else k), (0 if which == "smallest" else k)
    return exact if low + high >= exact.size else np.r_[exact[:low], exact[exact.size - high :]]


def check(pairs, H, exact, k, which="both", tol=1e-8):
    """Compare with the exact spectrum, and the result with its own promises."""
    norm = np.abs(exact).max()
    np.testing.assert_allclose(pairs.eigenvalues, ends(exact, k, which), rtol=0, atol=tol * norm)
    V = pairs.eigenvectors
    np.testing.assert_allclose(V @ V.T, np.eye(len(V)), atol=1e-10)
    if norm > 0:
        true = np.linalg.norm((V @ H - pairs.eigenvalues[:, None] * V) / norm, axis=1)
        np.testing.assert_allclose(pairs.residuals / norm, true, atol=1e-12)
    assert (pairs.residuals <= 1.01e-10 * norm).all()
    assert pairs.complete


@BOTH_METHODS
@pytest.mark.parametrize("n", [5, 200])
@pytest.mark.parametrize("which", ["both", "smallest", "largest"])
def test_against_dense(n, which, formed):
    rng = np.random.default_rng(n)
    A = rng.standard_normal((n, n))
    H = A + A.T
    exact, vectors = np.linalg.eigh(H)
    k = 2
    chosen = {"both": np.r_[:k, n - k : n], "smallest": np.r_[:k], "largest": np.r_[n - k : n]}[which]
    pairs = extreme_eigenpairs(H, k, which=which, rng=rng, largest_formed=formed)
    check(pairs, H, exact, k, which)
    overlaps = np.abs(pairs.eigenvectors @ vectors[:, chosen])
    np.testing.assert_allclose(overlaps, np.eye(len(chosen)), atol=1e-6)


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=60),
    st.integers(1, 12),
    st.sampled_from(["both", "smallest", "largest"]),
    st.integers(-290, 290),
    st.integers(0, 2**32 - 1),
)
@examples(60)
def test_copies_and_zeros_of_every_size_are_all_found(whole, k, which, exponent, seed):
    k, rng = min(k, len(whole)), np.random.default_rng(seed)
    plain, _ = rotated(whole, rng)
    size = 10.0**exponent
    for formed in (3000, 0):
        pairs = extreme_eigenpairs(plain * size, k, which=which, rng=rng, largest_formed=formed)
        check(pairs, plain * size, np.array(whole) * size, k, which)


@BOTH_METHODS
@pytest.mark.parametrize(
    ("diagonal", "k"),
    [
        (np.arange(100.0), 1),
        (np.r_[np.zeros(60), np.linspace(1, 2, 40)], 3),
        (np.r_[np.zeros(60), np.linspace(1, 2, 40)], 70),
        (-np.r_[np.zeros(60), np.linspace(1, 2, 40)], 70),
        (np.r_[np.full(30, -1.0), np.zeros(40), np.full(30, 2.0)], 33),
        (np.r_[1e-6, np.zeros(98), 1.0], 2),
        (np.r_[-1e-6, np.zeros(98), 1.0], 2),
        (np.zeros(50), 3),
        (np.full(50, -7.0), 3),
        (np.r_[np.zeros(99), 5.0], 3),
        (np.r_[np.linspace(0, 1, 99), 1e6], 1),
    ],
    ids=["0…99", "60 zeros", "all 60 zeros", "60 zeros above", "three clusters", "+1e-6", "-1e-6", "zero",
         "multiple of the identity", "rank one", "outlier"],
)  # fmt: skip
def test_null_spaces_and_copies(diagonal, k, formed):
    for seed in range(5):
        pairs = extreme_eigenpairs(
            np.diag(diagonal), k, which="smallest", rng=np.random.default_rng(seed), largest_formed=formed
        )
        check(pairs, np.diag(diagonal), diagonal, k, "smallest")
        assert pairs.method == ("decomposed" if formed else "block Lanczos")


@BOTH_METHODS
@pytest.mark.parametrize("size", [1e-300, 1e-20, 1e160, 1e300])
def test_tiny_and_huge_operators(size, formed):
    diagonal = np.r_[np.zeros(10), np.linspace(-1, 2, 90)] * size
    for operator in (np.diag(diagonal), lambda v: diagonal * v):
        pairs = extreme_eigenpairs(operator, 2, rng=np.random.default_rng(0), dim=100, largest_formed=formed)
        found = pairs.eigenvalues / size
        np.testing.assert_allclose(found, ends(diagonal / size, 2, "both"), atol=1e-8)


def diagonal_operator(d):
    """Return an operator that multiplies whole blocks."""

    class Diagonal(LinearOperator):
        def _matmat(self, block):
            return d[:, None] * block

    return Diagonal(np.dtype(float), (d.size, d.size))


def digits_network(sizes):
    digits = datasets.load("mnist-10x10").subset(500, np.random.default_rng(0))
    return MLP(sizes, digits.inputs, digits.targets)


def test_eight_copies_in_a_network_at_zero_weights():
    network = digits_network([100, 8, 10])
    exact = np.linalg.eigvalsh(network.hessian(np.zeros(network.dim)))
    assert np.ptp(exact[:8]) < 1e-12
    assert exact[8] > exact[7] + 0.01
    for formed in (3000, 0):
        operator = network.hessian_operator(np.zeros(network.dim))
        pairs = extreme_eigenpairs(
            operator, 4, which="smallest", rng=np.random.default_rng(0), largest_formed=formed
        )
        np.testing.assert_allclose(pairs.eigenvalues, exact[:4], atol=1e-10)


def test_softmax_without_hidden_units_has_exact_zeros():
    network = digits_network([100, 10])
    x = network.initial(np.random.default_rng(0))
    pairs = extreme_eigenpairs(network.hessian_operator(x), 1, which="smallest", rng=np.random.default_rng(0))
    norm = np.linalg.norm(network.hessian(x), 2)
    assert abs(pairs.eigenvalues[0]) < 1e-13 * norm
    assert pairs.residuals[0] < 1e-13 * norm
    assert pairs.products == 1  # the network forms its Hessian itself; one product is for the residual


def test_beyond_the_limit_large_null_spaces_and_dense_ends():
    crowded, rng = np.r_[np.zeros(60), np.linspace(1, 2, 3000)], np.random.default_rng(0)
    pairs = extreme_eigenpairs(diagonal_operator(crowded), 20, which="smallest", rng=rng)
    np.testing.assert_allclose(pairs.eigenvalues, 0, atol=1e-9)
    assert pairs.complete
    assert pairs.margin < 0.05
    even = np.arange(1000.0)
    pairs = extreme_eigenpairs(diagonal_operator(even), 1, rng=rng, largest_formed=0)
    np.testing.assert_allclose(pairs.eigenvalues, [0, 999], atol=1e-6)
    assert pairs.method == "block Lanczos"


@BOTH_METHODS
def test_every_form_of_operator_gives_the_same_result(formed):
    H, _ = rotated(np.arange(10.0), np.random.default_rng(3))
    d, buffer = np.arange(10.0), np.empty(10)

    def in_place(v):
        v *= d
        return v

    def reused(v):
        return np.multiply(d, v, out=buffer)

    class InPlace(LinearOperator):
        def _matmat(self, block):
            block *= d[:, None]
            return block

    forms = (
        lambda u: H @ u,
        lambda u: (H @ u)[:, None],
        lambda u: list(H @ u),
        aslinearoperator(H),
        scipy.sparse.csr_array(H),
        scipy.sparse.coo_matrix(H),
        scipy.sparse.lil_array(H),
        np.asarray(H, order="F"),
        H.tolist(),
        np.diag(np.arange(10)),
        np.diag(np.arange(10, dtype=np.int8)),
        scipy.sparse.csr_array(np.diag(np.arange(10))),
        scipy.sparse.diags_array(np.arange(10.0)),
        in_place,
        reused,
        InPlace(np.dtype(float), (10, 10)),
        aslinearoperator(H / 2) + aslinearoperator(H / 2),
    )
    for form in forms:
        pairs = extreme_eigenpairs(form, 2, rng=np.random.default_rng(0), dim=10, largest_formed=formed)
        np.testing.assert_allclose(pairs.eigenvalues, [0, 1, 8, 9], atol=1e-9)
        assert pairs.eigenvectors.shape == (4, 10)


@BOTH_METHODS
@pytest.mark.parametrize(
    ("operator", "message"),
    [
        (lambda v: v * np.nan, "operator must return finite products"),
        (lambda v: v * np.inf, "operator must return finite products"),
        (lambda v: 1e308 * v.sum() * np.ones(50), "operator must return finite|that float64 holds"),
        (lambda v: v * 1j, "what operator returns must hold real numbers"),
        (lambda v: v[:3], "operator must return shape"),
        (lambda v: 1.0, "operator must return shape"),
        (lambda v: None, "operator must return|what operator returns"),
        (lambda v: np.roll(v, 1), "operator must be symmetric"),
        (lambda v: v.sum() * np.arange(50.0), "operator must be symmetric"),
        (np.full((50, 50), np.nan), "operator must hold finite numbers"),
        (scipy.sparse.csr_array(np.diag([np.inf] * 50)), "operator must hold finite numbers"),
        (np.eye(50) * 1j, "operator must hold real numbers"),
        (scipy.sparse.csr_array(np.eye(50) * 1j), "operator must hold real numbers"),
        (aslinearoperator(np.eye(50) * 1j), "operator must be real"),
        (np.ones(50), "operator must be square"),
        (np.triu(np.ones((50, 50))), "operator must be symmetric"),
        ("H", "operator must be a matrix"),
        (None, "operator must be a matrix"),
    ],
)
def test_a_bad_operator_is_named(operator, message, formed):
    with pytest.raises(ValueError, match=message):
        extreme_eigenpairs(operator, 2, rng=np.random.default_rng(0), dim=50, largest_formed=formed)


@BOTH_METHODS
def test_a_function_that_always_returns_the_same_array_is_read_before_it_is_called_again(formed):
    H, rng = rotated(np.arange(20.0), np.random.default_rng(0))[0], np.random.default_rng(0)
    answer = np.zeros(20)

    def product(v):
        answer[:] = H @ v.ravel()
        return answer

    operator = LinearOperator((20, 20), matvec=product, dtype=np.float64)
    pairs = extreme_eigenpairs(operator, 2, rng=rng, largest_formed=formed)
    check(pairs, H, np.arange(20.0), 2)


def test_bad_settings_are_named():
    rng = np.random.default_rng(0)
    for arguments, message in [
        ({"k": 3}, "k must be at most n = 2, got 3"),
        ({"k": 0}, "k must be a whole number of at least 1"),
        ({"k": 1.0}, "k must be a whole number"),
        ({"which": "LM"}, "which must be"),
        ({"tol": -1.0}, "tol must be"),
        ({"tol": np.nan}, "tol must be"),
        ({"tol": "0.1"}, "tol must be"),
        ({"tol": None}, "tol must be"),
        ({"max_products": 0}, "max_products must be"),
        ({"largest_formed": -1}, "largest_formed must be"),
        ({"dim": 3}, "operator must act on vectors of length 3"),
        ({"dim": 2.0}, "dim must be a whole number"),
    ]:
        with pytest.raises(ValueError, match=message):
            extreme_eigenpairs(np.eye(2), **{"k": 1, "rng": rng, **arguments})
    with pytest.raises(ValueError, match="dim is needed"):
        extreme_eigenpairs(lambda v: v, 1, rng=rng)
    for seed in (0, None):
        with pytest.raises(TypeError, match="rng must be a generator"):
            extreme_eigenpairs(np.eye(2), 1, rng=seed)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 100))
@examples(40)
def test_both_ends_never_overlap(n, k, seed):
    rng = np.random.default_rng(seed)
    H, _ = rotated(rng.integers(-3, 4, size=n), rng)
    if k <= n:
        exact = np.linalg.eigvalsh(H)
        pairs = extreme_eigenpairs(H, k, rng=rng)
        np.testing.assert_allclose(pairs.eigenvalues, ends(exact, k, "both"), atol=1e-12)


def test_a_loose_tolerance_shows_in_the_residuals_and_costs_less():
    H, _ = rotated(np.linspace(-1, 1, 400), np.random.default_rng(5))
    made = []

    def counted(v):
        made[-1] += 1
        return H @ v

    results = []
    for tol in (1e-2, 1e-10):
        made.append(0)
        results.append(
            extreme_eigenpairs(counted, 1, tol=tol, rng=np.random.default_rng(0), dim=400, largest_formed=0)
        )
    loose, tight = results
    assert made == [loose.products, tight.products]
    assert loose.products < tight.products
    assert tight.residuals.max() < 1e-9 < loose.residuals.max() < 0.01
    assert loose.complete
    assert tight.complete


def test_too_few_products_are_told_and_never_exceeded():
    d = np.arange(2000.0)
    for most, reason in ((10, "before it had converged"), (150, "before it had converged")):
        with pytest.warns(RuntimeWarning, match=reason):
            pairs = extreme_eigenpairs(
                lambda v: d * v,
                1,
                rng=np.random.default_rng(0),
                dim=2000,
                largest_formed=0,
                max_products=most,
            )
        assert not pairs.complete
        assert pairs.margin == np.inf
        assert pairs.products <= most
        true = np.linalg.norm(
            pairs.eigenvectors * d - pairs.eigenvalues[:, None] * pairs.eigenvectors, axis=1
        )
        np.testing.assert_allclose(pairs.residuals, true, rtol=1e-6)
    easy = np.r_[-1.0, np.zeros(1998), 1.0]
    with pytest.warns(RuntimeWarning, match="before it could look for missed eigenvalues"):
        pairs = extreme_eigenpairs(
            lambda v: easy * v, 1, rng=np.random.default_rng(0), dim=2000, largest_formed=0, max_products=60
        )
    np.testing.assert_allclose(pairs.eigenvalues, [-1, 1], atol=1e-10)
    assert not pairs.complete


def test_an_operator_less_accurate_than_tol_is_told():
    d = np.linspace(-1, 1, 300).astype(np.float32)
    operator = scipy.sparse.linalg.LinearOperator(
        (300, 300), matvec=lambda v: d * v.ravel().astype(np.float32), dtype=np.dtype(float)
    )
    with pytest.warns(RuntimeWarning, match="less accurate than tol"):
        pairs = extreme_eigenpairs(operator, 2, rng=np.random.default_rng(0), largest_formed=0)
    assert not pairs.complete
    pairs = extreme_eigenpairs(operator, 2, tol=1e-6, rng=np.random.default_rng(0), largest_formed=0)
    assert pairs.complete
    np.testing.assert_allclose(pairs.eigenvalues, d[[0, 1, -2, -1]], atol=1e-6)


@pytest.mark.parametrize("formed", [3000, 0])
def test_the_same_seed_gives_the_same_bits(formed):
    H, _ = rotated(np.linspace(-1, 1, 100), np.random.default_rng(6))
    first, second = (
        extreme_eigenpairs(H, 3, rng=np.random.default_rng(1), largest_formed=formed) for _ in range(2)
    )
    np.testing.assert_array_equal(first.eigenvectors, second.eigenvectors)


def test_no_warning_where_all_is_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        extreme_eigenpairs(np.diag(np.arange(30.0)), 2, rng=np.random.default_rng(0), largest_formed=0)


@pytest.mark.parametrize(
    "bent", [lambda H, v: H @ v + 1, lambda H, v: H @ (v * np.abs(v))], ids=["affine", "quadratic"]
)
def test_a_function_that_is_not_linear_is_told(bent):
    H = rotated(np.arange(1.0, 11.0), np.random.default_rng(0))[0]
    with pytest.warns(RuntimeWarning, match="not linear"):
        pairs = extreme_eigenpairs(lambda v: bent(H, v), 1, dim=10, rng=np.random.default_rng(0))
    assert not pairs.complete


@pytest.mark.parametrize("bent", [lambda v: v**3, np.abs, np.sign], ids=["cube", "abs", "sign"])
def test_a_function_that_is_linear_on_the_axes_alone_is_told(bent):
    with pytest.warns(RuntimeWarning, match="not linear"):
        pairs = extreme_eigenpairs(bent, 2, dim=20, rng=np.random.default_rng(0))
    assert not pairs.complete


def test_subnormal_numbers_are_rounded_and_not_asymmetric():
    H = 1e-320 * rotated(np.linspace(-7, 7, 30), np.random.default_rng(0))[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # residuals are rounding, and large ones
        pairs = extreme_eigenpairs(H, 1, rng=np.random.default_rng(0), largest_formed=0)
    assert np.allclose(pairs.eigenvalues / 1e-320, [-7, 7], rtol=1e-2)
