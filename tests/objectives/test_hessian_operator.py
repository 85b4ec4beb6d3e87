"""The Hessian as an operator: every real vector, no complex one, and the matrix itself on demand."""

import numpy as np
import pytest
from scipy.sparse.linalg import eigsh

from course_utils.networks import MLP
from course_utils.objectives import Quadratic, catalogue, quadratic


def network():
    rng = np.random.default_rng(0)
    return MLP([3, 4, 2], rng.standard_normal((9, 3)), rng.integers(0, 2, 9))


def test_whole_numbers_and_float32_are_multiplied_like_float64():
    objective = network()
    x = objective.initial(np.random.default_rng(1))
    H, operator = objective.hessian(x), objective.hessian_operator(x)
    v = np.arange(objective.dim) % 3 - 1
    for kind in (np.int64, np.int8, np.float32, np.float64):
        np.testing.assert_allclose(operator @ v.astype(kind), H @ v, atol=1e-14)
        block = np.stack([v, v[::-1]], axis=1).astype(kind)
        np.testing.assert_allclose(operator @ block, H @ block, atol=1e-14)
    np.testing.assert_allclose(operator @ v[:, None], (H @ v)[:, None], atol=1e-14)
    np.testing.assert_allclose(operator @ (v > 0), H @ (v > 0), atol=1e-14)
    np.testing.assert_allclose(operator.T @ v, H @ v, atol=1e-14)
    np.testing.assert_allclose((2 * operator + operator) @ v, 3 * H @ v, atol=1e-13)
    np.testing.assert_array_equal(operator.matrix(), H)
    largest = eigsh(operator, 1, which="LA", return_eigenvectors=False, v0=np.ones(objective.dim))
    assert largest[0] == pytest.approx(np.linalg.eigvalsh(H)[-1])


def test_complex_vectors_are_refused():
    operator = quadratic([1.0, 2.0]).hessian_operator([0.0, 0.0])
    for v in ([1j, 0.0], [[1j], [0.0]], np.zeros((2, 2), complex)):
        with pytest.raises(ValueError, match="v must hold real numbers, got dtype complex128"):
            operator @ np.array(v)


def test_it_stays_that_of_its_point():
    objective = network()
    x = objective.initial(np.random.default_rng(1))
    H, operator = objective.hessian(x), objective.hessian_operator(x)
    x += 1.0
    np.testing.assert_allclose(operator @ np.ones(objective.dim), H.sum(axis=1), atol=1e-14)
    np.testing.assert_array_equal(operator.matrix(), H)


def test_products_never_form_the_matrix():
    class Forbidden(Quadratic):
        def _hessian(self, x):
            raise AssertionError("formed")

    operator = Forbidden(np.array([1.0, 2.0]), np.zeros(2), "bowl", None).hessian_operator([0.0, 0.0])
    np.testing.assert_array_equal(operator @ np.array([1, 1]), [1, 2])
    with pytest.raises(AssertionError, match="formed"):
        operator.matrix()


@pytest.mark.parametrize("name", sorted(catalogue()))
@pytest.mark.parametrize("size", [1e100, 1e200, 1e300])
def test_it_is_as_silent_as_hvp_where_numbers_overflow(name, size):
    f = catalogue()[name]
    x = size * np.where(np.arange(f.dim) % 2, -1.0, 1.0)
    v = np.arange(1.0, f.dim + 1)
    operator = f.hessian_operator(x)
    np.testing.assert_array_equal(operator @ v, f.hvp(x, v))
    np.testing.assert_array_equal((operator @ np.stack([v, v], axis=1)).T, f.hvp(x, [v, v]))
    np.testing.assert_array_equal(operator.matrix(), f.hessian(x))
