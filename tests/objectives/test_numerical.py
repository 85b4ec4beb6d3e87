"""The reader's own function as an objective."""

import math
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

from course_utils import objectives
from course_utils.objectives import catalogue
from course_utils.optimizers import GradientDescent, minimize
from tests.tools.derivatives import points_in_domain

CATALOGUE = catalogue()


def plain(x):
    return x[0] ** 2 - x[1] ** 2 + np.sin(3 * x[0] * x[1])


def branching(x):
    return math.sin(x[0]) + x[1] ** 2 if x[0] > -9 else 0.0


def with_abs(x):
    return np.abs(x[0] + 5) + np.exp(x[1])


def test_from_function_matches_the_formulas():
    ours = objectives.from_function(plain, 2)
    assert ours.derivatives == "complex step"
    assert ours.name == "plain"
    x = np.random.default_rng(0).normal(size=(7, 2))
    a, b = x.T
    c, s = np.cos(3 * a * b), np.sin(3 * a * b)
    np.testing.assert_allclose(
        ours.gradient(x), np.stack([2 * a + 3 * b * c, -2 * b + 3 * a * c], -1), rtol=1e-13
    )
    xy = 3 * c - 9 * a * b * s
    H = np.stack([np.stack([2 - 9 * b**2 * s, xy], -1), np.stack([xy, -2 - 9 * a**2 * s], -1)], -1)
    np.testing.assert_allclose(ours.hessian(x), H, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (branching, lambda x: np.stack([np.cos(x[..., 0]), 2 * x[..., 1]], -1)),
        (with_abs, lambda x: np.stack([np.ones_like(x[..., 0]), np.exp(x[..., 1])], -1)),
    ],
)
def test_from_function_falls_back_to_differences(f, gradient):
    ours = objectives.from_function(f, 2)
    assert ours.derivatives == "differences"
    x = np.random.default_rng(0).normal(size=(2, 3, 2))
    np.testing.assert_allclose(ours.gradient(x), gradient(x), rtol=1e-8, atol=1e-8)
    diagonal = np.stack([-np.sin(x[..., 0]) if f is branching else 0 * x[..., 0]], -1)
    np.testing.assert_allclose(ours.hessian(x)[..., 0, 0], diagonal[..., 0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["Himmelblau", "curved ravine", "hills"])
def test_from_function_agrees_with_the_catalogue(name):
    exact = CATALOGUE[name]
    ours = objectives.from_function(
        lambda x: exact._value(np.moveaxis(np.asarray(x), 0, -1)), 2, domain=exact.domain
    )
    x = points_in_domain(exact, (20,), np.random.default_rng(3))
    np.testing.assert_allclose(ours.gradient(x), exact.gradient(x), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ours.hessian(x), exact.hessian(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: objectives.from_function(3, 2), "f must be a function"),
        (lambda: objectives.from_function(lambda x: x, 2), "f must return one number"),
        (lambda: objectives.from_function(lambda x: "high", 2), "f must return one number"),
        (lambda: objectives.from_function(lambda x: np.nan * x[0], 2), "f must be finite"),
        (lambda: objectives.from_function(lambda x: 1j * x[0], 2), "f must return real numbers"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def real_only(f):
    """Return f as one that drops imaginary parts, so that its derivatives must be differences."""
    return lambda x: f(np.asarray(x).real)


def wide(x):
    return np.sin(x[0]) + x[1] ** 2


def test_noisy_differences_do_not_outvote_an_exact_complex_step():
    high = objectives.from_function(lambda x: 1e12 + x[0] ** 2 + x[1] ** 2, 2)
    assert high.derivatives == "complex step"
    np.testing.assert_array_equal(high.gradient([1.0, 1.0]), [2.0, 2.0])
    np.testing.assert_allclose(high.hessian([1.0, 1.0]), 2 * np.eye(2), atol=1e-12)
    # The same digits lost inside of f, where its values do not show it.
    lost = objectives.from_function(lambda x: (1e12 + x[0] ** 2 + x[1] ** 2) - 1e12, 2)
    np.testing.assert_array_equal(lost.gradient([1.0, 1.0]), [2.0, 2.0])


def test_a_function_much_finer_than_its_window():
    window = [(-1e4, 1e4)] * 2
    x = np.array([[1.0, 1.0], [-3.0, 5e3]])
    gradient = np.stack([np.cos(x[:, 0]), 2 * x[:, 1]], -1)
    exact = objectives.from_function(wide, 2, domain=window)
    assert exact.derivatives == "complex step"
    np.testing.assert_allclose(exact.gradient(x), gradient, rtol=1e-14)
    np.testing.assert_allclose(exact.hessian(x)[:, 0, 0], -np.sin(x[:, 0]), rtol=1e-7)
    with pytest.warns(UserWarning, match=r"second derivatives of .* fewer than six digits"):
        ours = objectives.from_function(real_only(wide), 2, domain=window)
    assert ours.derivatives == "differences"
    np.testing.assert_allclose(ours.gradient(x), gradient, atol=1e-6)


@pytest.mark.parametrize("weight", [1e-6, 1e-3, 1.0])
def test_a_complex_step_that_misses_a_part_is_refused(weight):
    for f in (lambda x: x[0] ** 2 + weight * np.abs(x[1]), lambda x: x[0] ** 2 + weight * np.real(x[1])):
        ours = objectives.from_function(f, 2)
        assert ours.derivatives == "differences"
        np.testing.assert_allclose(ours.gradient([1.0, 1.0]), [2.0, weight], rtol=1e-8)
        np.testing.assert_allclose(ours.hessian([1.0, 1.0]), np.diag([2.0, 0.0]), atol=1e-8)


def test_differences_keep_clear_of_kinks():
    f = objectives.from_function(lambda x: np.abs(x[0]) + np.where(x[1] > 0, x[1] ** 2, 0 * x[1]), 2)
    assert f.derivatives == "differences"
    x = np.array([[1e-5, 1e-3], [-1e-4, -1e-6], [1.0, 1.0], [-2.0, 1e-2]])
    np.testing.assert_allclose(
        f.gradient(x), np.stack([np.sign(x[:, 0]), 2 * x[:, 1].clip(0)], -1), atol=1e-9
    )
    # A second difference needs some room: a step of 1e-6 leaves it no digits.
    apart = np.abs(x[:, 1]) > 1e-4
    np.testing.assert_allclose(f.hessian(x)[apart, 1, 1], 2.0, atol=1e-6)


@pytest.mark.parametrize(
    "f",
    [lambda x: np.log(x[0]) + x[1] ** 3, lambda x: math.log(x[0]) + float(x[1]) ** 3],
    ids=["numpy", "math"],
)
def test_where_nothing_is_defined_derivatives_are_not_either(f):
    ours = objectives.from_function(f, 2)
    assert ours.derivatives == ("complex step" if ours.vectorised else "differences")
    x = np.array([[0.5, 1.0], [-1.0, 1.0], [1e-4, 0.5], [1.9, -1.0]])
    g, H = ours.gradient(x), ours.hessian(x)
    there = x[:, 0] > 0
    assert np.isnan(ours.value(x)).tolist() == (~there).tolist()
    assert np.isnan(g[~there]).all()
    assert np.isnan(H[~there]).all()
    np.testing.assert_allclose(g[there], np.stack([1 / x[there, 0], 3 * x[there, 1] ** 2], -1), rtol=1e-9)
    np.testing.assert_allclose(H[there][:, 0, 0], -1 / x[there, 0] ** 2, rtol=1e-6)
    run = minimize(ours, GradientDescent(1e-9), x, 5)
    assert run.status.tolist() == ["max_steps", "diverged", "max_steps", "max_steps"]


def test_python_that_raises_where_it_overflows_is_not_finite_there():
    f = objectives.from_function(lambda x: math.exp(1000 * float(x[0])) + 1 / float(x[1]), 2)
    assert np.isnan(f.value([[1.5, 1.0], [0.1, 0.0]])).all()

    def broken(x):
        raise ValueError("no number of this course")

    with pytest.raises(ValueError, match="no number of this course"):
        objectives.from_function(broken, 2)


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1.0, 1e6])
@pytest.mark.parametrize("height", [1e-200, 1.0, 1e200])
@pytest.mark.parametrize("wrap", [lambda f: f, real_only], ids=["complex", "real"])
def test_units_of_x_and_f_do_not_matter(scale, height, wrap):
    f = wrap(lambda x: height * (np.cos(x[0] / scale) + (x[0] / scale) * (x[1] / scale) ** 2))
    ours = objectives.from_function(f, 2, domain=[(-2 * scale, 2 * scale)] * 2)
    a, b = 0.7, -1.1
    g, H = ours.gradient([a * scale, b * scale]), ours.hessian([a * scale, b * scale])
    np.testing.assert_allclose(g * (scale / height), [-np.sin(a) + b**2, 2 * a * b], rtol=1e-9)
    expected = [[-np.cos(a), 2 * b], [2 * b, 2 * a]]
    np.testing.assert_allclose(H / height * scale**2, expected, rtol=1e-6, atol=1e-7)


def test_far_outside_of_the_window():
    exact, ours = (objectives.from_function(f, 2) for f in (wide, real_only(wide)))
    x = np.array([1e3, 1e5])
    np.testing.assert_allclose(exact.gradient(x), [np.cos(1e3), 2e5], rtol=1e-14)
    np.testing.assert_allclose(exact.hessian(x), np.diag([-np.sin(1e3), 2.0]), atol=1e-6)
    np.testing.assert_allclose(ours.gradient(x), [np.cos(1e3), 2e5], atol=1e-3)  # f is 1e10, of 16 digits


def counted(f):
    def counting(x):
        counting.calls += 1
        return f(x)

    counting.calls = 0
    return counting


@pytest.mark.parametrize("n", [3, 10])
def test_calls_grow_like_the_numbers_that_are_asked_for(n):
    def chain(x):
        return sum((1 - a) ** 2 + 100 * (b - a**2) ** 2 for a, b in pairwise(float(t) for t in x))

    f = counted(chain)
    ours = objectives.from_function(f, n)
    assert not ours.vectorised
    assert f.calls < 400
    x = np.linspace(-1.0, 1.0, n)
    for ask, most in (
        (ours.value, 1),
        (ours.gradient, 6 * n + 2),
        (ours.hessian, 3 * n * (n + 1) + 2),
        (lambda x: ours.hvp(x, np.ones(n)), 12 * n + 8),
    ):
        f.calls = 0
        ask(x)
        assert f.calls <= most
    np.testing.assert_allclose(ours.gradient(x), objectives.Rosenbrock(n).gradient(x), rtol=1e-9)
    np.testing.assert_allclose(ours.hessian(x), objectives.Rosenbrock(n).hessian(x), rtol=1e-7, atol=1e-6)
    v = np.linspace(0.0, 1.0, n)
    np.testing.assert_allclose(ours.hvp(x, v), objectives.Rosenbrock(n).hvp(x, v), rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("wrap", [lambda f: f, real_only], ids=["complex", "real"])
def test_memory_is_that_of_the_hessian(wrap):
    n = 120
    ours = objectives.from_function(wrap(lambda x: np.sin(x).sum(axis=0) ** 2), n)
    x = np.random.default_rng(0).normal(size=n)
    tracemalloc.start()
    H = ours.hessian(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6  # all points at once are 240 MB
    c = np.cos(x)
    np.testing.assert_allclose(H, 2 * np.outer(c, c) - 2 * np.sin(x).sum() * np.diag(np.sin(x)), atol=1e-6)
    v = np.random.default_rng(1).normal(size=(2, n))
    np.testing.assert_allclose(ours.hvp(x, v), v @ H, atol=1e-5)


@pytest.mark.parametrize("wrap", [lambda f: f, real_only], ids=["complex", "real"])
def test_products_are_those_of_the_hessian(wrap):
    ours = objectives.from_function(wrap(plain), 2)
    rng = np.random.default_rng(0)
    for x, v in (((2,), (2,)), ((3, 2), (2,)), ((2,), (4, 2)), ((3, 2), (4, 1, 2)), ((0, 2), (2,))):
        points, directions = rng.normal(size=x), 10.0 ** rng.uniform(-9, 9, size=1) * rng.normal(size=v)
        expected = np.einsum("...ij,...j->...i", ours.hessian(points), directions)
        size = np.abs(directions).max()
        np.testing.assert_allclose(ours.hvp(points, directions), expected, rtol=1e-6, atol=1e-7 * size)
    assert ours.hvp([1.0, 1.0], [0.0, 0.0]).tolist() == [0.0, 0.0]


NOISE = np.random.default_rng(0)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 1e12 + float(x[0]) ** 2 + float(x[1]) ** 2,
        lambda x: math.sin(x[0]) + float(x[1]) ** 2 + 1e-6 * NOISE.standard_normal(),
        lambda x: round(1e3 * math.sin(x[0])) / 1e3 + float(x[1]),
        lambda x: np.float32(np.real(x[0])) ** 2 + np.float32(np.real(x[1])),
    ],
    ids=["offset", "noise", "rounded", "single precision"],
)
def test_what_cannot_be_promised_is_said(f):
    with pytest.warns(UserWarning, match="derivatives of 'rough' .* fewer than six digits are right"):
        ours = objectives.from_function(f, 2, name="rough")
    assert ours.derivatives == "differences"
    assert max(ours.gradient_error, ours.hessian_error) > 1e-6


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - {"recurrent cliff"}))
@pytest.mark.parametrize("wrap", [lambda f: f, real_only], ids=["complex", "real"])
def test_the_stated_error_is_not_exceeded(name, wrap):
    exact = CATALOGUE[name]
    ours = objectives.from_function(
        wrap(lambda x: exact._value(np.moveaxis(np.asarray(x), 0, -1))), exact.dim, domain=exact.domain
    )
    x = points_in_domain(exact, (50,), np.random.default_rng(5))
    for order, stated in (("gradient", ours.gradient_error), ("hessian", ours.hessian_error)):
        right = getattr(exact, order)(x)
        size = np.abs(right).max()
        # The error is estimated at five points; at fifty others it may be somewhat larger.
        assert np.abs(getattr(ours, order)(x) - right).max() <= max(100 * stated, 1e-12) * max(size, 1.0)
    assert ours.hessian_error < 1e-6


@pytest.mark.parametrize(
    "f",
    [lambda x: x[0], lambda x: 5.0, lambda x: np.full(np.shape(x)[1:], 5.0), lambda x: x[0] + 0 * x[1]],
    ids=["view", "constant", "constants", "line"],
)
def test_flat_functions_have_no_error(f):
    ours = objectives.from_function(f, 2)
    x = np.array([[1.0, 2.0], [0.0, 0.0]])
    slope = 0.0 if np.ndim(f(x.T)) == 0 or (f(x.T) == 5).all() else 1.0
    np.testing.assert_allclose(ours.gradient(x), [[slope, 0.0]] * 2, atol=1e-15)
    np.testing.assert_allclose(ours.hessian(x), 0.0, atol=1e-10)
    value = ours.value(x)
    value += 1.0  # what comes back is not the reader's point
    assert x.tolist() == [[1.0, 2.0], [0.0, 0.0]]


def in_place(x):
    x *= x
    return x[0] + 3 * x[1]


def test_a_function_that_changes_its_argument_changes_nothing_else():
    for f in (in_place, lambda x: in_place(x) if np.ndim(x[0]) == 0 else NotImplemented):
        ours = objectives.from_function(f, 2)
        x = np.array([[1.0, 2.0], [3.0, 4.0]])
        before = x.copy()
        assert ours.value(x).tolist() == [13.0, 57.0]
        np.testing.assert_allclose(ours.gradient(x), before * [2.0, 6.0], rtol=1e-12)
        np.testing.assert_allclose(ours.hessian(x), [np.diag([2.0, 6.0])] * 2, atol=1e-9)
        np.testing.assert_array_equal(x, before)
        run = minimize(ours, GradientDescent(0.1), x, 3)
        np.testing.assert_array_equal(run.x[0], before)


def test_products_with_matrices_may_be_written_for_columns():
    A = np.array([[2.0, 1.0], [1.0, -1.0]])
    ours = objectives.from_function(lambda x: 0.5 * np.sum(x * (A @ x), axis=0), 2)
    assert ours.vectorised
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    np.testing.assert_allclose(ours.gradient(x), x @ A, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours.hessian(x), np.broadcast_to(A, (3, 4, 2, 2)), atol=1e-9)


@pytest.mark.parametrize("shape", [(0, 2), (3, 0, 2)], ids=str)
def test_no_point_is_a_batch(shape):
    for f in (plain, branching, real_only(plain)):
        ours = objectives.from_function(f, 2)
        assert ours.value(np.zeros(shape)).shape == shape[:-1]
        assert ours.gradient(np.zeros(shape)).shape == shape
        assert ours.hessian(np.zeros(shape)).shape == (*shape, 2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: objectives.from_function(plain, "2"), "dim must be a whole number of at least 1, got '2'"),
        (lambda: objectives.from_function(plain, 2.0), "dim must be a whole number"),
        (lambda: objectives.from_function(plain, 2, domain=[(-np.inf, 1), (0, 1)]), "domain must be 2 pairs"),
        (lambda: objectives.from_function(plain, 2, domain=[(0, 1)]), "domain must be 2 pairs"),
        (lambda: objectives.from_function(plain, 2, domain=3), "domain must be 2 pairs"),
        (lambda: objectives.from_function(lambda x: None, 2), "f must return one number"),
        (lambda: objectives.from_function(np.emath.sqrt, 1).value([-1.0]), "f must return real numbers"),
        (lambda: objectives.from_function(plain, 2).gradient([1j, 0]), "x must hold real numbers"),
    ],
)
def test_wrong_kinds_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.maximum(x[0], 0.0) + np.maximum(-x[1], 0.0),
        lambda x: max(float(x[0]), 0.0) + max(-float(x[1]), 0.0),
    ],
    ids=["numpy", "python"],
)
def test_flat_pieces_are_no_noise(f):
    ours = objectives.from_function(f, 2)
    x = np.array([[1.0, 1.0], [-1.0, -1.0], [1e-3, -1e-3]])
    np.testing.assert_allclose(ours.gradient(x), np.stack([x[:, 0] > 0, -1.0 * (x[:, 1] < 0)], -1), atol=1e-9)
    np.testing.assert_allclose(ours.hessian(x), 0.0, atol=1e-6)
    assert ours.hessian_error < 1e-6


def test_a_window_far_from_the_origin():
    def wave(x):
        return math.sin(float(x[0]) - 1e8)

    ours = objectives.from_function(wave, 1, domain=[(1e8 - 1, 1e8 + 1)])
    np.testing.assert_allclose(ours.gradient([1e8 + 0.5]), np.cos(0.5), rtol=1e-9)
    np.testing.assert_allclose(ours.hessian([1e8 + 0.5]), -np.sin(0.5), rtol=1e-6)


def test_second_derivatives_that_drown_beside_steep_slopes_are_told():
    # f is 1e12 and its slope 2e6: in a window of width 1 of H only two digits are left.
    window = ((1e6, 1e6 + 1),) * 2
    with pytest.warns(UserWarning, match="second derivatives of 'far' are estimated to err"):
        f = objectives.from_function(lambda x: math.sin(x[0]) + x[1] ** 2, 2, name="far", domain=window)
    assert f.gradient_error < 1e-6
    x = np.array([1e6 + 0.3, 1e6 + 0.6])
    assert np.abs(f.hessian(x) - np.diag([-np.sin(x[0]), 2.0])).max() <= 2 * f.hessian_error


@pytest.mark.parametrize("seed", range(20))
def test_a_linear_function_has_second_derivatives_zero_and_needs_no_warning(seed):
    rng = np.random.default_rng(seed)
    a, b, c = rng.standard_normal(3) * 10.0 ** rng.integers(-6, 7, 3)
    f = objectives.from_function(lambda x: a * float(x[0].real) + b * float(x[1].real) + c / 1e3, 2)
    assert f.hessian_error <= 1e-6


def huber(d):
    return lambda x: sum(np.where(np.abs(a) < d, 0.5 * a**2, d * (np.abs(a) - d / 2)) for a in x)


def huber_point_by_point(d):
    return lambda x: sum(0.5 * a**2 if abs(a) < d else d * (abs(a) - d / 2) for a in np.asarray(x))


@pytest.mark.parametrize("make", [huber, huber_point_by_point])
@pytest.mark.parametrize("d", [1.95, 3.0, 50.0])
def test_an_absolute_value_that_acts_far_from_the_window_is_not_missed(make, d):
    ours = objectives.from_function(make(d), 2)
    assert ours.derivatives == "complex step"
    x = np.array([[0.5, -1.0], [1.5 * d, -2 * d], [-1.5 * d, 0.5], [1e3, -1e4]])
    np.testing.assert_allclose(ours.gradient(x), x.clip(-d, d), rtol=1e-8)
    for point in x:
        np.testing.assert_allclose(ours.gradient(point), point.clip(-d, d), rtol=1e-8)
    inside = 1.0 * (np.abs(x) < d)
    np.testing.assert_allclose(ours.hessian(x), [np.diag(row) for row in inside], atol=1e-6)
    np.testing.assert_allclose(ours.hvp(x, [1.0, -2.0]), inside * [1.0, -2.0], atol=1e-6)


def test_a_run_that_starts_where_complex_steps_fail_arrives():
    run = minimize(objectives.from_function(huber(3.0), 2), GradientDescent(0.5), [8.0, -6.0], 200, tol=1e-8)
    assert run.status == "converged"
    np.testing.assert_allclose(run.x[-1], 0.0, atol=1e-7)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: x[0] + np.where(x[1] > 3, np.abs(x[1]), x[1]), [1.0, 3.5], [1.0, 1.0]),
        (lambda x: x[0] + np.where(x[1] > 1.9, np.sqrt(x[1] * np.conj(x[1])), x[1]), [1.0, 1.95], [1.0, 1.0]),
        (lambda x: x[0] ** 2 + np.where(x[1] > 5, np.real(x[1]), x[1]), [1.0, 6.0], [2.0, 1.0]),
        (lambda x: x[0] + np.where(x[1] > 5, np.sign(x[1]), 0 * x[1]), [1.0, 6.0], [1.0, 0.0]),
        (lambda x: x[0] + 10 * np.maximum(0, np.abs(x[1]) - 2.5), [1.0, -4.0], [1.0, -10.0]),
        (lambda x: np.where(x[1] > 2.5, np.linalg.norm(x, axis=0), x[1]), [4.0, 3.0], [0.8, 0.6]),
        (lambda x: x[0] + 1e-3 * np.where(x[1] > 3, np.abs(x[1]), 0 * x[1]), [1.0, 3.5], [1.0, 1e-3]),
    ],
    ids=["abs", "conj", "real", "sign", "penalty", "norm", "small"],
)  # fmt: skip
def test_what_is_not_analytic_outside_is_found_where_it_acts(f, x, expected):
    ours = objectives.from_function(f, 2)
    assert ours.derivatives == "complex step"
    np.testing.assert_allclose(ours.gradient([x, [0.5, 0.25]])[0], expected, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(ours.gradient(x), expected, rtol=1e-8, atol=1e-9)


def test_the_larger_of_two_is_right_by_complex_steps():
    # NumPy compares complex numbers by their real parts first, so the branch is the right one.
    ours = objectives.from_function(lambda x: np.maximum(x[0], 0.0) ** 2 + np.minimum(x[1], 1.0), 2)
    assert ours.derivatives == "complex step"
    x = np.array([[1.0, 0.5], [-1.0, 2.0], [5.0, -7.0]])
    expected = np.stack([2 * x[:, 0].clip(0), 1.0 * (x[:, 1] < 1)], -1)
    np.testing.assert_allclose(ours.gradient(x), expected, rtol=1e-14)


@pytest.mark.parametrize("s", [1e3, 1e6, 1e9])
@pytest.mark.parametrize(
    "f", [lambda x: math.fsum(a * a for a in x), lambda x: float(abs(x[0]) ** 2 + abs(x[1]) ** 2)]
)
def test_steps_grow_with_the_distance_from_the_window(f, s):
    ours = objectives.from_function(f, 2)
    for x in ([s, 1.0], [1.0, -s], [s, s]):
        np.testing.assert_allclose(ours.hessian(x), 2 * np.eye(2), atol=1e-6)
        np.testing.assert_allclose(ours.hvp(x, [0.0, 1.0]), [0.0, 2.0], atol=1e-6)
        np.testing.assert_allclose(ours.gradient(x)[np.abs(x) == s], 2 * s * np.sign(x)[np.abs(x) == s])


def test_powers_and_waves_far_from_the_window():
    cube = objectives.from_function(lambda x: math.pow(x[0], 3) + x[1] ** 2, 2)
    np.testing.assert_allclose(cube.hessian([1e6, 1.0]), np.diag([6e6, 2.0]), rtol=1e-6, atol=1e-3)
    wave = objectives.from_function(lambda x: math.sin(x[0]) + x[1] ** 2, 2)
    np.testing.assert_allclose(wave.gradient([1e6, 1.0]), [np.cos(1e6), 2.0], rtol=1e-8)
    np.testing.assert_allclose(wave.hessian([1e6, 1.0]), np.diag([-np.sin(1e6), 2.0]), atol=1e-6)


def test_a_window_as_wide_as_float64():
    wide = objectives.from_function(lambda x: x[0] * 1e-300 + x[1], 2, domain=[(-1e308, 1e308), (-1, 1)])
    np.testing.assert_allclose(wide.gradient([1e307, 0.0]), [1e-300, 1.0])
    with pytest.raises(ValueError, match="f must be finite somewhere in its domain"):
        objectives.from_function(lambda x: x[0] ** 2 + x[1], 2, domain=[(-1e308, 1e308), (-1, 1)])


def bare(x):
    return float(x[0]) ** 2 + abs(float(x[-1]) - 3.0)


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("f", [lambda x: sum(k * a**2 for k, a in enumerate(x, 1)) + x[0] * x[-1], bare])
def test_one_point_is_looked_at_as_in_a_batch(n, f):
    objective = objectives.from_function(f, n, name="f")
    points = np.random.default_rng(0).uniform(-2, 2, size=(6, n))
    value, gradient = objective.value_and_gradient(points)
    for x, v, g in zip(points, value, gradient, strict=True):
        alone = objective.value_and_gradient(x)
        assert (alone[0].shape, alone[1].shape) == ((), (n,))
        np.testing.assert_allclose(alone[0], v, rtol=1e-15)
        np.testing.assert_allclose(alone[1], g, rtol=1e-14)
    assert objective.gradient(np.zeros((0, n))).shape == (0, n)
    assert objective.value(points.reshape(2, 3, n)).tolist() == value.reshape(2, 3).tolist()
