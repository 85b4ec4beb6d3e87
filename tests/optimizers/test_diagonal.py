"""Scaling by row norms and diagonals of the Hessian, and Sophia."""

import numpy as np
import pytest

from course_utils.objectives import quadratic, two_wells
from course_utils.optimizers import Equilibrated, GradientDescent, Jacobi, Sophia, minimize

H = np.array([[2.0, -1.0, 0.5], [-1.0, -3.0, 0.0], [0.5, 0.0, 0.25]])


def test_probes_tend_to_row_norms_and_to_the_diagonal():
    # η → 0 keeps the point in place; the last step tells what its gradient was divided by.
    x = np.ones(3)
    for method, scale in (
        (Equilibrated(1e-9, damping=1e-3), np.linalg.norm(H, axis=1)),
        (Jacobi(1e-9, damping=1e-3), np.abs(np.diag(H))),
    ):
        run = minimize(quadratic(H), method, x, 3000)
        step = (run.x[-2] - run.x[-1]) / 1e-9
        np.testing.assert_allclose(quadratic(H).gradient(x) / step, scale + 1e-3, rtol=0.05, atol=0.1)


def test_on_a_diagonal_hessian_both_are_exact_from_the_first_probe():
    curvatures = np.array([4.0, -0.5, 0.01])
    for method in (Equilibrated(0.3, damping=0.1), Jacobi(0.3, damping=0.1)):
        run = minimize(quadratic(curvatures), method, np.ones(3), 5)
        factor = 1 - 0.3 * curvatures / (np.abs(curvatures) + 0.1)
        np.testing.assert_allclose(run.x, factor ** np.arange(6)[:, None], rtol=1e-12)


@pytest.mark.parametrize("method", [Equilibrated, Jacobi])
@pytest.mark.parametrize("exponent", [-565, -200, 300, 531, 1000])
def test_the_size_of_the_function_does_not_matter(method, exponent):
    x, size = np.array([1.0, 2.0, -1.0]), 2.0**exponent
    plain = minimize(quadratic(H), method(0.3, damping=0.5), x, 4, record="path")
    state = (large := method(0.3, damping=0.5 * size)).init(quadratic(H), x)
    rng, at = np.random.default_rng(0), x
    for t in range(4):  # `minimize` could not hold the values of all sizes
        at, state = large.step(quadratic(size * H), at, state, rng)
        np.testing.assert_allclose(at, plain.x[t + 1], rtol=1e-13)


def test_rows_of_very_different_sizes_do_not_hide_each_other():
    curvatures = np.array([1e-170, 1.0, 1e160])
    after, _ = (method := Equilibrated(0.5, damping=1e-250)).step(
        quadratic(curvatures),
        np.ones(3),
        method.init(quadratic(curvatures), np.ones(3)),
        np.random.default_rng(0),
    )
    np.testing.assert_allclose(after, 0.5, rtol=1e-12)


def test_at_45_degrees_the_diagonal_is_blind_and_the_rows_are_not():
    # H = [[0, 2], [2, 0]] at the saddle: every Hz is ±2 in both entries.
    f, x = two_wells(np.pi / 4), np.array([1e-6, 2e-6])
    turned = minimize(f, Equilibrated(0.1, damping=1e-2), x, 1)
    step = (turned.x[0] - turned.x[1]) / 0.1
    np.testing.assert_allclose(step, f.gradient(x) / 2.01, rtol=1e-5)
    probes = minimize(f, Jacobi(1e-12, damping=1e-2), x, 1500)
    scale = f.gradient(x) / ((probes.x[-2] - probes.x[-1]) / 1e-12)
    assert (scale < 0.2).all()  # γ and what is left of random signs; the curvatures are ±2


def test_probes_are_charged_when_they_are_made():
    f = quadratic([1.0, 2.0])
    assert minimize(f, Equilibrated(0.1, every=5), [1.0, 1.0], 10).cost[-1] == pytest.approx(10 + 2 * 2)
    assert minimize(f, Sophia(0.1, every=10), [1.0, 1.0], 10).cost[-1] == pytest.approx(10 + 2)


def test_sophia_by_hand():
    curvatures, rate = np.array([3.0, -2.0, 0.5]), 0.1
    method = Sophia(rate, beta1=0.5, beta2=0.8, scale=0.7, epsilon=1e-3, every=2)
    x = np.array([0.02, 0.01, -1.0])
    run = minimize(quadratic(curvatures), method, x, 4)
    m, h = np.zeros(3), np.zeros(3)
    for t in range(4):
        np.testing.assert_allclose(run.x[t], x, rtol=1e-12)
        if t % 2 == 0:
            h = 0.8 * h + 0.2 * curvatures  # exact: H is diagonal
        m = 0.5 * m + 0.5 * curvatures * x
        x = x - rate * np.clip(m / np.maximum(0.7 * h, 1e-3), -1, 1)


def test_sophia_follows_the_sign_where_curvature_is_negative():
    f = quadratic([1.0, -1.0])
    for size in (1e-3, 1e-6, 1e-9):  # as long as ε is far below: the pace does not depend on the slope
        run = minimize(f, Sophia(0.05, beta1=0.0), [0.0, size], 20)
        np.testing.assert_allclose(run.x[-1, 1], size + 20 * 0.05, rtol=1e-9)
    slow = minimize(f, GradientDescent(0.05), [0.0, 1e-9], 20)
    assert slow.x[-1, 1] < 1e-8
