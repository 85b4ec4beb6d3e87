"""The runner: run by anybody, it gives the same file; bad settings are named."""

import dataclasses
import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from course_utils.experiments.command import main
from course_utils.running import Experiment, load_results, run
from course_utils.running.journal import Journal
from course_utils.running.results import as_row
from tests.tools.dask_cluster import of_threads
from tests.tools.toy_experiment import ENVIRONMENT, FLAKY, TOY, journal_of, logged, threads


@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_workers_does_not_matter(tmp_path, reference, workers):
    results = run(TOY, tmp_path / "toy.npz", workers=workers)
    assert results.complete
    assert (tmp_path / "toy.npz").read_bytes() == reference


def test_workers_of_the_default_pool_have_one_thread_each_and_the_caller_keeps_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    results = run(ENVIRONMENT, tmp_path / "a.npz", workers=1, quick=True)
    assert set(results.column("threads")) == {"1"}
    assert os.getpid() not in results.column("pid")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


class InReverse(ThreadPoolExecutor):
    """An executor of one's own: runs the last task first, when everything has been handed in."""

    def __init__(self):
        super().__init__(1)
        self.waiting = []

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, function, args, kwargs))
        if len(self.waiting) == 40:
            for future_, function_, args_, kwargs_ in reversed(self.waiting):
                future_.set_result(function_(*args_, **kwargs_))
        return future


def test_any_executor_will_do_and_is_left_running(tmp_path, reference):
    with InReverse() as executor:
        run(TOY, tmp_path / "toy.npz", executor=executor)
        assert ThreadPoolExecutor.submit(executor, int, "7").result() == 7
    assert (tmp_path / "toy.npz").read_bytes() == reference


def test_on_dask(tmp_path, reference):
    with of_threads() as client:
        assert client.scheduler.address.startswith("inproc://")
        run(TOY, tmp_path / "toy.npz", executor=client.get_executor())
    assert (tmp_path / "toy.npz").read_bytes() == reference


def test_failing_tasks_are_recorded_and_tried_again(tmp_path, monkeypatch, capsys):
    out = tmp_path / "flaky.npz"
    with threads() as executor:
        run(FLAKY, tmp_path / "well.npz", executor=executor)
        monkeypatch.setenv("TOY_FAILS", "1")
        results = run(FLAKY, out, executor=executor, stream=sys.stderr)
    assert results.errors == {
        1: "ArithmeticError: number 1 does not work",
        4: "ArithmeticError: number 4 does not work",
    }
    assert not results.complete
    assert set(results.rows) == set(range(40)) - {1, 4}
    shown = capsys.readouterr().err
    assert 'in flaky\n    raise ArithmeticError(f"number' in shown  # where it was raised
    assert "38/40, 2 failed" in shown
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))
    assert main(["tests.tools.toy_experiment:FLAKY", "--out", str(out), "--workers", "1"]) == 1
    assert "task 4 failed: ArithmeticError" in capsys.readouterr().err
    monkeypatch.delenv("TOY_FAILS")
    assert main(["tests.tools.toy_experiment:FLAKY", "--out", str(out), "--workers", "1"]) == 0
    assert sorted(task for _, task in logged(tmp_path / "log")) == [1, 4]
    assert out.read_bytes() == (tmp_path / "well.npz").read_bytes()


def test_results_that_cannot_be_stored_fail_their_task(tmp_path):
    odd = dataclasses.replace(TOY, run=lambda parameters, rng: {"thing": [object()]})
    with threads() as executor:
        results = run(odd, tmp_path / "odd.npz", executor=executor, quick=True)
    assert results.errors[0].startswith("ValueError: result 'thing' must hold numbers")
    assert load_results(tmp_path / "odd.npz").rows == {}
    for bad, message in [([1], "mapping"), ({"a b": 1}, "identifiers"), ({1: 1}, "identifiers")]:
        with pytest.raises(ValueError, match=message):
            as_row(bad)


def test_results_of_another_run_are_not_touched(tmp_path):
    out = tmp_path / "toy.npz"
    with threads() as executor:
        run(TOY, out, executor=executor, quick=True)
        content = out.read_bytes()
        for other, message in [
            ({"seed": 1, "quick": True}, "seed 0, not 1"),
            ({}, "other tasks"),
        ]:
            with pytest.raises(ValueError, match=message):
                run(TOY, out, executor=executor, **other)
        for changed in ({"version": 2}, {"settings": {"dim": 3}}):
            with pytest.raises(ValueError, match=f"out must be new.*{next(iter(changed))}"):
                run(dataclasses.replace(TOY, **changed), out, executor=executor, quick=True)
        assert run(TOY, out, executor=executor, quick=True).complete
        assert out.read_bytes() == content
        with Journal(journal_of(tmp_path / "b.npz"), TOY.identity(5, False)):
            pass
        with pytest.raises(ValueError, match="seed 5, not 0"):
            run(TOY, tmp_path / "b.npz", executor=executor)
        journal_of(tmp_path / "c.npz").write_text("my diary\n")
        with pytest.raises(ValueError, match="not a journal"):
            run(TOY, tmp_path / "c.npz", executor=executor)
        assert journal_of(tmp_path / "c.npz").read_text() == "my diary\n"
        (tmp_path / "d.npz").write_text("no results")
        with pytest.raises(ValueError, match="must be a result file"):
            run(TOY, tmp_path / "d.npz", executor=executor)


def test_bad_settings_are_named(tmp_path):
    with threads() as executor:
        for arguments, message in [
            ({"out": tmp_path / "a.txt"}, "out must be a .npz file"),
            ({"out": tmp_path / "missing" / "a.npz"}, "folder that exists"),
            ({"workers": 2}, "workers belongs to the default pool"),
            ({"executor": None, "workers": 0}, "workers must be a whole number of at least 1, got 0"),
            ({"seed": -1}, "seed must be"),
            ({"seed": 1.5}, "seed must be"),
        ]:
            with pytest.raises(ValueError, match=message):
                run(TOY, **{"out": tmp_path / "a.npz", "executor": executor, **arguments})
        none = dataclasses.replace(TOY, tasks=lambda seed, quick: [])
        with pytest.raises(ValueError, match="at least one task"):
            run(none, tmp_path / "a.npz", executor=executor)
        nan = dataclasses.replace(TOY, tasks=lambda seed, quick: [{"rate": float("nan")}])
        with pytest.raises(ValueError, match="finite JSON values"):
            run(nan, tmp_path / "a.npz", executor=executor)
    with pytest.raises(ValueError, match=r"top level of a module.*ThreadPoolExecutor"):
        run(dataclasses.replace(TOY, run=lambda parameters, rng: {}), tmp_path / "a.npz")
    with pytest.raises(ValueError, match="name must be lower-case"):
        Experiment("../etc", "", TOY.tasks, TOY.run, TOY.summary)
    assert list(tmp_path.iterdir()) == []
