"""The benchmarks compare equal work: other libraries return the same (timings decide nothing)."""

import importlib
import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import at_scale, autoencoder, ours, tasks, turns


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
    assert report["cpu"] > 0
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


def test_the_largest_eigenvalues_are_found_without_the_look_for_missed_ones_too():
    unchecked = ours.make(tasks.UNCHECKED, "3,340, depth 1")()
    np.testing.assert_allclose(unchecked, ours.make("top 5", "3,340, depth 1")(), rtol=1e-6)


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
        (1.0, [[1.0, 1.1], [3.0, 2.0]], "the two quickest rounds differ by 50%"),
        (1.0, [[9.0, 1.0, 1.1], [2.0, 2.5, 7.0]], ""),
        (1.0, [[9.0, 1.0, 2.0]], "the two quickest rounds differ by 100%"),
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


def test_a_console_without_the_signs_gets_plain_ones():
    code = (
        "import sys, benchmarks.__main__ as bench; bench.starts_table = lambda: ['µ ×'];"
        "sys.argv = ['bench', '--only', 'starts']; bench.main()"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "mu x" in done.stdout


@pytest.mark.filterwarnings("ignore")  # the library's own
@pytest.mark.parametrize("way", ["torch_func", "torch_autograd"])
@pytest.mark.parametrize("kind", ["gradient", "one hvp"])
def test_the_autoencoder_is_that_of_torch(kind, way):
    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch is not installed: `make bench` installs it, then this test runs")
    theirs = getattr(importlib.import_module("benchmarks.autoencoder_torch"), way)(kind, "30 images")()
    mine = autoencoder.make(kind, "30 images")()
    np.testing.assert_allclose(
        np.asarray(theirs, dtype=np.float64), mine, rtol=0, atol=1e-5 * np.abs(mine).max()
    )
    assert tasks.agree(tasks.digest(mine), tasks.digest(theirs), at_scale.AGREEMENT)


def test_the_autoencoder_is_that_of_the_experiment_on_images_made_by_a_seed():
    from course_utils.experiments.autoencoder import DEEP

    p = tasks.images("1,000 images")
    assert p.sizes == DEEP
    assert p.x.size == tasks.parameters(DEEP) == 2_837_314
    assert p.inputs.shape == (1000, 784)
    assert (p.inputs.min(), p.inputs.max()) == (0, 1)
    assert (p.inputs == 0).mean() == pytest.approx(0.5, abs=0.02)
    np.testing.assert_array_equal(tasks.images("1,000 images").inputs, p.inputs)


def test_results_that_differ_somewhere_have_another_digest():
    result = np.random.default_rng(1).standard_normal(1000)
    other = result.copy()
    other[500:502] = other[501], other[500]  # the same norm, and the same first entry
    assert tasks.agree(tasks.digest(result), tasks.digest(result), 1e-15)
    assert not tasks.agree(tasks.digest(result), tasks.digest(other), 1e-5)


def test_the_share_of_the_products_in_a_krylov_step_is_a_part_of_it():
    found = autoencoder.share("40 images", 2)
    assert 0 < found["passes"] < found["share"] < 1
    assert found["cpu"] >= found["seconds"] > 0


def report(seconds, memory, digest=(2.0, 1.0, 1.0)):
    return {"seconds": seconds, "cpu": 2 * seconds, "memory": memory, "runs": 3, "digest": list(digest)}


def test_the_quicker_way_of_torch_that_finds_the_same_counts():
    ways = ["torch.func", "torch.autograd"]
    row = turns.Row([report(2.0, 100.0), report(3.0, 250.0), report(5.0, 90.0)], "")
    rows, notes = at_scale.table_rows("gradient", ways, row)
    assert rows == [
        "| gradient, s | 2.00 | 3.00 | 5.00 | 1.50× |",
        "| gradient, processor s | 4.00 | 6.00 | 10.00 | 1.50× |",
        "| gradient, MiB | 100 | 250 | 90 | 2.50× |",
    ]
    assert notes == []
    wrong = turns.Row([report(2.0, 100.0), report(1.0, 250.0, (2.0, 1.0, 1.1)), {"error": "gone"}], "busy")
    rows, notes = at_scale.table_rows("gradient", ways, wrong)
    assert rows[0] == "| gradient, s | 2.00 | – | – | – |"
    assert [note.split(":")[0] for note in notes] == [
        "torch.func finds another gradient",
        "torch.autograd ends in an error",
        "Not kept, the machine was not idle",
    ]


def test_one_chapter_alone_is_printed_and_not_stored(monkeypatch, capsys, tmp_path):
    from benchmarks import __main__ as bench

    monkeypatch.setattr(bench, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setattr(bench, "chapter", lambda with_torch: ["the chapter"])
    monkeypatch.setattr(bench, "starts_table", lambda: ["the starts"])
    monkeypatch.setattr(bench, "table", lambda *given: [])
    monkeypatch.setattr(sys, "argv", ["bench", "--only", "autoencoder"])
    before = dict(os.environ)
    bench.main()
    assert not bench.RESULTS.exists()
    assert "the starts" not in capsys.readouterr().out
    for options, expected in (([], True), (["--quick"], False)):
        monkeypatch.setattr(sys, "argv", ["bench", *options])
        bench.main()
        text = bench.RESULTS.read_text(encoding="utf-8")
        assert ("the chapter" in text) is expected
        assert "the starts" in text
    assert dict(os.environ) == before  # what starts afterwards has its own number of threads


def test_the_number_of_threads_reaches_what_starts_and_nothing_after(monkeypatch):
    from benchmarks.turns import threads

    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    code = "import os; print(os.environ['OMP_NUM_THREADS'], 'XLA_FLAGS' in os.environ)"
    for count, xla in ((2, "XLA_FLAGS" in os.environ), (1, True)):
        with threads(count):
            assert subprocess.check_output([sys.executable, "-c", code], text=True) == f"{count} {xla}\n"
        assert os.environ["OMP_NUM_THREADS"] == "7"
