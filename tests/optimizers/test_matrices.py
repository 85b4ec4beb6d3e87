"""Shampoo and Muon, against singular values worked out."""

import numpy as np
import pytest

from course_utils.networks import MLP
from course_utils.networks.parameters import Layer
from course_utils.objectives import Objective, quadratic
from course_utils.optimizers import Muon, Shampoo, minimize, newton_schulz
from course_utils.optimizers.matrices import QUINTIC, weight_matrices
from course_utils.optimizers.metered import Metered


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.ones(3),), r"matrix must have shape \(..., rows, columns\), at least one each, got \(3,\)"),
        ((np.ones((2, 3, 0)),), r"matrix must have shape .*, got \(2, 3, 0\)"),
        ((np.ones((0, 4)),), r"matrix must have shape .*, got \(0, 4\)"),
        ((np.array([[1.0, np.nan]]),), "matrix must be finite, got NaN or infinity"),
        ((np.array([[1.0, np.inf]]),), "matrix must be finite"),
        ((np.eye(2) * 1j,), "matrix must hold real numbers"),
        (("M",), "matrix must hold real numbers"),
        ((np.eye(2), -1), "steps must be a whole number of at least 0, got -1"),
        ((np.eye(2), 2.5), "steps must be a whole number of at least 0, got 2.5"),
        ((np.eye(2), 5, (1.0, 2.0)), r"coefficients must be three finite numbers, got \(1.0, 2.0\)"),
        ((np.eye(2), 5, (1.0, 2.0, np.inf)), "coefficients must be three finite numbers"),
    ],
)
def test_newton_schulz_says_what_does_not_fit(arguments, words):
    with pytest.raises(ValueError, match=words):
        newton_schulz(*arguments)


def test_newton_schulz_takes_whole_numbers_and_no_matrices():
    np.testing.assert_allclose(newton_schulz([[3, 0], [0, -3]], 60, (1.5, -0.5, 0.0)), np.diag([1, -1]))
    assert newton_schulz(np.ones((0, 2, 3))).shape == (0, 2, 3)


@pytest.mark.parametrize("method", [Muon(), Shampoo()], ids=["Muon", "Shampoo"])
def test_no_starts_are_a_batch(method):
    for objective in (network(), quadratic([1.0, 2.0])):
        x = np.ones((0, objective.dim))
        after, _ = method.step(objective, x, method.init(objective, x), np.random.default_rng(0))
        assert after.shape == minimize(objective, method, x, 2).x[-1].shape == (0, objective.dim)


def test_a_start_that_diverges_leaves_the_others_alone():
    f = quadratic([1.0, 2.0])
    x = np.array([[1.0, -1.0], [np.inf, 0.0], [np.nan, 1.0]])
    for method in (Muon(), Shampoo()):
        with np.errstate(all="ignore"):
            after, _ = method.step(Metered(f), x, method.init(f, x), np.random.default_rng(0))
        alone, _ = method.step(f, x[0], method.init(f, x[0]), np.random.default_rng(0))
        np.testing.assert_allclose(after[0], alone, rtol=1e-14)
        assert not np.isfinite(after[1:]).all(axis=-1).any()


@pytest.mark.parametrize("exponent", [399, 450, 531, 665, 1000])
def test_the_sums_of_shampoo_hold_slopes_of_any_size(exponent):
    # In one dimension L = R = ε + Σg², and the step is ηg/√(ε + Σg²).
    size, rate = 2.0**exponent, 0.2
    run = minimize(quadratic([size]), Shampoo(rate), [1.0], 3)
    x, total = 1.0, 0.0  # in units of the size, beside which ε does not count
    for t in range(3):
        assert run.x[t, 0] == pytest.approx(x, rel=1e-12)
        total += x**2
        x -= rate * x / np.sqrt(total)
    # A first slope of 1, and then one beside which it does not count.
    run = minimize(quadratic([size]), Shampoo(rate, epsilon=1.0), [1 / size], 2)
    assert run.x[1, 0] == pytest.approx(-rate / np.sqrt(2), rel=1e-12)
    assert run.x[2, 0] - run.x[1, 0] == pytest.approx(rate, rel=1e-12)


def test_shampoo_on_huge_slopes_of_a_matrix_takes_the_polar_factor():
    G = np.random.default_rng(6).standard_normal((4, 3))
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    for size in (1e100, 1e160, 1e300):
        after, _ = Shampoo(0.2).step(Slope(size * G), x := np.zeros(12), Shampoo(0.2).init(Slope(G), x), None)
        np.testing.assert_allclose(after.reshape(4, 3), -0.2 * U @ Vt, atol=1e-6)


class Slope(Objective):
    """⟨G, W⟩ for a matrix W of the shape of G, its only layer."""

    def __init__(self, G):
        super().__init__("slope", G.size)
        self.G, self.layers = G, (Layer("W", 0, G.shape[0], G.shape[1], biases=False),)

    def _value(self, x):
        return x @ self.G.ravel()

    def _gradient(self, x):
        return np.broadcast_to(self.G.ravel(), x.shape).copy()


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
