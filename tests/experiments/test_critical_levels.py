"""Certified points of networks with two and ten classes, by weight decay."""

import numpy as np
import pytest
from scipy.linalg import cholesky

from course_utils.critical_points import NarrowerNetwork
from course_utils.experiments import catalogue, critical_levels
from course_utils.experiments.critical_levels import (
    CLASSES,
    CRITICAL_LEVELS,
    DECAYS,
    WIDTHS,
    by_width,
    counts,
    levels,
    network,
    points,
)
from course_utils.running import run as run_experiment


@pytest.fixture(scope="module")
def shipped():
    return critical_levels.shipped_results()


def test_the_shipped_file_is_that_of_the_experiment_as_it_is(shipped):
    assert catalogue()["critical-levels"] is CRITICAL_LEVELS
    identity = CRITICAL_LEVELS.identity(shipped.identity["seed"], quick=False)
    assert {name: shipped.identity[name] for name in identity} == identity
    assert shipped.complete
    assert not shipped.errors


@pytest.mark.thorough
def test_every_certified_point_is_certified_again_from_its_parameters(shipped):
    certified = 0
    for number, row in shipped.rows.items():
        if not row["certified"]:
            continue
        task = shipped.tasks[number]
        wide = network(task["classes"], task["decay"], task["units"])
        x = NarrowerNetwork(wide, counts(task["copies"])).embed(row["narrow"])
        value, gradient = wide.value_and_gradient(x)
        assert np.linalg.norm(gradient) <= 1e-9, task
        assert value == pytest.approx(row["value"], rel=1e-12)
        H = wide.hessian(x)
        if row["index"] == 0:  # then H less nearly all of its smallest eigenvalue has a Cholesky factor
            assert row["lowest"] > 1e-6
            H[np.diag_indices_from(H)] -= 0.99 * row["lowest"]
            cholesky(H, lower=True)
        else:
            eigenvalues = np.linalg.eigvalsh(H)
            assert np.abs(eigenvalues).min() > 1e-6  # a Newton step leaves nothing out
            assert np.sum(eigenvalues < 0) == row["index"], task
        certified += 1
    assert certified >= 140


def test_points_of_a_network_are_all_its_certified_ones(shipped):
    total = sum(points(shipped, classes, decay)["value"].size for classes in CLASSES for decay in DECAYS)
    wide = sum(len(rows) for rows in by_width(shipped).values())
    assert total + wide == shipped.column("certified").sum()
    with pytest.raises(ValueError, match=r"got 3 and 0\.001"):
        points(shipped, 3, 1e-3)


def test_networks_of_all_widths_end_in_minima_the_lowest_first(shipped):
    found = by_width(shipped)
    assert tuple(found) == WIDTHS
    for rows in found.values():
        values = [float(row["value"]) for row in rows]
        assert values == sorted(values)
        assert all(row["index"] == 0 for row in rows)


def test_levels_of_a_sample():
    assert levels([1.0, 2.0, 3.0, 0.5], [0, 4, 1, 0]) == (2.0, 1.0)
    assert levels([1.0], [0]) == (np.inf, 1.0)
    assert levels([1.0], [2]) == (1.0, -np.inf)


def test_a_quick_run(tmp_path):
    results = run_experiment(CRITICAL_LEVELS, tmp_path / "quick.npz", workers=1, quick=True)
    assert results.complete
    assert "lowest saddle" in critical_levels.summary(results)
