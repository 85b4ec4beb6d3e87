"""Negative curvature, cubic penalty and trust region: from saddles, in bowls, against closed forms."""

import numpy as np
import pytest

from course_utils.objectives import Rosenbrock, Wells, catalogue, min_max_saddle, quadratic, two_wells
from course_utils.optimizers import (
    CubicNewton,
    NegativeCurvatureDescent,
    NewtonCG,
    TrustRegionNewton,
    cubic_step,
    minimize,
    trust_region_step,
)
from course_utils.optimizers.curvature_steps import lowest_direction

METHODS = [
    NegativeCurvatureDescent(0.1, hessian_lipschitz=6.0),
    CubicNewton(),
    TrustRegionNewton(),
    NewtonCG(),
]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("angle", [0.0, 0.7, np.pi / 4])
def test_each_leaves_a_saddle_from_its_very_top_and_from_the_ridge(method, angle):
    f = two_wells(angle)
    along = np.array([np.cos(angle), np.sin(angle)])
    run = minimize(f, method, np.stack([np.zeros(2), along, along * 1e-9]), 120)
    np.testing.assert_allclose(run.value[-1], -0.5, atol=1e-3)


@pytest.mark.parametrize("method", METHODS[1:], ids=lambda m: type(m).__name__)
def test_each_ends_in_a_minimum_to_many_digits(method):
    f = Rosenbrock(5)
    run = minimize(f, method, np.random.default_rng(0).normal(size=(2, 5)), 120)
    assert (run.gradient_norm[-1] < 2e-4).all()
    assert all(np.linalg.eigvalsh(f.hessian(x))[0] > 0 for x in run.x[-1])


@pytest.mark.parametrize("method", METHODS[1:3], ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("name", ["hills", "Himmelblau", "Rastrigin", "monkey saddle", "octopus 5-D"])
def test_the_value_never_rises(method, name):
    f = catalogue()[name]
    start = np.random.default_rng(1).uniform(-2, 2, size=(6, f.dim))
    value = minimize(f, method, start, 40).value
    assert np.all(np.diff(value, axis=0) <= 1e-10 * (1 + np.abs(value[:-1])))


def test_the_negative_curvature_step_has_its_length_and_goes_downhill():
    f, rho = Wells([2.0, -0.5, -1.5]), 3.0
    method = NegativeCurvatureDescent(0.1, hessian_lipschitz=rho, gradient_threshold=0.1)
    for start in ([0.0, 0.0, 0.0], [0.0, 0.0, 0.02], [0.0, 0.0, -0.02]):
        after = minimize(f, method, start, 1).x[-1]
        lam = 1.5 - 3 * start[2] ** 2
        moved = after - start
        np.testing.assert_allclose(np.abs(moved), [0, 0, 2 * lam / rho], atol=1e-9)
        assert moved[2] * start[2] >= 0  # away from the saddle, not across it


def test_negative_curvature_promises_a_fall_and_keeps_it():
    f = Wells([1.0, -0.7])
    rho = 6 * 1.2  # |f‴| = 6|x| as far as the step goes
    after = minimize(f, NegativeCurvatureDescent(0.1, hessian_lipschitz=rho), [0.0, 0.0], 1)
    assert after.value[0] - after.value[-1] >= 2 * 0.7**3 / (3 * rho**2)


def test_the_lowest_direction_is_exact_with_n_products_also_for_a_multiple_eigenvalue():
    rng = np.random.default_rng(2)
    V = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    f = quadratic(V * np.array([-2.0, -2.0, -2.0, 1.0, 1.0, 5.0]) @ V.T)
    value, v = lowest_direction(f, np.zeros((3, 6)), 6, rng)
    np.testing.assert_allclose(value, -2.0, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(v, axis=-1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(f.hvp(np.zeros(6), v), -2 * v, atol=1e-10)
    few = lowest_direction(f, np.zeros((3, 6)), 1, rng)[0]
    assert (few > -2.0).all()  # one product: a Rayleigh quotient, from above


def test_first_steps_are_those_of_the_subproblems():
    f, x = two_wells(0.3), np.array([0.4, -0.3])
    g, H = f.gradient(x), f.hessian(x)
    run = minimize(f, TrustRegionNewton(radius=0.2), x, 1)
    np.testing.assert_allclose(run.x[-1] - x, trust_region_step(g, H, 0.2)[0], rtol=1e-12)
    run = minimize(f, CubicNewton(penalty=50.0), x, 1)  # large enough at once
    np.testing.assert_allclose(run.x[-1] - x, cubic_step(g, H, 50.0)[0], rtol=1e-12)


def test_cubic_newton_doubles_its_penalty_until_the_model_keeps_its_promise():
    f, x = Wells([-1.0]), np.array([0.0])
    run = minimize(f, CubicNewton(penalty=1e-3), x, 1)
    step = float(run.x[-1, 0])
    M = 2 / abs(step)  # at the saddle ‖s‖ = 2|λ|/M
    assert np.log2(M / 1e-3) == pytest.approx(round(np.log2(M / 1e-3)), abs=1e-9)
    assert f.value([step]) <= -(step**2) / 2 + M / 6 * abs(step) ** 3 + 1e-12
    assert f.value([2 * step]) > -((2 * step) ** 2) / 2 + M / 12 * abs(2 * step) ** 3


def test_a_trust_region_shrinks_after_a_step_that_is_not_made():
    f = two_wells(0.0)
    run = minimize(f, TrustRegionNewton(radius=100.0), [0.0, 0.0], 12)
    first = int(np.argmax(np.abs(run.x).max(axis=-1) > 0))
    assert first > 1  # radii of 100, 25, … promise too much
    assert np.linalg.norm(run.x[first]) == pytest.approx(100 / 4 ** (first - 1))


@pytest.mark.parametrize("start", [[0.0, 0.0], [[0.0, 0.0], [0.0, 0.0]]], ids=["one", "batch"])
def test_what_no_step_has_moved_is_decomposed_once(start, monkeypatch):
    decomposed, eigh = [], np.linalg.eigh
    monkeypatch.setattr(np.linalg, "eigh", lambda H: decomposed.append(H) or eigh(H))
    run = minimize(two_wells(0.0), TrustRegionNewton(radius=100.0), start, 12)
    moved = (np.diff(run.x, axis=0) != 0).reshape(12, -1).any(axis=1)
    assert not moved[0]
    assert len(decomposed) == 1 + int(moved[:-1].sum())  # at the start, and after each step that was made
    fresh = np.array(start)
    state, rng = TrustRegionNewton(radius=100.0).init(two_wells(0.0), fresh), np.random.default_rng(0)
    for after in run.x[1:]:  # the same steps, where all is decomposed anew
        state = state._replace(known=None)
        fresh, state = TrustRegionNewton(radius=100.0).step(two_wells(0.0), fresh, state, rng)
        np.testing.assert_array_equal(fresh, after)


def test_on_an_unbounded_saddle_all_go_down_for_ever_without_a_warning():
    for method in METHODS:
        run = minimize(min_max_saddle(), method, [0.0, 0.0], 60)
        assert np.isfinite(run.x).all()
        assert run.value[-1] < -0.05
