"""The benchmarks compare equal work: jax returns the same arrays (timings decide nothing)."""

import importlib
import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import ours, tasks


@pytest.mark.parametrize("kind", [kind for kind in tasks.KINDS if kind != "Lanczos"])
@pytest.mark.parametrize("name", ["154, depth 1", "535, depth 3"])
def test_ours_equals_jax(kind, name):
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed: `make bench` installs it, then this test runs")
    theirs = importlib.import_module("benchmarks.with_jax").make(kind, name)()
    np.testing.assert_allclose(np.asarray(theirs), ours.make(kind, name)(), rtol=1e-6, atol=1e-11)


def test_the_names_tell_the_numbers_of_parameters():
    for name, sizes in tasks.NETWORKS.items():
        assert name == f"{tasks.parameters(sizes):,}, depth {len(sizes) - 2}"


def test_a_worker_reports_its_time_and_what_it_found():
    command = [sys.executable, "-m", "benchmarks.worker", "ours", "Hessian", "154, depth 1"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert report["seconds"] > 0
    assert report["runs"] >= 3
    np.testing.assert_allclose(
        report["digest"], tasks.digest(ours.make("Hessian", "154, depth 1")()), rtol=1e-10
    )
