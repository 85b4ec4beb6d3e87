"""Shampoo and Muon, against singular values worked out."""

import numpy as np
import pytest

from course_utils.networks import MLP
from course_utils.objectives import quadratic
from course_utils.optimizers import Muon, Shampoo, minimize, newton_schulz
from course_utils.optimizers.matrices import QUINTIC, weight_matrices


def network(outputs=3):
    rng = np.random.default_rng(0)
    return MLP(
        [4, 5, outputs],
        rng.standard_normal((20, 4)),
        rng.standard_normal((20, outputs)),
        loss="squared_error",
    )


def polynomial(s, steps, coefficients=QUINTIC):
    a, b, c = coefficients
    for _ in range(steps):
        s = a * s + b * s**3 + c * s**5
    return s


@pytest.mark.parametrize("shape", [(4, 4), (3, 6), (7, 2), (1, 5), (5, 1)])
def test_newton_schulz_moves_singular_values_alone(shape):
    M = np.random.default_rng(1).standard_normal(shape)
    U, s, Vt = np.linalg.svd(M, full_matrices=False)
    for steps in (0, 1, 5):
        expected = U * polynomial(s / np.linalg.norm(s), steps) @ Vt
        np.testing.assert_allclose(newton_schulz(M, steps), expected, atol=1e-10)


def test_five_steps_end_between_0_68_and_1_14_and_the_classical_ones_at_1():
    ends = polynomial(np.geomspace(0.01, 1.0, 2000), 5)
    assert 0.68 < ends.min() < 0.69
    assert 1.13 < ends.max() < 1.14
    M = np.random.default_rng(2).standard_normal((4, 4))
    U, _, Vt = np.linalg.svd(M)
    np.testing.assert_allclose(newton_schulz(M, 60, (1.5, -0.5, 0.0)), U @ Vt, atol=1e-10)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_the_size_of_a_matrix_does_not_matter_and_zeros_stay(size):
    M = np.random.default_rng(3).standard_normal((2, 3, 4))
    M[1] = 0
    result = newton_schulz(size * M)
    np.testing.assert_allclose(result[0], newton_schulz(M[0]), atol=1e-12)
    assert not result[1].any()


def test_the_matrices_of_a_network_are_its_layers():
    net = network()
    x = np.arange(float(net.dim))
    found = weight_matrices(net)
    assert [m.shape for m in found] == [(5, 5), (3, 6)]
    for matrix, layer in zip(found, net.layers, strict=True):
        np.testing.assert_array_equal(matrix.of(x), layer.matrix(x))
    (column,) = weight_matrices(quadratic([1.0, 2.0]))
    assert column.shape == (2, 1)


def test_muon_by_hand():
    net = network()
    x = net.initial(np.random.default_rng(0))
    run = minimize(net, Muon(0.1, momentum=0.5), x, 3)
    m = np.zeros(net.dim)
    for t in range(3):
        m = 0.5 * m + net.gradient(run.x[t])
        for layer in net.layers:
            U, s, Vt = np.linalg.svd(layer.matrix(m), full_matrices=False)
            step = U * polynomial(s / np.linalg.norm(s), 5) @ Vt
            moved = layer.matrix(run.x[t + 1]) - layer.matrix(run.x[t])
            np.testing.assert_allclose(moved, -0.1 * step, atol=1e-10)


def test_the_arithmetic_of_muon_is_that_of_the_shorter_sides():
    # Five times XXᵀ, its square and a product with X, two operations a multiplication.
    sides = [(5, 5), (3, 6)]
    assert Muon().step_flops(network()) == sum(5 * (4 * s**2 * wide + 2 * s**3) for s, wide in sides)


def test_muon_takes_long_steps_on_short_slopes():
    f = quadratic([1.0, -1.0])
    for size in (1e-3, 1e-9, 1e-200):
        run = minimize(f, Muon(0.01, momentum=0.0), [0.0, size], 50)
        assert run.x[-1, 1] == pytest.approx(0.01 * 50 * polynomial(1.0, 5) + size, rel=1e-9)


def test_the_first_step_of_shampoo_is_the_polar_factor():
    net = network(outputs=6)  # [W b] of 5×5 and 6×6
    x = net.initial(np.random.default_rng(4))
    x += 0.3 * np.random.default_rng(5).standard_normal(net.dim)
    G = net.layers[0].matrix(net.gradient(x))
    U, s, Vt = np.linalg.svd(G)
    run = minimize(net, Shampoo(0.2, epsilon=1e-12), x, 1)
    moved = net.layers[0].matrix(run.x[1] - run.x[0])
    kept = s > 1e-3 * s[0]  # where ε does not count
    np.testing.assert_allclose((U.T @ moved @ Vt.T)[kept][:, kept], -0.2 * np.eye(kept.sum()), atol=1e-4)


def test_shampoo_by_hand():
    net = network()
    x = net.initial(np.random.default_rng(0))
    run = minimize(net, Shampoo(0.1, epsilon=1e-2), x, 3)
    layer = net.layers[1]
    L, R = 1e-2 * np.eye(3), 1e-2 * np.eye(6)

    def power(S):
        values, V = np.linalg.eigh(S)
        return V @ np.diag(values**-0.25) @ V.T

    for t in range(3):
        G = layer.matrix(net.gradient(run.x[t]))
        L, R = L + G @ G.T, R + G.T @ G
        moved = layer.matrix(run.x[t + 1]) - layer.matrix(run.x[t])
        np.testing.assert_allclose(moved, -0.1 * power(L) @ G @ power(R), atol=1e-10)


def test_on_one_column_shampoo_never_asks_for_curvature():
    f = quadratic([3.0, -2.0])
    run = minimize(f, Shampoo(0.1), [1.0, 1e-3], 30)
    assert run.cost[-1] == pytest.approx(30 + 30 * (11 * 9 + 4 * 2 * 3) / f.gradient_flops)
    assert abs(run.x[-1, 1]) > 0.1
