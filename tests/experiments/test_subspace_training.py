"""Digit networks in random subspaces: the experiment and the results that come with the course."""

import numpy as np
import pytest

from course_utils.experiments import subspace_training
from course_utils.experiments.subspace_training import ALL, DIMS, PLACES
from course_utils.running import run as run_experiment


@pytest.fixture(scope="module")
def shipped():
    return subspace_training.shipped_results()


def test_shipped_results_are_complete(shipped):
    assert shipped.complete
    for width, radius in PLACES:
        dims, accuracy, whole = subspace_training.accuracies(shipped, width, radius)
        assert tuple(dims) == DIMS
        assert accuracy.shape == (11, len(DIMS))
        assert 0.8 < whole < 1
    assert "32 hidden units, offset 1: d90 =" in subspace_training.summary(shipped)


def test_more_directions_learn_more_and_never_as_much_as_all(shipped):
    for width, radius in PLACES:
        _, accuracy, whole = subspace_training.accuracies(shipped, width, radius)
        mean = accuracy.mean(axis=0)
        assert (np.diff(mean) > 0).all()
        assert mean[-1] < whole


def test_the_interval_holds_the_mean_curves_crossing(shipped):
    for width, radius in PLACES:
        dims, accuracy, whole = subspace_training.accuracies(shipped, width, radius)
        found = subspace_training.d90(shipped, width, radius)
        mean = np.exp(np.interp(0.9 * whole, accuracy.mean(axis=0), np.log(dims)))
        assert found.low <= mean <= found.high
        assert found.level > 0.95


def test_a_shipped_accuracy_is_what_the_training_gives(shipped):
    network, inputs, targets = subspace_training.digits_network(16)
    rng = np.random.default_rng(5)
    mine = 1 - network.error_rate(
        [subspace_training.train(network, rng, 80, 1.0) for _ in range(2)], inputs, targets
    )
    dims, accuracy, _ = subspace_training.accuracies(shipped, 16, 1.0)
    theirs = accuracy[:, list(dims).index(80)]
    assert abs(mine.mean() - theirs.mean()) < 5 * theirs.std()


def test_training_along_all_directions_of_a_basis_is_training(shipped):
    network, *_ = subspace_training.digits_network(16)
    end = subspace_training.train(network, np.random.default_rng(0), ALL, 1.0)
    assert network.value(end) < 0.05


def test_a_quick_run(tmp_path):
    results = run_experiment(
        subspace_training.SUBSPACE_TRAINING, tmp_path / "quick.npz", workers=1, quick=True
    )
    assert results.complete
    assert results.column("accuracy").shape == (3, 3)
    assert "all parameters: accuracy" in subspace_training.summary(results)


def test_an_unknown_place_is_named(shipped):
    with pytest.raises(ValueError, match="got 7 and 1"):
        subspace_training.accuracies(shipped, 7, 1.0)
