"""Stochastic Lanczos quadrature against exact spectra."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.sparse.linalg import LinearOperator
from scipy.stats import wasserstein_distance

from course_utils import datasets
from course_utils.curvature.density import spectral_density
from course_utils.curvature.extreme import extreme_eigenpairs
from course_utils.networks import MLP
from tests.tools.search import examples


def goe(n, rng):
    """Return a GOE matrix whose spectrum tends to the semicircle on [-2, 2]."""
    A = rng.standard_normal((n, n))
    return (A + A.T) / np.sqrt(2 * n)


def semicircle_cdf(x):
    x = np.clip(x, -2, 2)
    return 0.5 + x * np.sqrt(4 - x**2) / (4 * np.pi) + np.arcsin(x / 2) / np.pi


def wasserstein(result, exact):
    return wasserstein_distance(result.nodes.ravel(), exact, result.weights.ravel())


def sampling_error(exact, probes):
    """Return a bound on the expected W₁ distance that p probes of perfect quadrature would have.

    A probe's share F(λ) of the eigenvalues below λ has variance at most 2F(1 − F)/n; W₁ = ∫ |error| dλ.
    """
    F = np.arange(1, exact.size) / exact.size
    return np.sum(np.sqrt(2 * F * (1 - F) / (exact.size * probes)) * np.diff(exact))


def quadrature_error(exact, steps):
    """Return the most that k steps can add to W₁ (Jackson's theorem), for a spectrum of half-width r.

    Polynomials of degree 2k − 1 are integrated exactly, and come within πr/(4k) of any 1-Lipschitz
    function; twice that is the error.
    """
    return np.pi * (exact[-1] - exact[0]) / (4 * steps)


def test_goe_matches_the_semicircle():
    n, steps, probes = 800, 60, 8
    rng = np.random.default_rng(0)
    H = goe(n, rng)
    result = spectral_density(H, steps=steps, probes=probes, rng=rng)
    # Kolmogorov distance of a step function: look on both sides of every step.
    nodes = np.sort(result.nodes.ravel())
    at, below = result.cumulative(nodes), result.cumulative(np.nextafter(nodes, -np.inf))
    distance = max(np.abs(at - semicircle_cdf(nodes)).max(), np.abs(below - semicircle_cdf(nodes)).max())
    # Heaviest node of the semicircle's own Gauss rule, 4 standard errors of the probes, and the
    # rigidity of the eigenvalues themselves.
    bound = 2 / (steps + 1) + 4 * np.sqrt(0.5 / (n * probes)) + 3 / n
    assert bound < 0.075
    assert distance < bound
    # The density, smoothed by sigma, within 4 standard errors: a probe's weight has variance 2/n², so
    # that of the density is 2ρ/(np) ∫ kernel² with ρ <= 1/π.
    smooth = spectral_density(
        H, steps=steps, probes=probes, rng=rng, grid=np.linspace(-1.8, 1.8, 99), sigma=0.1
    )
    expected = np.sqrt(4 - smooth.grid**2) / (2 * np.pi)
    standard_error = np.sqrt(2 / np.pi / (n * probes) / (2 * np.sqrt(np.pi) * 0.1))
    assert np.abs(smooth.density - expected).max() < 4 * standard_error < 0.25 * expected.max()


@pytest.mark.parametrize(
    "exact",
    [
        np.linspace(-1, 3, 300),
        np.r_[np.zeros(200), np.linspace(0, 0.1, 90), np.geomspace(0.2, 20, 10)],
        np.sort(np.random.default_rng(0).standard_cauchy(300).clip(-30, 30)),
    ],
    ids=["even", "bulk at zero and outliers", "heavy tails"],
)
def test_slq_matches_the_exact_spectrum_in_integrated_distance(exact):
    rng = np.random.default_rng(4)
    Q = np.linalg.qr(rng.standard_normal((exact.size,) * 2))[0]
    H = (Q * exact) @ Q.T
    H = (H + H.T) / 2
    coarse, fine = (spectral_density(H, steps=k, probes=12, rng=rng) for k in (5, 40))
    sampling = sampling_error(exact, 12)
    assert wasserstein(coarse, exact) < 2 * sampling + quadrature_error(exact, 5)
    # Forty steps leave only the sampling error, and that is far below the spread of the spectrum.
    assert wasserstein(fine, exact) < 2 * sampling < 0.5 * np.abs(exact - np.median(exact)).mean()
    # Outliers are found as eigenvalues of their own, and the residuals say so.
    top = fine.nodes[:, -1]
    assert (np.abs(top - exact[-1]) <= fine.residuals[:, -1] + 1e-10).all()


@pytest.mark.parametrize("iterations", [0, 100], ids=["random weights", "trained"])
def test_the_spectrum_of_a_network_on_digits_from_products_alone(iterations):
    rng = np.random.default_rng(5)
    digits = datasets.load("mnist-10x10").subset(300, rng)
    network = MLP((100, 5, 10), digits.inputs, digits.targets, weight_decay=1e-3)
    x = network.initial(rng)
    if iterations:
        options = {"maxiter": iterations}
        x = minimize(network.value_and_gradient, x, jac=True, method="L-BFGS-B", options=options).x
    H = network.hessian(x)
    exact = np.linalg.eigvalsh(H)
    operator = network.hessian_operator(x)
    result = spectral_density(operator, steps=60, probes=10, rng=rng)
    assert (
        wasserstein(result, exact)
        < 2 * sampling_error(exact, 10)
        < 0.5 * np.abs(exact - np.median(exact)).mean()
    )
    pairs = extreme_eigenpairs(operator, 2, rng=rng)
    np.testing.assert_allclose(pairs.eigenvalues, exact[[0, 1, -2, -1]], atol=1e-9)


def test_the_quadrature_is_exact_for_polynomials_of_degree_2k_minus_1():
    rng = np.random.default_rng(2)
    n, k, p = 50, 4, 3
    H = goe(n, rng)
    result = spectral_density(H, steps=k, probes=p, rng=np.random.default_rng(9))
    z = np.random.default_rng(9).integers(0, 2, size=(p, n)) * 2.0 - 1.0
    for degree in range(2 * k):
        moment = np.einsum("pi,ij,pj->", z, np.linalg.matrix_power(H, degree), z) / (n * p)
        assert np.sum(result.weights * result.nodes**degree) == pytest.approx(moment, abs=1e-12)
    moment = np.einsum("pi,ij,pj->", z, np.linalg.matrix_power(H, 2 * k), z) / (n * p)
    assert abs(np.sum(result.weights * result.nodes ** (2 * k)) - moment) > 1e-3


@given(st.integers(1, 10), st.integers(1, 12), st.integers(1, 40), st.integers(0, 2**32 - 1))
@examples(50)
def test_weights_and_density_are_a_distribution_on_the_spectrum(n, steps, probes, seed):
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    exact = np.sort(rng.integers(-2, 3, size=n)).astype(float)
    H = (Q * exact) @ Q.T
    result = spectral_density((H + H.T) / 2, steps=steps, probes=probes, rng=rng)
    assert result.nodes.shape == result.weights.shape == result.residuals.shape == (probes, min(steps, n))
    assert (result.weights >= 0).all()
    assert result.weights.sum() == pytest.approx(1.0)
    assert result.nodes.min() >= exact[0] - 1e-10
    assert result.nodes.max() <= exact[-1] + 1e-10
    assert np.trapezoid(result.density, result.grid) == pytest.approx(1.0, abs=1e-3)
    shares = result.cumulative([exact[0] - 1, exact[-1] + 1])
    np.testing.assert_allclose(shares, [0, 1], atol=1e-12)
    assert (np.diff(result.cumulative(result.grid)) >= 0).all()


def test_averaged_over_probes_the_shares_are_those_of_the_spectrum():
    # Three eigenvalues, five steps: every probe ends early, and the shares are the multiplicities.
    exact = np.repeat([-1.0, 0.5, 4.0], [20, 50, 30])
    rng = np.random.default_rng(3)
    Q = np.linalg.qr(rng.standard_normal((100, 100)))[0]
    H = (Q * exact) @ Q.T
    result = spectral_density((H + H.T) / 2, steps=5, probes=400, rng=rng)
    four_standard_errors = 4 * np.sqrt(0.5 / (100 * 400))
    shares = result.cumulative([-0.5, 1.0, 5.0])
    np.testing.assert_allclose(shares, [0.2, 0.7, 1.0], atol=four_standard_errors)


def test_probes_go_through_the_operator_as_blocks():
    H = goe(60, np.random.default_rng(0))
    widths = []

    def matmat(block):
        widths.append(block.shape[1])
        return H @ block

    operator = LinearOperator(H.shape, matvec=lambda v: H @ v, matmat=matmat, dtype=np.dtype(float))
    blocked = spectral_density(operator, steps=7, probes=20, rng=np.random.default_rng(5))
    assert widths == [20] * 7
    single = spectral_density(lambda v: H @ v, steps=7, probes=20, rng=np.random.default_rng(5), dim=60)
    np.testing.assert_allclose(blocked.nodes, single.nodes, atol=1e-12)
    np.testing.assert_allclose(blocked.weights, single.weights, atol=1e-12)


def test_a_multiple_of_the_identity_is_one_peak():
    for value in (3.0, 0.0, -1e-8):
        result = spectral_density(value * np.eye(6), steps=4, probes=2, rng=np.random.default_rng(0))
        assert wasserstein(result, np.full(6, value)) <= 1e-14 * abs(value)
        assert result.grid[np.argmax(result.density)] == pytest.approx(value, abs=result.sigma)


def test_bad_settings_are_named():
    rng, H = np.random.default_rng(0), np.eye(3)
    for settings_, message in [
        ({"steps": 0}, "steps must be a whole number of at least 1, got 0"),
        ({"probes": 0}, "probes must be"),
        ({"sigma": 0.0}, "sigma must be"),
        ({"grid": [1.0, 0.0]}, "grid must be increasing"),
        ({"dim": 4}, "operator must act on vectors of length 4"),
    ]:
        with pytest.raises(ValueError, match=message):
            spectral_density(H, rng=rng, **settings_)
    with pytest.raises(TypeError, match="rng must be a generator"):
        spectral_density(H, rng=0)


@pytest.mark.parametrize("size", [1e-300, 1e200])
def test_the_size_of_the_operator_does_not_matter(size):
    H = goe(40, np.random.default_rng(0))
    plain, sized = (
        spectral_density(h, steps=9, probes=3, rng=np.random.default_rng(1)) for h in (H, size * H)
    )
    np.testing.assert_allclose(sized.nodes / size, plain.nodes, atol=1e-10)
    np.testing.assert_allclose(sized.weights, plain.weights, atol=1e-10)
    assert np.trapezoid(sized.density * size, sized.grid / size) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("values", [np.nan, [0.0, np.nan], "a", 1j, None])
def test_the_share_below_what_is_no_number_is_refused(values):
    found = spectral_density(np.diag([1.0, 2.0]), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="values must"):
        found.cumulative(values)
    np.testing.assert_allclose(found.cumulative([-np.inf, np.inf]), [0.0, 1.0], atol=1e-15)
