"""Minima of one to fifty units, and the spectra of the wider networks in which they are critical points."""

import numpy as np
import pytest
from scipy.linalg import cholesky

from course_utils.critical_points import certify
from course_utils.curvature import extreme_eigenpairs
from course_utils.experiments import catalogue, critical_spectra
from course_utils.experiments.critical_spectra import (
    CRITICAL_SPECTRA,
    HIDDEN_UNITS,
    MINIMA,
    MOMENTS,
    WHOLE,
    network,
)
from course_utils.experiments.saddle_free_newton import DATASETS
from course_utils.running import run as run_experiment


@pytest.fixture(scope="module")
def shipped():
    return critical_spectra.shipped_results()


def test_the_shipped_file_is_that_of_the_experiment_as_it_is(shipped):
    assert catalogue()["critical-spectra"] is CRITICAL_SPECTRA
    identity = CRITICAL_SPECTRA.identity(shipped.identity["seed"], quick=False)
    assert {name: shipped.identity[name] for name in identity} == identity
    assert shipped.complete
    assert not shipped.errors


@pytest.mark.thorough
def test_every_minimum_is_one_by_its_parameters(shipped):
    # The gradient is zero and H less nearly all of its smallest eigenvalue has a Cholesky factor; so no
    # eigenvalue is left out of the Newton step.
    seen = 0
    for number, row in shipped.rows.items():
        task = shipped.tasks[number]
        if task["kind"] == "minimum":
            objective, (x,), (stored,) = (
                network(task["data"], task["units"]),
                row["parameters"],
                row["eigenvalues"].astype(np.float64),
            )
            assert np.linalg.norm(objective.gradient(x)) <= 1e-9, task
            H = objective.hessian(x)
            assert stored[0] > 1e-6
            H[np.diag_indices_from(H)] -= 0.99 * stored[0]
            cholesky(H, lower=True, overwrite_a=True)
            seen += 1
    assert seen == len(DATASETS) * (sum(MINIMA.values()) + len(WHOLE))


def test_trace_and_norm_are_those_of_the_stored_spectra(shipped):
    for number, row in shipped.rows.items():
        task = shipped.tasks[number]
        if task["units"] <= 25:
            x = row["parameters"][-1].astype(np.float64)
            H = network(task["data"], task["units"]).hessian(x)
            stored = row["eigenvalues"][-1].astype(np.float64)
            assert np.trace(H) == pytest.approx(stored.sum(), rel=1e-5)
            assert np.linalg.norm(H) == pytest.approx(np.linalg.norm(stored), rel=1e-5)


def test_the_largest_spectra_have_the_extreme_eigenvalues_of_their_networks(shipped):
    for data in DATASETS:
        run, objective = critical_spectra.training(shipped, data, 50), network(data, 50)
        x = run["parameters"][0].astype(np.float64)
        assert objective.value(x) == pytest.approx(run["value"][0], rel=1e-12)
        operator, rng = objective.hessian_operator(x), np.random.default_rng(0)
        found = extreme_eigenpairs(operator, 1, which="both", tol=1e-6, rng=rng, largest_formed=0)
        np.testing.assert_allclose(found.eigenvalues, run["eigenvalues"][0][[0, -1]], rtol=1e-4)


def test_a_run_that_is_not_there_is_named(shipped):
    with pytest.raises(ValueError, match="must be those of a training run, got 'mnist-10x10' and 7"):
        critical_spectra.training(shipped, DATASETS[0], 7)
    with pytest.raises(ValueError, match="used must be one of"):
        critical_spectra.saddle(shipped, DATASETS[0], 7, 50)


def test_narrow_minima_are_certified_by_the_course(shipped):
    for data in DATASETS:
        for units in MINIMA:
            row = critical_spectra.minima(shipped, data)[units]
            point = certify(network(data, units), row["parameters"])
            assert (point.certified, point.kind) == (True, "minimum")
            np.testing.assert_allclose(point.eigenvalues, row["eigenvalues"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("data", DATASETS)
@pytest.mark.parametrize("units", [1, 3])
def test_the_spectrum_of_the_wide_network_is_that_of_its_whole_hessian(shipped, data, units):
    row, objective = critical_spectra.minima(shipped, data)[units], network(data, units)
    spectrum = critical_spectra.wide_spectrum(objective, row["parameters"], row["eigenvalues"], 5)
    wide, x = critical_spectra.embedded(objective, row["parameters"], 5)
    assert (wide.dim, spectrum.shape) == (565, (565,))
    assert np.linalg.norm(wide.gradient(x)) <= 1e-9
    np.testing.assert_allclose(np.linalg.eigvalsh(wide.hessian(x)), spectrum, rtol=1e-5, atol=1e-6)


def test_there_are_minima_for_each_size(shipped):
    for data in DATASETS:
        found = critical_spectra.minima(shipped, data)
        assert list(found) == sorted([*MINIMA, *WHOLE])
        for units in HIDDEN_UNITS:
            run = critical_spectra.training(shipped, data, units)
            assert run["value"].shape == (len(MOMENTS),)
            assert (np.diff(run["value"]) < 0).all()
            assert (run["gradient_norm"] > 1e-3).all()
        values = [float(row["value"]) for row in found.values()]
        assert values == sorted(values, reverse=True)


def test_minima_of_whole_networks_use_every_unit(shipped):
    for units in WHOLE:
        for data in DATASETS:
            low, objective = critical_spectra.minima(shipped, data)[units], network(data, units)
            entering, leaving = (layer.weights(low["parameters"]) for layer in objective.layers)
            assert np.linalg.norm(entering, axis=1).min() > 0.1
            assert np.linalg.norm(leaving, axis=0).min() > 0.1
            loss, spectrum = critical_spectra.saddle(shipped, data, units, units)
            assert loss == low["value"]
            assert spectrum.shape == (objective.dim,)


def test_no_negative_number_of_spare_units(shipped):
    row = critical_spectra.minima(shipped, DATASETS[0])[3]
    with pytest.raises(ValueError, match="hidden_units must be at least 3, got 2"):
        critical_spectra.wide_spectrum(network(DATASETS[0], 3), row["parameters"], row["eigenvalues"], 2)


def test_a_quick_run(tmp_path):
    results = run_experiment(CRITICAL_SPECTRA, tmp_path / "quick.npz", workers=1, quick=True)
    assert results.complete
    assert "2 units: loss" in critical_spectra.summary(results)
