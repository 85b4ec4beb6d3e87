"""The benchmarks compare equal work: other libraries return the same (timings decide nothing)."""

import importlib
import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import ours, tasks, turns


@pytest.mark.filterwarnings("ignore")  # the library's own
@pytest.mark.parametrize("kind", [kind for kind in tasks.AUTODIFF if kind != "Lanczos"])
@pytest.mark.parametrize("name", ["154, depth 1", "535, depth 3"])
def test_ours_equals_jax(kind, name):
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed: `make bench` installs it, then this test runs")
    theirs = importlib.import_module("benchmarks.with_jax").make(kind, name)()
    mine = ours.make(kind, name)()
    np.testing.assert_allclose(np.asarray(theirs), mine, rtol=0, atol=1e-12 * np.abs(mine).max())


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


@pytest.mark.filterwarnings("ignore")  # the libraries' own
@pytest.mark.parametrize(
    ("library", "side"),
    [
        ("hessian_eigenthings", "with_eigenthings"),
        ("curvlinops", "with_curvlinops"),
        ("pyhessian", "with_pyhessian"),
    ],
)
def test_the_five_largest_eigenvalues_are_those_of_the_library(library, side):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed: `make bench` installs it, then this test runs")
    theirs = importlib.import_module(f"benchmarks.{side}").make("top 5", "154, depth 1")()
    np.testing.assert_allclose(theirs, ours.make("top 5", "154, depth 1")(), rtol=0.02)


def test_our_density_has_mass_one():
    assert ours.make("density", "154, depth 1")() == pytest.approx(1, abs=0.02)


def test_every_problem_has_a_network_and_its_number_of_examples():
    for names in [*tasks.AUTODIFF.values(), *tasks.SPECTRA.values()]:
        assert {name.removesuffix(tasks.MORE) for name in names} <= tasks.NETWORKS.keys()
    assert len(tasks.problem("154, depth 1").inputs) == 1_000
    assert len(tasks.problem("154, depth 1" + tasks.MORE).inputs) == 10_000


@pytest.mark.parametrize(
    ("load", "rounds", "expected"),
    [
        (1.0, [[1.0, 1.1], [2.0, 2.5]], ""),
        (1.0, [[1.0, 1.1], []], ""),
        (1.0, [[1.0, 1.1], [2.0, 3.0]], "rounds differ by 50%"),
        (5.5, [[1.0, 1.1]], "load average 5.5 on 4 cores"),
    ],
)
def test_a_busy_machine_is_told_by_its_load_or_by_the_spread(monkeypatch, load, rounds, expected):
    monkeypatch.setattr(turns.os, "cpu_count", lambda: 4)
    assert turns.disturbance(load, rounds) == expected


def test_a_row_of_a_busy_machine_is_not_stored(monkeypatch, capsys):
    from benchmarks import __main__ as bench

    report = {"seconds": 0.001, "runs": 3, "digest": [2.0, 1.0]}
    rows = {"idle": turns.Row([report, report], ""), "busy": turns.Row([report, report], "load average 9.0")}
    monkeypatch.setattr(bench, "timed", lambda libraries, kind, name: rows[name])
    text = "\n".join(bench.table("Hessian", ["idle", "busy"], {"jax": ("with_jax", "jax")}, 1e-10))
    assert "| idle | 1.00 | 1.00 | 1.0× |" in text
    assert "| busy" not in text
    assert "Not kept, the machine was not idle: busy (load average 9.0)." in text
    assert "| busy | 1.00" in capsys.readouterr().out


def test_what_a_rival_cannot_do_or_does_otherwise_is_said(monkeypatch):
    from benchmarks import __main__ as bench

    ours_report = {"seconds": 0.001, "runs": 3, "digest": [2.0, 1.0]}
    for theirs, said in (
        ({"error": "RuntimeError: gone"}, "jax ends in an error here: RuntimeError: gone"),
        ({"seconds": 1.0, "runs": 3, "digest": [2.0, 1.1]}, "jax finds something else at idle"),
    ):
        row = turns.Row([ours_report, theirs], "")
        monkeypatch.setattr(bench, "timed", lambda libraries, kind, name, row=row: row)
        text = "\n".join(bench.table("Hessian", ["idle"], {"jax": ("with_jax", "jax")}, 1e-10))
        assert said in text
        assert "| idle | 1.00 | – | – |" in text


def test_a_console_without_the_signs_gets_question_marks():
    code = (
        "import sys, benchmarks.__main__ as bench; bench.starts_table = lambda: ['µ ×'];"
        "bench.AUTODIFF = bench.SPECTRA = {}; sys.argv = ['bench', '--no-file']; bench.main()"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "? ?" in done.stdout
