"""Capped conjugate gradients: solutions, negative curvature, and what they cannot see."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.objectives import Rosenbrock, Wells, quadratic
from course_utils.optimizers import NewtonCG, capped_cg, minimize, newton_cg
from tests.tools.search import examples


@examples(60)
@given(
    n=st.integers(1, 30),
    seed=st.integers(0, 2**32 - 1),
    spread=st.sampled_from([0.0, 1.0, 3.0]),
    eps=st.sampled_from([1e-3, 1e-1, 1.0]),
)
def test_either_the_system_is_solved_or_the_direction_curves_down(n, seed, spread, eps):
    rng = np.random.default_rng(seed)
    V = np.linalg.qr(rng.normal(size=(n, n)))[0]
    H = V * (rng.normal(size=n) * 10 ** rng.uniform(-spread, spread, size=n)) @ V.T
    g, zeta = rng.normal(size=n), 0.3
    found = capped_cg(lambda v: H @ v, g, damping=eps, accuracy=zeta)
    d = found.direction
    if found.kind == "negative curvature":
        assert d @ H @ d < -eps * (d @ d) * (1 - 1e-9)
    else:
        residual = np.linalg.norm((H + 2 * eps * np.eye(n)) @ d + g)
        assert residual <= zeta / 3 * np.linalg.norm(g) + 1e-8 * np.abs(H).max() * np.linalg.norm(d)
        assert d @ H @ d >= -eps * (d @ d) * (1 + 1e-9)


@pytest.mark.parametrize("kappa", [1e2, 1e4])
def test_in_a_bowl_it_solves_with_the_accuracy_of_the_paper(kappa):
    rng = np.random.default_rng(0)
    eigenvalues = np.geomspace(1 / kappa, 1.0, 40)
    g = rng.normal(size=40)
    found = capped_cg(lambda v: eigenvalues * v, g, damping=1e-3, accuracy=0.5)
    assert found.kind == "solution"
    exact = -g / (eigenvalues + 2e-3)
    np.testing.assert_allclose(found.direction, exact, atol=0.05 * np.abs(exact).max())
    assert found.products < 3 * 40


def test_one_negative_eigenvalue_among_many_is_met():
    rng = np.random.default_rng(1)
    eigenvalues = np.append(rng.uniform(0.5, 2, 99), -0.3)
    g = rng.normal(size=100)
    found = capped_cg(lambda v: eigenvalues * v, g, damping=0.05)
    assert found.kind == "negative curvature"
    assert found.products < 100


def test_a_way_down_at_a_right_angle_to_the_gradient_is_not_met():
    eigenvalues = np.array([1.0, 2.0, -3.0])
    found = capped_cg(lambda v: eigenvalues * v, np.array([1.0, -1.0, 0.0]), damping=0.1, accuracy=0.01)
    assert found.kind == "solution"
    assert found.direction[2] == 0
    barely = capped_cg(lambda v: eigenvalues * v, np.array([1.0, -1.0, 1e-3]), damping=0.1, accuracy=0.01)
    assert barely.kind == "negative curvature"


def test_two_iterates_differ_along_negative_curvature_where_the_residual_is_too_long(monkeypatch):
    """The bound is generous, and we found no matrix that exceeds it; with a bound of 0 all pairs are seen."""

    def differences():
        rng, found = np.random.default_rng(2), []
        eigenvalues = np.append(np.geomspace(0.01, 10, 39), -0.08)
        for _ in range(40):
            g = rng.normal(size=40)
            found.append(capped_cg(lambda v: eigenvalues * v, g, damping=0.05, accuracy=1e-6))
            d = found[-1].direction
            if found[-1].kind == "negative curvature":
                assert d @ (eigenvalues * d) < -0.05 * (d @ d) * (1 - 1e-9)
        return np.array([one.products for one in found])

    usual = differences()
    monkeypatch.setattr(newton_cg._Cap, "bound", lambda self, iteration: 0.0)
    early = differences()
    assert np.all(early <= usual)
    assert np.any(early < usual)


def test_newton_cg_steps_along_the_curvature_with_its_size():
    f = Wells([2.0, -0.8])
    after = minimize(f, NewtonCG(), [0.0, 0.0], 1).x[-1]
    np.testing.assert_allclose(np.abs(after), [0.0, 0.8], atol=1e-9)


def test_newton_cg_is_damped_newton_in_a_bowl_and_rests_at_its_bottom():
    f = quadratic([1.0, 4.0], center=[1.0, -1.0])
    run = minimize(f, NewtonCG(gradient_tolerance=1e-6, curvature_tolerance=1e-3), [3.0, 3.0], 30)
    assert run.gradient_norm[-1] <= 1e-6
    np.testing.assert_array_equal(run.x[-1], run.x[-2])


def test_its_value_falls_with_every_step_that_is_made():
    run = minimize(Rosenbrock(10), NewtonCG(curvature_tolerance=1e-4), np.full(10, -0.7), 120)
    fall, moved = -np.diff(run.value), np.linalg.norm(np.diff(run.x, axis=0), axis=-1)
    assert np.all(fall[moved > 0] >= 0.1 / 6 * moved[moved > 0] ** 3 * (1 - 1e-9))
    assert run.gradient_norm[-1] < 1e-3


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"gradient": np.zeros(2)}, "gradient must be finite and not zero"),
        ({"damping": 0.0}, "damping must be a finite number > 0"),
        ({"accuracy": 1.0}, "accuracy must be a number < 1, got 1.0"),
    ],
)
def test_bad_input_is_named(settings, words):
    call = {"gradient": np.ones(2), "damping": 0.1, "accuracy": 0.5, **settings}
    with pytest.raises(ValueError, match=words):
        capped_cg(lambda v: v, call.pop("gradient"), **call)


@pytest.mark.parametrize("eigenvalues", [[0.1, 1.0, 5.0, 20.0], [0.1, 1.0, -0.5, 2.0], [1.0, 1.0, 1.0, -1.0]])
@pytest.mark.parametrize("exponent", [-1000, -565, -340, 340, 531, 1000])
def test_directions_go_with_the_size_of_the_gradient_exactly(eigenvalues, exponent):
    g = np.array([1.0, -2.0, 0.5, 3.0])
    plain = capped_cg(lambda v: eigenvalues * v, g, damping=0.02, accuracy=1e-3)
    found = capped_cg(lambda v: eigenvalues * v, np.ldexp(g, exponent), damping=0.02, accuracy=1e-3)
    assert (found.kind, found.products) == (plain.kind, plain.products)
    np.testing.assert_array_equal(found.direction, np.ldexp(plain.direction, exponent))


@pytest.mark.parametrize("exponent", [-565, -200, 200, 531])
def test_a_function_of_another_size_has_the_same_directions(exponent):
    g, size = np.array([1.0, -2.0, 0.5, 3.0]), 2.0**exponent
    for eigenvalues in (np.array([0.1, 1.0, 5.0, 20.0]), np.array([0.1, 1.0, -0.5, 2.0])):
        plain = capped_cg(lambda v, h=eigenvalues: h * v, g, damping=0.02)
        found = capped_cg(lambda v, h=size * eigenvalues: h * v, size * g, damping=0.02 * size)
        assert (found.kind, found.products) == (plain.kind, plain.products)
        # A solution stays; negative curvature is a search direction, as long as the gradient.
        shown = found.direction / (1.0 if found.kind == "solution" else size)
        np.testing.assert_allclose(shown, plain.direction, rtol=1e-12)


def test_beside_curvature_beyond_all_bounds_the_damping_is_nothing():
    eigenvalues, x = np.array([1e160, 3e160]), np.array([1.0, -2.0])
    found = capped_cg(lambda v: eigenvalues * v, eigenvalues * x, damping=0.01)
    assert found.kind == "solution"
    np.testing.assert_allclose(found.direction, -x, rtol=1e-10)
    run = minimize(quadratic(eigenvalues), NewtonCG(), x, 1)
    np.testing.assert_allclose(run.x[-1], 0.0, atol=1e-10)


def test_steps_whose_cube_is_beyond_float64_are_shortened_and_not_a_crash():
    # f = −1e-150·x from 0: where the value is that small every long step fails the search, and x stays.
    f = quadratic([1e-200], center=[1e150])
    run = minimize(f, NewtonCG(gradient_tolerance=1e-60, curvature_tolerance=1e-250), [0.0], 1)
    assert np.isfinite(run.x).all()


def test_products_that_are_not_finite_end_the_search():
    found = capped_cg(lambda v: np.nan * v, np.ones(2), damping=0.1)
    assert (found.kind, found.products) == ("solution", 1)
    np.testing.assert_array_equal(found.direction, 0.0)
    images = iter([np.array([-1.0, -4.0]), np.array([np.inf, 1.0])])
    found = capped_cg(lambda v: next(images), np.array([1.0, 2.0]), damping=0.5, accuracy=1e-9)
    assert (found.kind, found.products) == ("solution", 2)
    np.testing.assert_allclose(found.direction, -np.array([1.0, 2.0]) * 5 / 14)


@pytest.mark.parametrize(
    ("product", "gradient", "error", "words"),
    [
        (np.eye(2), [1.0, 2.0], TypeError, "product must be a function v -> Av"),
        (lambda v: v[:1], [1.0, 2.0], ValueError, r"product must return shape \(2,\), got \(1,\)"),
        (lambda v: v, [[1.0, 2.0]], ValueError, r"gradient must have shape \(n,\), got \(1, 2\)"),
        (lambda v: v, [np.nan, 1.0], ValueError, "gradient must be finite, got NaN or infinity"),
    ],
)
def test_what_does_not_fit_is_named(product, gradient, error, words):
    with pytest.raises(error, match=words):
        capped_cg(product, gradient, damping=0.1)
