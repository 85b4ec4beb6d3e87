"""Saddle-free Newton on small networks: the experiment and the results that come with the course."""

import numpy as np
import pytest

from course_utils.datasets import load
from course_utils.experiments import saddle_free_newton as experiment
from course_utils.optimizers import minimize


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
