"""Critical points of random landscapes: the experiment and the results that come with the course."""

import numpy as np
import pytest
from scipy.stats import chi2

from course_utils.experiments import random_landscapes as experiment
from course_utils.random_landscapes import ground_state_energy, predicted_index, semicircle_below
from course_utils.running import run as run_experiment


@pytest.fixture(scope="module")
def shipped():
    return experiment.shipped_results()


def test_shipped_results_are_complete(shipped):
    assert shipped.complete
    lines = experiment.summary(shipped).splitlines()
    assert len(lines) == 5 + 6 + 2 + 5
    assert "8 of 8 complete" in lines[4]


@pytest.mark.parametrize("dim", [1, 2, 3, 4, 5])
def test_every_census_is_complete_and_agrees_with_kac_and_rice(shipped, dim):
    rows = experiment.rows_of(shipped, "census", dim)
    assert all(row["complete"] for row in rows)
    assert all(row["certified"].all() for row in rows)
    counts = experiment.index_counts(shipped, dim)
    expected = experiment.expected_counts(shipped, dim, rng=np.random.default_rng(dim))
    # Counts in one field go together, so their variance is not quite that of independent points.
    assert np.sum((counts - expected) ** 2 / expected) < 1.5 * chi2.ppf(0.999, dim + 1)


@pytest.mark.parametrize(("dim", "most"), [(10, 0.07), (20, 0.04), (40, 0.02)])
def test_sampled_points_lie_on_the_curve_of_bray_and_dean(shipped, dim, most):
    height, index = experiment.certified_points(shipped, "field", dim)
    assert len(height) > 50
    assert np.sqrt(np.mean((index / dim - semicircle_below(height)) ** 2)) < most
    rows = experiment.rows_of(shipped, "field", dim)
    good = np.concatenate([row["certified"] for row in rows])
    centre = np.concatenate([row["centre"] for row in rows])[good]
    assert np.polyfit(height, centre, 1)[0] == pytest.approx(-1, abs=0.1)
    assert np.concatenate([row["gradient_norm"] for row in rows])[good].max() < 1e-9


def test_where_the_search_begins_decides_what_it_finds(shipped):
    for kind, dim in (("field", 40), ("glass", 80)):
        anywhere = experiment.certified_points(shipped, kind, dim, "anywhere")[0]
        descents = experiment.certified_points(shipped, kind, dim, "descents")[0]
        assert abs(anywhere.mean()) < 0.1
        assert descents.mean() < -0.8


def test_points_of_the_glass_lie_on_its_curve(shipped):
    energy, index = experiment.certified_points(shipped, "glass", 80)
    assert len(energy) > 200
    assert np.sqrt(np.mean((index / 79 - predicted_index(energy, 3)) ** 2)) < 0.015


def test_descents_come_nearer_to_the_threshold_with_more_spins(shipped):
    means = []
    for dim in experiment.DESCENTS:
        rows = experiment.rows_of(shipped, "descent", dim)
        energy = np.concatenate([row["height"] for row in rows])
        means.append(energy.mean())
        for row in rows:
            np.testing.assert_allclose(row["height_at"][:, -1], row["height"], atol=1e-6)
            assert (np.diff(row["height_at"], axis=-1) <= 1e-6).all()
    assert means == sorted(means, reverse=True)
    assert means[-1] > ground_state_energy(3)


def test_a_quick_run_does_each_kind_once(tmp_path):
    results = run_experiment(
        experiment.RANDOM_LANDSCAPES, tmp_path / "quick.npz", workers=1, quick=True, seed=3
    )
    assert results.complete
    assert len(experiment.summary(results).splitlines()) == 4
    (census,) = experiment.rows_of(results, "census", 2)
    assert census["complete"]
    (descent,) = experiment.rows_of(results, "descent", 12)
    assert descent["height_at"].shape == (4, len(experiment.moments(300)))


def test_moments_of_a_descent():
    assert experiment.moments(20).tolist() == [0, 1, 3, 10, 20]
    assert experiment.moments(30).tolist() == [0, 1, 3, 10, 30]
