"""Hessian-free optimization against closed forms, and its rules one by one."""

import numpy as np
import pytest

from course_utils.objectives import Objective, Rosenbrock, quadratic
from course_utils.optimizers import HessianFree, minimize, truncated_cg
from course_utils.optimizers.hessian_free import HessianFreeState


def rotated(eigenvalues, seed=0):
    """Return a symmetric matrix with these eigenvalues and its eigenvectors as columns."""
    n = len(eigenvalues)
    Q = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]
    return Q @ np.diag(eigenvalues) @ Q.T, Q


@pytest.mark.parametrize(
    "eigenvalues", [[3.0], [0.5, 2.0], [1.0] * 6, [1e-2, 1.0, 1.0, 4.0, 30.0], [0.0, 0.0, 2.0, 7.0]]
)
def test_without_damping_one_step_solves_a_quadratic(eigenvalues):
    f = quadratic(eigenvalues)
    start = np.random.default_rng(1).normal(size=len(eigenvalues))
    run = minimize(f, HessianFree(damping=0.0, progress=1e-12), start, 1)
    expected = np.where(np.array(eigenvalues) > 0, 0.0, start)  # where it is flat nothing moves
    np.testing.assert_allclose(run.x[-1], expected, atol=1e-9)


def test_the_damped_step_is_the_solution_of_the_damped_system():
    H, _ = rotated([0.1, 1.0, 5.0, 20.0])
    b = np.array([1.0, -2.0, 0.5, 3.0])
    found = truncated_cg(lambda v: H @ v + 0.7 * v, b, np.zeros(4), progress=1e-12)
    d = -np.linalg.solve(H + 0.7 * np.eye(4), b)
    np.testing.assert_allclose(found.iterates[-1], d, rtol=1e-9)
    assert found.values[-1] == pytest.approx(b @ d / 2)
    assert found.products <= 6
    warm = truncated_cg(lambda v: H @ v + 0.7 * v, b, d, progress=1e-12)
    np.testing.assert_allclose(warm.iterates[-1], d, rtol=1e-9)


def test_conjugate_gradients_stop_by_progress_and_keep_iterates_on_the_way():
    n = 400
    eigenvalues = np.geomspace(1e-4, 1.0, n)
    b = np.random.default_rng(2).normal(size=n)
    every = []

    def product(v):
        return eigenvalues * v

    # All iterates, by plain conjugate gradients.
    d, r = np.zeros(n), b.copy()
    p = -r
    for _ in range(250):
        step = (r @ r) / (p @ product(p))
        d = d + step * p
        every.append(b @ d + d @ product(d) / 2)
        new = r + step * product(p)
        p, r = -new + (new @ new) / (r @ r) * p, new
    phi = np.array([0.0, *every])
    for progress in (5e-4, 1e-2):
        stops = next(
            i
            for i in range(1, 251)
            if i > (k := max(10, int(np.ceil(i / 10)))) and (phi[i] - phi[i - k]) / phi[i] < k * progress
        )
        found = truncated_cg(product, b, np.zeros(n), progress=progress)
        assert found.products == stops
        assert found.values[-1] == pytest.approx(phi[stops], rel=1e-6)
        kept = sorted({int(np.ceil(1.3**j)) for j in range(30)} & set(range(1, stops + 1)) | {stops})
        np.testing.assert_allclose(found.values, phi[kept], rtol=1e-6)
        for d, value in zip(found.iterates, found.values, strict=True):
            assert b @ d + d @ product(d) / 2 == pytest.approx(value, rel=1e-9)
    assert truncated_cg(product, b, np.zeros(n), most=7).products == 7


def test_what_has_no_way_down_ends_at_once():
    nothing = truncated_cg(lambda v: v, np.zeros(3), np.zeros(3))
    np.testing.assert_array_equal(nothing.iterates, np.zeros((1, 3)))
    assert nothing.products == 0
    bent = truncated_cg(lambda v: -v, np.ones(3), np.zeros(3))
    assert bent.products == 1
    np.testing.assert_array_equal(bent.iterates[-1], 0.0)
    for settings in ({"progress": 0.0}, {"most": 0}):
        with pytest.raises(ValueError, match=next(iter(settings))):
            truncated_cg(lambda v: v, np.ones(3), np.zeros(3), **settings)


@pytest.mark.parametrize("exponent", [-1000, -565, -340, 340, 531, 1000])
def test_the_solution_goes_with_the_size_of_the_gradient_exactly(exponent):
    A, _ = rotated([0.1, 1.0, 5.0, 20.0])
    g, start = np.array([1.0, -2.0, 0.5, 3.0]), np.array([0.3, 0.0, -1.0, 0.25])
    for begin in (np.zeros(4), start):
        plain = truncated_cg(lambda v: A @ v, g, begin, progress=1e-12)
        found = truncated_cg(
            lambda v: A @ v, np.ldexp(g, exponent), np.ldexp(begin, exponent), progress=1e-12
        )
        assert found.products == plain.products
        assert len(found.iterates) == len(plain.iterates) > 2
        for d, expected in zip(found.iterates, plain.iterates, strict=True):
            np.testing.assert_array_equal(d, np.ldexp(expected, exponent))
        with np.errstate(over="ignore"):
            np.testing.assert_array_equal(found.values, np.ldexp(plain.values, 2 * exponent))


@pytest.mark.parametrize("exponent", [-950, -800, -565, -200, 200, 531, 1000])
def test_a_function_of_another_size_has_the_same_solution(exponent):
    A, _ = rotated([0.1, 1.0, 5.0, 20.0])
    g, start = np.array([1.0, -2.0, 0.5, 3.0]), np.array([0.3, 0.0, -1.0, 0.25])
    plain = truncated_cg(lambda v: A @ v, g, start)
    found = truncated_cg(lambda v: np.ldexp(A, exponent) @ v, np.ldexp(g, exponent), start)
    np.testing.assert_array_equal(found.iterates, plain.iterates)
    np.testing.assert_array_equal(found.values, np.ldexp(plain.values, exponent))


def test_a_start_beside_which_the_gradient_is_nothing_and_one_beyond_all_numbers():
    found = truncated_cg(lambda v: 2 * v, [1.0, 1e-3], [1e200, 0.0], progress=1e-12)
    np.testing.assert_allclose(found.iterates[-1], [-0.5, 0.0], atol=1e-14 * 1e200)
    with np.errstate(over="ignore"):
        found = truncated_cg(lambda v: 1e200 * v, [1.0, -2.0], [1e200, 0.0], progress=1e-12)
    np.testing.assert_allclose(found.iterates[-1], [-1e-200, 2e-200], rtol=1e-12)


def test_products_that_are_not_finite_end_them():
    for bad in (np.nan, np.inf):
        found = truncated_cg(lambda v, bad=bad: bad * v, [1.0, -2.0], np.zeros(2))
        assert found.products == 1
        np.testing.assert_array_equal(found.iterates, np.zeros((1, 2)))
    # In the second product: the first iterate is kept.
    images = iter([np.array([1.0, 4.0]), np.array([np.nan, 1.0])])
    found = truncated_cg(lambda v: -next(images), [1.0, 2.0], np.zeros(2))
    assert found.products == 2
    np.testing.assert_allclose(found.iterates[-1], -np.array([1.0, 2.0]) * 5 / 9)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"product": np.eye(2)}, TypeError, "product must be a function v -> Av, got array"),
        ({"product": lambda v: v[:1]}, ValueError, r"product must return shape \(2,\), got \(1,\)"),
        ({"product": lambda v: "Av"}, ValueError, "what product returns must hold real numbers"),
        ({"gradient": [[1.0, 2.0]]}, ValueError, r"gradient must have shape \(n,\), got \(1, 2\)"),
        ({"gradient": [np.nan, 1.0]}, ValueError, "gradient must be finite, got NaN or infinity"),
        ({"gradient": [1j, 1.0]}, ValueError, "gradient must hold real numbers"),
        ({"start": np.zeros(3)}, ValueError, r"start must have shape \(2,\), got \(3,\)"),
        ({"start": [np.inf, 0.0]}, ValueError, "start must be finite, got NaN or infinity"),
        ({"most": 1.5}, ValueError, "most must be a whole number"),
    ],
)
def test_what_does_not_fit_is_named(changes, error, words):
    arguments = {"product": lambda v: v, "gradient": np.ones(2), "start": np.zeros(2)} | changes
    with pytest.raises(error, match=words):
        truncated_cg(**arguments)


@pytest.mark.parametrize("exponent", [-565, -200, 200, 531])
def test_a_step_does_not_depend_on_the_size_of_the_function(exponent):
    H, _ = rotated([0.1, 1.0, 5.0, 20.0])
    size, x = 2.0**exponent, np.array([1.0, -2.0, 0.5, 3.0])
    plain = minimize(quadratic(H), HessianFree(0.5), x, 4)
    run = minimize(quadratic(size * H), HessianFree(0.5 * size), x, 4)
    np.testing.assert_allclose(run.x, plain.x, rtol=1e-12, atol=1e-14)


class Bent(Objective):
    """½‖x‖², whose products claim another curvature: the model is good or poor as one likes."""

    def __init__(self, claimed):
        super().__init__("bent", 3)
        self.claimed = claimed

    def _value(self, x):
        return (x**2).sum(axis=-1) / 2

    def _gradient(self, x):
        return x.copy()

    def _hvp(self, x, v):
        return self.claimed * v


@pytest.mark.parametrize(
    ("claimed", "factor"),
    [(1.0, 2 / 3), (0.6, 1.0), (0.05, 3 / 2)],  # ratios 1, ½ and below 0
)
def test_damping_follows_the_reduction_ratio(claimed, factor):
    f, x, damping = Bent(claimed), np.array([1.0, 2.0, -1.0]), 0.1
    step = 1 / (claimed + damping)  # d = −step·x
    ratio = (((1 - step) ** 2 - 1) / 2) / (-step + claimed * step**2 / 2)
    assert (ratio > 3 / 4, ratio < 1 / 4) == (factor == 2 / 3, factor == 3 / 2)
    method = HessianFree(damping)
    after, state = method.step(f, x, method.init(f, x), np.random.default_rng(0))
    assert state.damping == pytest.approx(factor * damping)
    assert f.value(after) < f.value(x)


class Hidden(Objective):
    """A bowl with a wall that the quadratic model at x = (0, 0) does not see."""

    def __init__(self, wall):
        super().__init__("hidden wall", 2)
        self.wall = wall

    def _value(self, x):
        over = np.maximum(x[..., 1] - self.wall, 0.0)
        return 50 * x[..., 0] ** 2 / 2 + 0.01 * x[..., 1] ** 2 / 2 - 5 * x[..., 0] - x[..., 1] + 1e4 * over**2

    def _gradient(self, x):
        over = np.maximum(x[..., 1] - self.wall, 0.0)
        return np.stack([50 * x[..., 0] - 5, 0.01 * x[..., 1] - 1 + 2e4 * over], axis=-1)

    def _hvp(self, x, v):
        return v * np.array([50.0, 0.01])


def test_backtracking_takes_an_earlier_iterate_where_the_last_one_is_worse():
    f, x = Hidden(0.5), np.zeros(2)
    found = truncated_cg(lambda v: f.hvp(x, v), f.gradient(x), np.zeros(2), most=2)
    values = [float(f.value(d)) for d in found.iterates]
    assert len(values) == 2
    assert values[0] < values[1]
    method = HessianFree(damping=0.0, inner_iterations=2)
    after, state = method.step(f, x, method.init(f, x), np.random.default_rng(0))
    np.testing.assert_allclose(after, found.iterates[0])
    np.testing.assert_allclose(state.direction, found.iterates[1])


def test_it_finds_the_minimum_of_a_curved_valley_and_never_climbs():
    run = minimize(Rosenbrock(2), HessianFree(1.0), [-1.2, 1.0], 100)
    np.testing.assert_allclose(run.x[-1], 1.0, atol=1e-5)
    assert (np.diff(run.value) <= 0).all()


def test_at_a_point_without_slope_nothing_happens():
    f = quadratic([1.0, 2.0])
    method = HessianFree(0.5)
    after, state = method.step(
        f, np.zeros(2), HessianFreeState(np.array(0.5), np.zeros(2)), np.random.default_rng(0)
    )
    np.testing.assert_array_equal(after, 0.0)
    assert state.damping == 0.5
