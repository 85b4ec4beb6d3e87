"""How a reader's function is called: a branch over all coordinates is one over a whole batch."""

import math
import warnings

import numpy as np
import pytest

from course_utils.objectives import from_function
from course_utils.objectives.reader_function import ReaderFunction
from course_utils.optimizers import GradientDescent, minimize


def box(x):
    if (np.abs(x) > 3).any():
        return 100.0
    return x[0] ** 2 + x[1] ** 2


def wall(x):
    if np.any(np.abs(x) > 150):
        return np.inf
    return x[0] ** 2 + x[1] ** 2


def half_plane(x):
    if np.all(x[0] > -10):
        return x[0] ** 2 + x[1] ** 2
    return -10 * x[0] + x[1] ** 2


def long_is_divided(x):
    return (x[0] ** 2 + x[1] ** 2) / max(1.0, np.linalg.norm(x) / 100)


def far_from_all(x):
    if x[0].min() < -1e5:
        return 7.0
    return x[0] ** 2 + x[1] ** 2


@pytest.mark.parametrize("f", [box, wall, half_plane, long_is_divided, far_from_all])
@pytest.mark.parametrize("far", [4.0, -11.0, 200.0, -2e5, 400.0])
def test_a_batch_gets_what_each_of_its_points_gets(f, far):
    ours = from_function(f, 2)
    x = np.array([[1.0, 1.0], [far, 1.0], [0.5, -2.0], [0.0, far]])
    expected = [float(f(point)) for point in x]
    assert ours.value(x).tolist() == expected
    assert ours.value(x[[0, 2]]).tolist() == [expected[0], expected[2]]
    np.testing.assert_allclose(ours.gradient(x)[[0, 2]], 2 * x[[0, 2]], rtol=1e-9)
    np.testing.assert_allclose(ours.hessian(x)[[0, 2]], [2 * np.eye(2)] * 2, atol=1e-6)
    np.testing.assert_allclose(ours.hvp(x, [1.0, 0.0])[[0, 2]], [[2.0, 0.0]] * 2, atol=1e-6)


@pytest.mark.parametrize("f", [box, wall])
def test_a_run_from_several_starts_is_that_from_each(f):
    ours, starts = from_function(f, 2), np.array([[1.0, 1.0], [4.0, 4.0], [200.0, 0.0]])
    together = minimize(ours, GradientDescent(0.1), starts, 10)
    alone = minimize(ours, GradientDescent(0.1), starts[0], 10)
    np.testing.assert_array_equal(together.value[:, 0], alone.value)


def test_functions_of_arrays_stay_one_call():
    def bowl(x):
        calls.append(np.shape(x))
        return x[0] ** 2 + np.exp(x[1])

    calls: list[tuple[int, ...]] = []
    ours = from_function(bowl, 2)
    calls.clear()
    ours.value(np.ones((1000, 2)))
    assert calls == [(2, 1000)]
    assert ours.vectorised


def test_after_an_answer_that_is_not_one_number_a_point_it_goes_point_by_point():
    near, far = np.array([[0.0, 1.0], [1.0, 2.0]]), np.empty((2, 0))
    f = ReaderFunction(box, near, far)
    assert f.vectorised
    assert f.real(np.array([[1.0, 4.0], [1.0, 0.0]])).tolist() == [2.0, 100.0]
    assert not f.vectorised

    def raising(x):
        return math.exp(x[0]) if np.max(x) > 3 else x[0]

    f = ReaderFunction(raising, near, far)
    np.testing.assert_allclose(f.real(np.array([[1.0, 4.0], [1.0, 0.0]])), [1.0, math.exp(4)])


def test_far_points_at_which_it_cannot_be_called_do_not_count():
    def table(x):
        if np.max(np.abs(x)) > 5:
            raise ValueError("outside of the table")
        return x[0] ** 2 + x[1]

    ours = from_function(table, 2)
    assert ours.vectorised
    assert ours.value([[1.0, 1.0], [2.0, 0.0]]).tolist() == [2.0, 4.0]
    with pytest.raises(ValueError, match="outside of the table"):
        ours.value([[1.0, 1.0], [9.0, 0.0]])
    assert ours.vectorised


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.log(np.exp(800 * x[0]) + 1) + x[1] ** 2,
        lambda x: np.where(np.abs(x[0]) > 1, np.inf, x[0] ** 2) + x[1] ** 2,
        lambda x: np.inf if abs(x[0]) > 1 else x[0] ** 2 + x[1] ** 2,
    ],
    ids=["softplus", "wall", "python"],
)
def test_infinite_values_are_no_warnings(f):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = from_function(f, 2)
        x = np.array([[0.1, 1.0], [1.9, 1.0], [0.999, 0.0]])
        ours.value(x), ours.hvp(x, [1.0, 0.0])
        g, H = ours.gradient(x), ours.hessian(x)
    np.testing.assert_allclose(g[0, 1], 2.0, rtol=1e-9)
    np.testing.assert_allclose(H[0, 1, 1], 2.0, rtol=1e-6)
    assert np.isnan(g[1]).all()
