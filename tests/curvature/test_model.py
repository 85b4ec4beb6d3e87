"""Second-order models: curvature along a direction, the promise of a step, the best step size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import curvature, objectives
from course_utils.curvature import directional_curvature, optimal_step_size, step_model
from course_utils.objectives import quadratic
from tests.tools.search import examples


@examples(50)
@given(n=st.integers(1, 8), seed=st.integers(0, 2**32 - 1))
def test_directional_curvature_lies_between_the_extreme_eigenvalues(n, seed):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, n))
    H = A + A.T
    values, vectors = np.linalg.eigh(H)
    along = curvature.directional_curvature(H, rng.standard_normal((4, 5, n)))
    assert along.shape == (4, 5)
    assert (along >= values[0] - 1e-9).all()
    assert (along <= values[-1] + 1e-9).all()
    np.testing.assert_allclose(curvature.directional_curvature(H, 7.0 * vectors.T), values, atol=1e-9)


@examples(50)
@given(n=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_the_second_order_model_is_exact_on_quadratics(n, seed):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, n))
    f = quadratic(A + A.T, center=rng.standard_normal(n))
    x, s = rng.standard_normal((2, n))
    model = curvature.step_model(f, x, s)
    assert model.second_order == pytest.approx(model.actual, rel=1e-9, abs=1e-9)
    assert model.first_order - model.second_order == pytest.approx(0.5 * model.curvature * s @ s, abs=1e-9)
    np.testing.assert_allclose(curvature.taylor_model(f, x, x + s), f.value(x + s), rtol=1e-9, atol=1e-9)


def test_the_error_of_the_model_is_of_third_order():
    f = objectives.himmelblau()
    c, d = np.array([1.0, 1.0]), np.array([0.6, -0.8])
    distances = np.array([1e-1, 1e-2, 1e-3])
    x = c + distances[:, None] * d
    error = np.abs(f.value(x) - curvature.taylor_model(f, c, x))
    order = np.diff(np.log10(error)) / np.diff(np.log10(distances))
    np.testing.assert_allclose(order, 3.0, atol=0.1)
    assert curvature.taylor_model(f, c, x.reshape(3, 1, 2)).shape == (3, 1)


def test_the_optimal_step_size_is_one_over_the_eigenvalue_along_eigenvectors():
    f = quadratic([100.0, 1.0])
    rates = curvature.optimal_step_size(f, [[3.0, 0.0], [0.0, 3.0], [1.0, 1.0], [0.0, 0.0]])
    assert rates[:2] == pytest.approx([1 / 100, 1.0])
    g = np.array([100.0, 1.0])
    assert rates[2] == pytest.approx(g @ g / (g @ (np.array([100.0, 1.0]) * g)))
    assert np.isnan(rates[3])
    assert curvature.optimal_step_size(objectives.min_max_saddle(), [0.0, 1.0]) == np.inf


def test_the_optimal_step_size_minimises_along_the_gradient():
    f, x = objectives.rotated_quadratic((7.0, 2.0), 0.3), np.array([1.0, -2.0])
    best = curvature.optimal_step_size(f, x)
    losses = f.value(x - np.linspace(0.5, 1.5, 101)[:, None] * best * f.gradient(x))
    assert int(np.argmin(losses)) == 50


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: curvature.directional_curvature(np.eye(2), [0.0, 0.0]), "direction must not be zero"),
        (lambda: curvature.directional_curvature(np.eye(2), [1.0]), "direction must have shape"),
        (lambda: curvature.step_model(quadratic([1.0]), [1.0], [0.0]), "step must not be zero"),
        (lambda: curvature.step_model(quadratic([1.0]), [[1.0]], [1.0]), "must have shape"),
        (lambda: curvature.taylor_model(quadratic([1.0]), [[1.0]], [1.0]), "center must be one point"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e170, 1e300])
def test_directions_and_steps_of_every_length(size):
    H = np.diag([1.0, 4.0])
    assert directional_curvature(H, np.array([3.0, 4.0]) * size) == pytest.approx(73 / 25)
    bowl = quadratic(np.array([1.0, 4.0]) * min(size, 1 / size))
    rate = optimal_step_size(bowl, [3.0, 1.0])
    assert rate * min(size, 1 / size) == pytest.approx(25 / 73)
    if size < 1:
        model = step_model(quadratic([1.0, 4.0]), [1.0, 1.0], np.array([3.0, 4.0]) * size)
        assert model.curvature == pytest.approx(73 / 25)


def test_complex_numbers_are_refused():
    with pytest.raises(ValueError, match="hessian must hold real numbers"):
        directional_curvature(np.eye(2) * 1j, [1.0, 0.0])
    with pytest.raises(ValueError, match="direction must hold real numbers"):
        directional_curvature(np.eye(2), np.array([1j, 0.0]))
