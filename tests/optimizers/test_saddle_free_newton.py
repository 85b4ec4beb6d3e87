"""Saddle-free Newton in a Krylov subspace, damping by lowest loss, and the wells they are tried on."""

import numpy as np
import pytest

from course_utils.curvature import lanczos
from course_utils.datasets import load
from course_utils.experiments import saddle_free_newton as experiment
from course_utils.networks import MLP
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
from tests.tools.derivatives import check_derivatives


@pytest.fixture(scope="module")
def network():
    digits = load("mnist-10x10").subset(100)
    return MLP([100, 2, 10], digits.inputs, digits.targets, weight_decay=1e-2)


@pytest.fixture(scope="module")
def start(network):
    return network.initial(np.random.default_rng(0))


def test_wells_know_their_critical_points():
    f = Wells([-1.0, 2.0, -0.25])
    assert len(f.critical_points) == 9
    for point in f.critical_points:
        np.testing.assert_allclose(f.gradient(point.x), 0.0, atol=1e-15)
        eigenvalues = np.linalg.eigvalsh(f.hessian(point.x))
        negative = int(np.sum(eigenvalues < 0))
        assert point.kind == ("minimum" if negative == 0 else "saddle")
    kinds = [point.kind for point in Wells([-1.0, -2.0]).critical_points]
    assert (kinds.count("minimum"), kinds.count("saddle"), kinds.count("maximum")) == (4, 4, 1)
    with pytest.raises(ValueError, match="curvatures must be finite numbers other than zero"):
        Wells([1.0, 0.0])


def test_wells_have_exact_derivatives():
    rng = np.random.default_rng(0)
    check_derivatives(Wells([-1.0, 2.0, -0.25]), rng.normal(size=(4, 3)), rng)


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


def test_the_damping_is_that_of_lowest_loss(network, start):
    for method in (Newton, SaddleFreeNewton):
        tried = [float(minimize(network, method(value), start, 1).value[-1]) for value in DAMPINGS]
        chosen = minimize(network, DampingByLoss(method()), start, 1)
        assert float(chosen.value[-1]) == pytest.approx(min(tried), rel=1e-9)
    assert "SaddleFreeNewton" in DampingByLoss().label


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
    with pytest.raises(ValueError, match="dampings must hold finite numbers"):
        DampingByLoss(dampings=(-1.0,))
    with pytest.raises(ValueError, match="method must be Newton"):
        DampingByLoss(GradientDescent())


def test_negative_eigenvalues_are_counted_without_computing_them():
    rng = np.random.default_rng(3)
    for n in (1, 2, 30, 101):
        A = rng.normal(size=(n, n))
        H = A + A.T
        assert experiment.negative_count(H, 0.4) == int(np.sum(np.linalg.eigvalsh(H) < -0.4))


def test_the_search_for_sgd_settings_keeps_the_lowest_loss():
    objective = experiment.network("mnist-10x10", 5)
    start = objective.initial(np.random.default_rng(0))
    found = experiment.sgd_search(objective, start, 3, 4, 100, np.random.default_rng(1))
    assert found.x.shape == (4, objective.dim)
    best = found.trials[found.trials[:, 2].argmin()]
    np.testing.assert_array_equal(best[:2], [found.learning_rate, found.momentum])
    assert float(objective.value(found.x[-1].astype(float))) == pytest.approx(best[2], rel=1e-4)


def test_photographs_are_shown_in_grey():
    images = experiment.images("cifar10-10x10")
    assert images.inputs.shape == (1000, 100)
    original = load("cifar10-10x10").test_inputs[:3].reshape(3, 100, 3).mean(axis=-1)
    spread = np.corrcoef(images.test_inputs[:3].ravel(), original.ravel())[0, 1]
    assert spread > 0.9
    np.testing.assert_array_equal(np.bincount(images.targets), 100)


@pytest.fixture(scope="module")
def shipped():
    return experiment.shipped_results()


def test_the_shipped_results_are_complete_and_of_this_experiment(shipped):
    assert shipped.complete
    assert shipped.identity == {**shipped.identity, **experiment.SADDLE_FREE_NEWTON.identity(0, False)}
    assert {(task["data"], task["hidden_units"]) for task in shipped.tasks} == {
        (data, hidden) for data in experiment.DATASETS for hidden in (5, 25, 50)
    }


# Steps that are recomputed: the longer a run, the more rounding has grown.
@pytest.mark.parametrize(
    ("hidden", "method", "data", "steps"),
    [
        (5, "sfn", "mnist-10x10", 6),
        (5, "newton", "cifar10-10x10", 6),
        (5, "krylov-sfn", "cifar10-10x10", 6),
        (25, "krylov-newton", "mnist-10x10", 3),
        (50, "krylov-sfn", "mnist-10x10", 2),
    ],
)
def test_shipped_numbers_of_second_order_methods_are_recomputed(shipped, hidden, method, data, steps):
    index = next(
        i
        for i, task in enumerate(shipped.tasks)
        if (task["hidden_units"], task["method"], task["data"]) == (hidden, method, data)
    )
    row = shipped.rows[index]
    objective = experiment.network(data, hidden)
    start = objective.initial(np.random.default_rng(shipped.tasks[index]["start"]))
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(index,)))
    run = minimize(objective, experiment.method(method), start, steps, rng=rng)
    np.testing.assert_allclose(run.value, row["loss"][: steps + 1], rtol=2e-3)
    np.testing.assert_allclose(run.cost, row["cost"][: steps + 1], rtol=1e-5)
    np.testing.assert_allclose(objective.error_rate(run.x), row["error"][: steps + 1], atol=3e-3)
    if hidden == 5:
        eigenvalues = np.linalg.eigvalsh(objective.hessian(run.x[2]))
        at = row["spectrum_step"].tolist().index(2)
        assert row["smallest_eigenvalue"][at] == pytest.approx(eigenvalues[0], rel=1e-2)
        assert row["negative"][at] == pytest.approx(np.sum(eigenvalues < -1e-6 * eigenvalues[-1]), abs=2)


def test_shipped_numbers_of_sgd_are_recomputed(shipped):
    index = next(
        i
        for i, task in enumerate(shipped.tasks)
        if (task["hidden_units"], task["method"], task["data"]) == (5, "msgd", "mnist-10x10")
    )
    row, chosen = shipped.rows[index], shipped.identity["settings"]
    objective = experiment.network("mnist-10x10", 5)
    start = objective.initial(np.random.default_rng(0))
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(index,)))
    found = experiment.sgd_search(objective, start, 1, chosen["sgd_trials"], chosen["sgd_batch"], rng)
    np.testing.assert_allclose(found.trials[:, :2], row["trials"][:, :2], rtol=1e-5)
    best = int(row["trials"][:, 2].argmin())
    np.testing.assert_allclose(row["chosen"], row["trials"][best, :2], rtol=1e-5)
    # One epoch of the chosen setting, by itself: the batches are those of the search.
    rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(index,)))
    rng.uniform(size=(2, chosen["sgd_trials"]))
    x, velocity = start, np.zeros_like(start)
    order = rng.permutation(objective.examples)
    for batch in np.split(order, range(100, order.size, 100)):
        velocity = row["chosen"][1] * velocity - row["chosen"][0] * objective.batch(batch).gradient(x)
        x = x + velocity
    assert float(objective.value(x)) == pytest.approx(float(row["loss"][1]), rel=1e-4)
