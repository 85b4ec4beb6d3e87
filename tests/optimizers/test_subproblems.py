"""The exact trust-region and cubic steps: certificates, SciPy, closed forms, hard and nearly hard cases."""

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives.lengths import norms
from course_utils.optimizers import cubic_step, trust_region_step
from tests.tools.search import examples


def symmetric(rng, n, low=None):
    V = np.linalg.qr(rng.normal(size=(n, n)))[0]
    eigenvalues = np.sort(rng.normal(size=n) * 10.0 ** rng.uniform(-2, 2, size=n))
    if low is not None:
        eigenvalues[:low] = -abs(eigenvalues).max()
    return V * np.sort(eigenvalues) @ V.T, V


def check_trust_region(g, H, r, s, nu, tol=1e-9):
    """The conditions of Moré & Sorensen: they are necessary and sufficient."""
    size = norms(g) + np.abs(H).max() * r
    assert norms(H @ s + nu * s + g) <= tol * size
    assert np.linalg.eigvalsh(H)[0] + nu >= -1e-12 * np.abs(H).max()
    assert nu >= 0
    assert norms(s) <= r * (1 + 1e-9)
    assert nu * (r - norms(s)) <= tol * size


def check_cubic(g, H, M, s, nu, tol=1e-9):
    size = norms(g) + np.abs(H).max() * norms(s)
    assert norms(H @ s + nu * s + g) <= tol * size
    assert np.linalg.eigvalsh(H)[0] + nu >= -1e-12 * np.abs(H).max()
    assert nu == pytest.approx(M * norms(s) / 2, rel=1e-8, abs=1e-300)


@examples(60)
@given(
    n=st.integers(1, 8),
    seed=st.integers(0, 2**32 - 1),
    part=st.sampled_from([1.0, 1e-8, 1e-30, 1e-200, 0.0]),
    low=st.sampled_from([None, 1, 2]),
)
def test_both_steps_satisfy_the_conditions_of_a_global_minimum(n, seed, part, low):
    """``part`` scales what the gradient has along the lowest eigenvectors: 0 makes the hard case possible."""
    rng = np.random.default_rng(seed)
    H, V = symmetric(rng, n, None if low is None else min(low, n))
    c = rng.normal(size=n) * 10.0 ** rng.uniform(-3, 1)
    c[: low or 1] *= part
    g = V @ c
    for size in (1e-3, 1.0, 1e3):
        check_trust_region(g, H, size, *trust_region_step(g, H, size))
        check_cubic(g, H, size, *cubic_step(g, H, size))


@examples(20)
@given(n=st.integers(2, 6), seed=st.integers(0, 2**32 - 1))
def test_the_trust_region_step_is_that_of_scipy(n, seed):
    rng = np.random.default_rng(seed)
    H, _ = symmetric(rng, n)
    g, r = rng.normal(size=n), float(10 ** rng.uniform(-1, 1))
    first = scipy.optimize.minimize(
        lambda x: g @ x + x @ H @ x / 2,
        np.zeros(n),
        jac=lambda x: g + H @ x,
        hess=lambda x: H,
        method="trust-exact",
        options={"initial_trust_radius": r, "max_trust_radius": 2 * r, "maxiter": 1},
    )
    reached = float(norms(first.x))
    assert reached <= 1.1 * r  # SciPy stops within a tenth of the radius
    ours = trust_region_step(g, H, max(r, reached))[0]
    promised = -(g @ ours + ours @ H @ ours / 2)
    assert 0.8 * promised <= -first.fun <= promised * (1 + 1e-9)


@examples(15)
@given(n=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_no_start_of_a_local_minimizer_beats_the_cubic_step(n, seed):
    rng = np.random.default_rng(seed)
    H, _ = symmetric(rng, n)
    g, M = rng.normal(size=n), float(10 ** rng.uniform(-1, 1))

    def model(s):
        return g @ s + s @ H @ s / 2 + M / 6 * norms(s) ** 3

    ours = model(cubic_step(g, H, M)[0])
    reach = 2 * abs(np.linalg.eigvalsh(H)).max() / M
    for start in reach * rng.normal(size=(8, n)):
        other = scipy.optimize.minimize(model, start, method="Nelder-Mead", options={"fatol": 1e-10})
        assert other.fun >= ours - 1e-9 * (1 + abs(ours))


def test_the_hard_case_of_two_dimensions_in_closed_form():
    """H = diag(−2, 2), g = (0, 3): inside the border along g the step is (·, −3/4), then along v₁."""
    s, nu = trust_region_step([0.0, 3.0], np.diag([-2.0, 2.0]), 1.25)
    np.testing.assert_allclose([abs(s[0]), s[1], nu], [1.0, -0.75, 2.0], rtol=1e-14)
    s, nu = trust_region_step([0.0, 3.0], np.diag([-2.0, 2.0]), 0.5)  # too small a ball for that
    np.testing.assert_allclose([s[0], s[1], nu], [0.0, -0.5, 4.0], rtol=1e-14, atol=1e-15)


def test_at_a_saddle_the_step_goes_along_the_lowest_eigenvector():
    H = np.diag([2.0, -3.0, -1.0])
    s, nu = trust_region_step(np.zeros(3), H, 0.7)
    np.testing.assert_allclose([np.abs(s).tolist(), [nu] * 3], [[0, 0.7, 0], [3, 3, 3]], atol=1e-15)
    s, nu = cubic_step(np.zeros(3), H, 1.5)
    np.testing.assert_allclose(np.abs(s), [0, 2 * 3 / 1.5, 0], atol=1e-14)
    assert nu == pytest.approx(3.0)


def test_in_a_bowl_a_large_ball_gives_newtons_step_and_a_flat_one_a_step_of_minimal_length():
    H, g = np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([1.0, -2.0])
    s, nu = trust_region_step(g, H, 10.0)
    np.testing.assert_allclose(s, -np.linalg.solve(H, g), rtol=1e-13)
    assert nu == 0
    s, nu = trust_region_step([4.0, 0.0], np.diag([2.0, 0.0]), 10.0)
    np.testing.assert_allclose(s, [-2.0, 0.0])
    s, nu = trust_region_step([1e-300, 0.0], np.zeros((2, 2)), 2.0)  # nothing but a slope: all the way
    np.testing.assert_allclose(s, [-2.0, 0.0], rtol=1e-9)


def test_without_slope_and_curvature_nothing_moves():
    for step in (trust_region_step, cubic_step):
        s, nu = step(np.zeros(2), np.diag([0.0, 1.0]), 1.0)
        np.testing.assert_array_equal([*s, nu], 0.0)


def test_one_dimension_of_the_cubic_model_in_closed_form():
    """With g > 0 the minimum is at s < 0, where −½Ms² + λs + g = 0."""
    for g, lam, M in ((1.0, 2.0, 3.0), (0.5, -4.0, 1.0), (1e-12, -1.0, 2.0)):
        s = cubic_step([g], [[lam]], M)[0][0]
        exact = -(-lam + np.sqrt(lam**2 + 2 * M * g)) / M
        assert s == pytest.approx(exact, rel=1e-12)


# Exponents of two of the gradient and of the step: with them go those of the Hessian and of M or r.
FAR_AWAY = [(990, 0), (-990, 0), (990, 990), (-990, -990), (0, 495), (0, -495), (500, -490)]


@pytest.mark.parametrize(("slope", "length"), FAR_AWAY)
@pytest.mark.parametrize("g", [[0.4, -1.0, 0.3, 2.0], [0.0, -1.0, 0.3, 0.2], [0.0, 0.0, 0.0, 0.0]])
def test_steps_keep_their_digits_in_every_unit(g, slope, length):
    """A slope, the hard case, an exact saddle; the side in the latter two is free."""
    H = np.diag([-3.0, 0.5, 1.0, 20.0])
    far = np.ldexp(g, slope), np.ldexp(H, slope - length)
    sizes = [(trust_region_step, 0.75, length)]
    if abs(slope - 2 * length) < 1000:
        sizes.append((cubic_step, 3.0, slope - 2 * length))
    for step, size, power in sizes:
        (s, nu), (far_s, far_nu) = step(g, H, size), step(*far, np.ldexp(size, power))
        np.testing.assert_allclose(np.abs(np.ldexp(far_s, -length)), np.abs(s), rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(np.ldexp(far_nu, length - slope), nu, rtol=1e-9)
        assert (far_s[1:] * g[1:] <= 0).all()


@pytest.mark.parametrize("tilt", [1e300, 1e-300])
def test_without_curvature_the_steps_have_closed_forms_at_any_size(tilt):
    g, flat = tilt * np.array([3.0, -4.0]), np.zeros((2, 2))
    for other in (1e300, 1e-300):
        s, nu = trust_region_step(g, flat, other)
        np.testing.assert_allclose(s, other * np.array([-0.6, 0.8]), rtol=1e-9)
        assert nu == pytest.approx(5 * (tilt / other))  # ∞ and 0 where it is beyond float64
        s, nu = cubic_step(g, flat, other)  # (M/2)‖s‖² = ‖g‖
        length = np.sqrt(10) * np.sqrt(tilt) / np.sqrt(other)
        np.testing.assert_allclose(s, length * np.array([-0.6, 0.8]), rtol=1e-9)
        assert nu == pytest.approx(np.sqrt(2.5) * np.sqrt(tilt) * np.sqrt(other), rel=1e-9, abs=0)


@pytest.mark.parametrize("step", [trust_region_step, cubic_step])
def test_batches_are_their_points_one_by_one(step):
    rng = np.random.default_rng(0)
    g, H = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4, 4))
    H = H + np.swapaxes(H, -1, -2)
    g[0, 0] = 0.0
    size = rng.uniform(0.1, 2, size=(2, 3))
    s, nu = step(g, H, size)
    assert s.shape == (2, 3, 4)
    assert nu.shape == (2, 3)
    for i in np.ndindex(2, 3):
        alone = step(g[i], H[i], size[i])
        np.testing.assert_allclose(s[i], alone[0], rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(nu[i], alone[1], rtol=1e-11)


@pytest.mark.parametrize("step", [trust_region_step, cubic_step])
def test_what_is_not_finite_stays_in_its_row(step):
    g, H = np.ones((2, 2)), np.stack([np.eye(2), np.full((2, 2), np.nan)])
    s, nu = step(g, H, 1.0)
    assert np.isfinite(s[0]).all()
    assert np.isnan(s[1]).all()
    assert np.isnan(nu).tolist() == [False, True]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: trust_region_step([1.0], [[1.0]], 0.0), "radius must be finite and > 0, got 0.0"),
        (lambda: cubic_step([1.0], [[1.0]], -1.0), "penalty must be finite and > 0"),
        (
            lambda: trust_region_step(np.ones((2, 1)), np.ones((2, 1, 1)), np.ones(3)),
            r"radius must be one number or one for each model, shape \(2,\), got shape \(3,\)",
        ),
        (lambda: cubic_step([1.0], [[1.0]], [2.0, 3.0]), r"penalty must be .* shape \(\), got shape \(2,\)"),
        (lambda: cubic_step([1.0, 2.0], [[1.0]], 1.0), r"\(..., n, n\) with n ≥ 1, got \(2,\)"),
        (lambda: trust_region_step([], np.zeros((0, 0)), 1.0), r"with n ≥ 1, got \(0,\) and \(0, 0\)"),
        (lambda: cubic_step([], np.zeros((0, 0)), 1.0), r"with n ≥ 1, got \(0,\) and \(0, 0\)"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@examples(60)
@given(n=st.integers(1, 6), seed=st.integers(0, 2**32 - 1), sign=st.sampled_from([-1.0, 1.0]))
def test_a_model_alone_is_solved_as_beside_one_on_which_nothing_pulls(n, seed, sign):
    """Alone its parts are divided as they are, beside the other one only where they are not zero."""
    rng = np.random.default_rng(seed)
    H, _ = symmetric(rng, n)
    g, limit = rng.normal(size=n), 10.0 ** rng.uniform(-3, 1)
    other = sign * np.eye(n)  # at its critical point: a minimum, or a maximum to be left
    for solve in (trust_region_step, cubic_step):
        alone = solve(g, H, limit)
        both = solve(np.stack([g, np.zeros(n)]), np.stack([H, other]), [limit, limit])
        for one, two in zip(alone, both, strict=True):
            np.testing.assert_allclose(one, two[0], rtol=1e-12, atol=1e-300)
        assert (both[0][1] == 0).all() == (sign > 0)
