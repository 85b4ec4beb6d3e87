"""Newton and saddle-free Newton in a Krylov subspace."""

import numpy as np
import pytest

from course_utils.curvature import lanczos
from course_utils.objectives import Wells, himmelblau, monkey_saddle, quadratic
from course_utils.optimizers import (
    DAMPINGS,
    DampingByLoss,
    GradientDescent,
    KrylovNewton,
    KrylovSaddleFreeNewton,
    Newton,
    SaddleFreeNewton,
    minimize,
)
from course_utils.optimizers.krylov import krylov_basis


def test_the_whole_space_as_subspace_is_exact_saddle_free_newton(network, start):
    exact = minimize(network, SaddleFreeNewton(1e-2), start, 4)
    krylov = minimize(network, KrylovSaddleFreeNewton(network.dim, damping=1e-2, mix=0.1), start, 4)
    np.testing.assert_allclose(krylov.x, exact.x, atol=1e-9)
    newton = minimize(network, Newton(1e-2), start, 2)
    np.testing.assert_allclose(
        minimize(network, KrylovNewton(network.dim, damping=1e-2), start, 2).x, newton.x, rtol=1e-5, atol=1e-7
    )


def test_a_batch_of_starts_moves_like_each_start_alone():
    f = himmelblau()
    starts = np.random.default_rng(1).uniform(-4, 4, (5, 2))
    for optimizer in (
        KrylovSaddleFreeNewton(2, damping=0.1, mix=0.0),
        KrylovSaddleFreeNewton(1, mix=0.0, inner_steps=3),
        DampingByLoss(),
        DampingByLoss(Newton()),
    ):
        together = minimize(f, optimizer, starts, 6)
        alone = np.stack([minimize(f, optimizer, start, 6).x for start in starts], axis=1)
        np.testing.assert_allclose(together.x, alone, rtol=1e-9, atol=1e-11)


def test_the_basis_is_that_of_lanczos(network, start):
    g = network.gradient(start)
    V, projected = krylov_basis(network, start, g, 12)
    other = lanczos(network.hessian_operator(start), g, 12)
    np.testing.assert_allclose(V, other.basis, atol=1e-9)
    np.testing.assert_allclose(projected, other.tridiagonal, atol=1e-10)


def test_an_invariant_subspace_ends_the_basis_and_a_zero_start_gives_none():
    f = quadratic([1.0, 2.0, 3.0])
    V, projected = krylov_basis(f, np.zeros(3), np.array([1.0, 0.0, 1.0]), 3)
    np.testing.assert_allclose(np.linalg.norm(V, axis=1), [1, 1, 0], atol=1e-14)
    np.testing.assert_allclose(np.linalg.eigvalsh(projected), [0, 1, 3], atol=1e-14)
    assert not krylov_basis(f, np.zeros(3), np.zeros(3), 2)[0].any()


def test_products_are_counted(network, start):
    k, inner = 7, 3
    optimizer = KrylovSaddleFreeNewton(k, damping=0.1, inner_steps=inner)
    run = minimize(network, optimizer, start, 2)
    algebra = 8 * k**2 * network.dim / network.gradient_flops
    assert run.cost[1] == pytest.approx(inner + 2 * k + algebra)
    searching = minimize(network, KrylovSaddleFreeNewton(k), start, 1)
    assert searching.cost[1] == pytest.approx(1 + 2 * k + len(DAMPINGS) / 3 + algebra)


def test_a_blind_subspace_keeps_newton_and_saddle_free_newton_alike():
    # The gradient has no part along the negative direction: without a random part both see a bowl.
    f = Wells([-1.0, 1.0, 2.0])
    start = np.array([0.0, 0.5, 0.5])
    for optimizer in (KrylovSaddleFreeNewton(3, mix=0.0), KrylovNewton(3, mix=0.0)):
        end = minimize(f, optimizer, start, 30).x[-1]
        np.testing.assert_allclose(end, 0.0, atol=1e-6)
    # Seeing is not moving: with a random part the direction is seen, but nothing pulls along it.
    seen = minimize(f, KrylovSaddleFreeNewton(3, damping=0.1, mix=0.5), start, 30)
    assert abs(seen.x[-1, 0]) < 1e-6
    # A pull of a millionth is enough, and the wells at x₁ = ±1 are reached.
    pulled = minimize(f, KrylovSaddleFreeNewton(3, damping=0.1, mix=0.5), [1e-6, 0.5, 0.5], 60)
    assert abs(pulled.x[-1, 0]) == pytest.approx(1.0, abs=1e-6)


def test_at_a_critical_point_nothing_moves():
    for f in (Wells([-1.0, 1.0]), monkey_saddle()):
        for optimizer in (KrylovSaddleFreeNewton(2), DampingByLoss(), SaddleFreeNewton(0.1)):
            np.testing.assert_array_equal(minimize(f, optimizer, [0.0, 0.0], 5).x[-1], [0.0, 0.0])


def test_a_subspace_descends_where_newton_is_caught():
    f = Wells([-1.0, 1.0])
    start = [0.2, 0.8]
    assert minimize(f, KrylovSaddleFreeNewton(2, damping=0.05), start, 60).value[-1] == pytest.approx(-0.25)
    assert abs(minimize(f, Newton(), start, 60).x[-1]).max() < 1e-6
    assert minimize(f, GradientDescent(0.2), start, 200).value[-1] == pytest.approx(-0.25)


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="subspace must be a whole number"):
        KrylovSaddleFreeNewton(0)
    with pytest.raises(ValueError, match="dampings must hold finite numbers"):
        KrylovSaddleFreeNewton(dampings=())


@pytest.mark.parametrize("size", [1e-250, 1e-160, 1.0, 1e160])
def test_the_subspace_does_not_depend_on_the_size_of_the_function(size):
    H = size * np.diag([3.0, 1.0, -2.0])
    f, x = quadratic(H), np.ones(3)
    step = KrylovSaddleFreeNewton(3, damping=0.0, mix=0.0)
    # Along each eigenvector |H|⁻¹g is x, or −x where H curves down.
    np.testing.assert_allclose(minimize(f, step, x, 1).x[-1], [0.0, 0.0, 2.0], atol=1e-9)
