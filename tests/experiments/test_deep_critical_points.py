"""The deep network on photographs: certified points, and where searches from the epochs of SGD stopped."""

import numpy as np
import pytest

from course_utils.critical_points import certify, damped_newton_search
from course_utils.experiments import catalogue, deep_critical_points
from course_utils.experiments.deep_critical_points import (
    DEEP_CRITICAL_POINTS,
    EPOCHS,
    FINDERS,
    RUNS,
    epochs_of_sgd,
    photo_network,
    points_of,
)
from course_utils.running import run as run_experiment


@pytest.fixture(scope="module")
def shipped():
    return deep_critical_points.shipped_results()


def test_the_shipped_file_is_that_of_the_experiment_as_it_is(shipped):
    assert catalogue()["deep-critical-points"] is DEEP_CRITICAL_POINTS
    identity = DEEP_CRITICAL_POINTS.identity(shipped.identity["seed"], quick=False)
    assert {name: shipped.identity[name] for name in identity} == identity
    assert shipped.complete
    assert not shipped.errors


@pytest.mark.thorough
def test_every_certified_point_is_certified_again_from_its_parameters(shipped):
    network, found = photo_network(), points_of(shipped, "embedding", *FINDERS)
    chosen = np.flatnonzero(found["certified"])
    assert chosen.size >= 25
    for row in chosen:
        point = certify(network, found["parameters"][row])
        assert point.certified, row
        assert point.index == found["index"][row], row
        assert point.value == pytest.approx(found["value"][row], rel=1e-12)


def test_the_others_are_what_the_file_says(shipped):
    network, found = photo_network(), points_of(shipped, *FINDERS)
    assert found["value"].size == len(FINDERS) * RUNS * len(EPOCHS)
    norm = np.linalg.norm(network.gradient(found["parameters"]), axis=-1)
    bad = ~found["certified"]
    np.testing.assert_allclose(norm[bad], found["gradient_norm"][bad], rtol=1e-5)
    rows = np.random.default_rng(0).choice(np.flatnonzero(bad), 4, replace=False)
    for row in rows:
        point = certify(network, found["parameters"][row])
        assert not point.certified
        assert abs(point.index - found["index"][row]) <= 1


def test_from_close_by_the_search_returns_to_saddles(shipped):
    # So it is not the finder that fails from the epochs of SGD, nor from far beside (`returned`).
    network, made = photo_network(), points_of(shipped, "embedding")
    rows = np.flatnonzero(made["certified"] & (made["index"] > 0))[::14]
    push = 1e-5 * np.random.default_rng(0).uniform(-1, 1, (rows.size, network.dim))
    for row, end in zip(rows, damped_newton_search(network, made["parameters"][rows] + push), strict=True):
        assert end.certified
        np.testing.assert_allclose(end.x, made["parameters"][row], atol=1e-6)
    assert made["returned"].mean() < 0.2


def test_without_any_unit_the_penalty_makes_a_minimum(shipped):
    network = photo_network()
    zero = certify(network, np.zeros(network.dim))
    assert (zero.certified, zero.kind) == (True, "minimum")
    assert zero.value == pytest.approx(np.log(10))


def test_an_epoch_sees_every_photograph_once():
    network = photo_network(2)
    start = network.initial(np.random.default_rng(0))
    path = epochs_of_sgd(network, start, 2, np.random.default_rng(1))
    assert path.shape == (3, network.dim)
    order = np.random.default_rng(1).permutation(network.examples)
    x = start
    for chosen in order.reshape(-1, 50):
        x = x - 0.1 * network.batch(chosen).gradient(x)
    np.testing.assert_array_equal(path[1], x)


@pytest.mark.thorough
def test_a_quick_run(tmp_path):
    results = run_experiment(DEEP_CRITICAL_POINTS, tmp_path / "quick.npz", workers=1, quick=True)
    assert results.complete
    assert "embedding: 2 of 2 certified" in deep_critical_points.summary(results)


def test_an_unknown_method_is_named(shipped):
    with pytest.raises(ValueError, match="got \\('other',\\)"):
        points_of(shipped, "other")
