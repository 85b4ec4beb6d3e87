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
