"""The runner: interrupted anywhere, run by anybody, it gives the same file."""

import dataclasses
import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils import experiments
from course_utils.experiments import catalogue
from course_utils.experiments.__main__ import main
from course_utils.running import AlreadyRunningError, Experiment, load_results, run
from course_utils.running import runner as runner_room
from course_utils.running.journal import Journal, decode
from course_utils.running.lock import only_runner
from course_utils.running.results import as_row, write_results
from tests.tools import ROOT, toy_experiment
from tests.tools.search import examples
from tests.tools.toy_experiment import DEADLY, ENVIRONMENT, FLAKY, TOY


def threads():
    return ThreadPoolExecutor(8)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Return the bytes of an uninterrupted run."""
    out = tmp_path_factory.mktemp("reference") / "toy.npz"
    with threads() as executor:
        run(TOY, out, executor=executor)
    return out.read_bytes()


def start(name, out, *options, **environment):
    """Start a runner in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "course_utils.experiments",
        f"tests.tools.toy_experiment:{name}",
        "--out",
        str(out),
    ]
    return subprocess.Popen(
        [*command, "--workers", "2", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,  # a process group of its own, as a terminal gives each command
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def wait_for_tasks(out, process, number):
    wait_for(lambda: len(in_journal(out)) >= number or process.poll() is not None)


def journal_of(out):
    return out.with_name(out.name + ".journal")


def in_journal(out):
    """Return the numbers of the tasks in the journal, torn line left out."""
    if not journal_of(out).exists():
        return set()
    with open(journal_of(out), "rb") as file:
        entries = [decode(line) for line in file]
    return {entry["task"] for entry in entries if entry is not None and "task" in entry}


def logged(path):
    """Return (process, task) of every task that ran."""
    if not path.exists():
        return []
    return [tuple(map(int, line.split())) for line in path.read_text().splitlines()]


def is_gone(pid):
    """Return whether a process has ended (it may be a zombie that nobody has collected)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until_gone(pids):
    if sys.platform == "linux":
        wait_for(lambda: all(map(is_gone, pids)))


def test_killed_at_random_moments_it_gives_the_same_file(tmp_path, reference):
    out = tmp_path / "toy.npz"
    chance = random.Random(1)
    killed_midway = 0
    for attempt in range(5):
        done = in_journal(out)
        log = tmp_path / f"log{attempt}"
        process = start("TOY", out, TOY_LOG=str(log))
        if attempt % 3 == 2:  # anywhere from the first import on
            time.sleep(chance.uniform(0.0, 1.0))
        else:  # in the middle of the tasks, or at the end
            wait_for_tasks(out, process, len(done) + chance.randint(3, 14))
            time.sleep(chance.uniform(0.0, 0.01))
        process.kill()
        process.communicate()
        ran = logged(log)
        assert done.isdisjoint(task for _, task in ran), "a finished task ran again"
        assert done <= in_journal(out) or out.exists(), "a finished task was lost"
        wait_until_gone({pid for pid, _ in ran})
        if out.exists():
            break
        killed_midway += 0 < len(in_journal(out)) < 40
    assert killed_midway >= 2
    process = start("TOY", out)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "40 of 40 tasks" in output
    assert out.read_bytes() == reference
    assert sorted(path.name for path in tmp_path.glob("toy*")) == ["toy.npz"]


@pytest.mark.parametrize("step", ["write_results", "remove"])
def test_a_crash_around_the_final_write_changes_nothing(tmp_path, reference, monkeypatch, step):
    out = tmp_path / "toy.npz"

    def crash(*_):
        raise MemoryError

    with monkeypatch.context() as patch, threads() as executor:
        if step == "write_results":
            patch.setattr(os, "replace", crash)
        else:
            patch.setattr(Journal, "remove", crash)
        with pytest.raises(MemoryError):
            run(TOY, out, executor=executor)
    assert out.exists() == (step == "remove")
    assert len(in_journal(out)) == 40
    with monkeypatch.context() as patch, threads() as executor:
        patch.setattr(runner_room, "perform", crash)  # nothing is computed again
        run(TOY, out, executor=executor)
    assert out.read_bytes() == reference
    assert not journal_of(out).exists()


def test_a_journal_torn_anywhere_loses_the_torn_task_only(tmp_path, reference):
    complete = tmp_path / "whole.npz"
    whole = journal_of(complete)
    with Journal(whole, TOY.identity(0, False)) as journal, zipfile.ZipFile(io.BytesIO(reference)):
        for index in range(40):
            rng = np.random.default_rng(np.random.SeedSequence(0, spawn_key=(index,)))
            journal.add(index, as_row(toy_experiment.walk(TOY.tasks(0, False)[index], rng)))
    content = whole.read_bytes()
    ends = np.cumsum([len(line) for line in content.splitlines(keepends=True)])
    chance = random.Random(0)
    cuts = [
        0,
        1,
        ends[0] - 1,
        ends[0],
        len(content) - 1,
        *(chance.randrange(len(content)) for _ in range(10)),
    ]
    for cut in cuts:
        out = tmp_path / f"cut{cut}.npz"
        # A crashed system may leave the end of a file as zeros.
        journal_of(out).write_bytes(content[:cut] + bytes(chance.choice([0, 50])))
        with Journal(journal_of(out), TOY.identity(0, False)) as journal:
            assert set(journal.rows) == set(range(np.searchsorted(ends, cut, side="right") - 1))
        with threads() as executor:
            run(TOY, out, executor=executor)
        assert out.read_bytes() == reference


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
    import distributed

    # All within this process: no network, no dashboard.
    settings_ = {"processes": False, "n_workers": 1, "threads_per_worker": 4, "dashboard_address": None}
    with distributed.Client(**settings_) as client:
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


def test_a_worker_that_dies_stops_the_run_and_keeps_what_is_finished(tmp_path, capfd):
    out = tmp_path / "deadly.npz"
    with pytest.raises(BrokenExecutor):
        run(DEADLY, out, workers=1)
    assert len(in_journal(out)) >= 10
    assert not out.exists()
    assert main(["tests.tools.toy_experiment:DEADLY", "--out", str(out), "--workers", "1"]) == 1
    assert "run the same command to resume" in capfd.readouterr().err


def test_a_second_runner_says_so_and_stops(tmp_path):
    out = tmp_path / "slow.npz"
    runners = [start("SLOW", out, "--quick")]
    try:
        wait_for(lambda: in_journal(out) == {0})
        before = journal_of(out).read_bytes()
        runners.append(start("SLOW", out, "--quick"))
        _, errors = runners[1].communicate(timeout=60)
        assert runners[1].returncode == 2
        assert f"another runner is at work on {out}" in errors
        assert journal_of(out).read_bytes() == before
        with pytest.raises(AlreadyRunningError):
            run(toy_experiment.SLOW, out, quick=True)
    finally:
        for runner in runners:
            runner.kill()
            runner.communicate()
    # The lock file of the killed runner is still there, and stops nobody.
    assert out.with_name(out.name + ".lock").exists()
    with only_runner(out):
        pass
    assert not out.with_name(out.name + ".lock").exists()


def test_two_threads_are_two_runners(tmp_path):
    with only_runner(tmp_path / "a.npz"):
        with pytest.raises(AlreadyRunningError, match="another runner"), only_runner(tmp_path / "a.npz"):
            pass
        with only_runner(tmp_path / "b.npz"):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="a console is needed to send Ctrl-C there")
@pytest.mark.parametrize("moment", ["workers are starting", "tasks are running"])
def test_ctrl_c_ends_cleanly_and_says_how_to_resume(tmp_path, moment):
    out, log = tmp_path / "slow.npz", tmp_path / "log"
    running = moment == "tasks are running"
    process = start("SLOW", out, "--quick", TOY_LOG=str(log))
    try:
        if running:
            wait_for(lambda: in_journal(out) == {0} and len(logged(log)) >= 3)
        else:
            wait_for(journal_of(out).exists)
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers too
        _, errors = process.communicate(timeout=60)  # and not when the tasks of a minute have ended
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert errors.endswith("\ninterrupted; finished tasks are kept, run the same command to resume\n")
    assert "Traceback" not in errors
    assert "Error" not in errors
    if running:
        assert in_journal(out) == {0}
    assert not out.with_name(out.name + ".lock").exists()
    wait_until_gone({pid for pid, _ in logged(log)})


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


def test_what_the_results_offer(tmp_path):
    with threads() as executor:
        results = run(TOY, tmp_path / "toy.npz", executor=executor)
    assert results.names == ["count", "parity", "points", "sometimes", "triangle", "vector"]
    np.testing.assert_array_equal(results.column("count"), np.arange(40))
    assert list(results.column("parity")) == ["even", "odd"] * 20
    assert results.column("vector").shape == (40, 3)
    assert results.column("vector").dtype == np.float32
    assert results.column("points").shape == (sum(number % 3 for number in range(40)), 2)
    assert results.column("triangle").shape == (sum((number % 4) ** 2 for number in range(40)),)
    assert results.rows[7]["triangle"].shape == (3, 3)
    assert results.column("sometimes").shape == (8,)
    np.testing.assert_array_equal(results.parameter("number"), np.arange(40))
    with pytest.raises(ValueError, match="name must be one of count, parity"):
        results.column("missing")
    with pytest.raises(dataclasses.FrozenInstanceError):
        results.rows = {}
    # The numbers are those of a plain call, and NumPy alone reads the file.
    rng = np.random.default_rng(np.random.SeedSequence(0).spawn(40)[8])
    expected = toy_experiment.walk({"number": 8, "shape": [2, 2]}, rng)
    np.testing.assert_array_equal(results.rows[8]["points"], expected["points"])
    with np.load(tmp_path / "toy.npz") as plain:
        np.testing.assert_array_equal(plain["points"], results.column("points"))
    with zipfile.ZipFile(tmp_path / "toy.npz") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {member.create_system for member in archive.infolist()} == {3}


arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.int64, np.bool_, np.complex128, "<U3", ">f8"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)


@given(st.dictionaries(st.integers(0, 9), st.dictionaries(st.sampled_from("abc"), arrays)), st.randoms())
@examples(30)
def test_rows_survive_journal_and_file(tmp_path_factory, raw, chance):
    # One kind of number for each name, as results of one function have.
    kinds = {}
    rows = {
        index: {
            name: value
            for name, value in as_row(row).items()
            if kinds.setdefault(name, value.dtype) == value.dtype
        }
        for index, row in raw.items()
    }
    folder = tmp_path_factory.mktemp("rows")
    identity = {"format": 1, "tasks": [{}] * 10}
    with Journal(folder / "journal", identity) as journal:
        for index in chance.sample(sorted(rows), len(rows)):
            journal.add(index, rows[index])
    with Journal(folder / "journal", identity) as journal:
        write_results(folder / "a.npz", identity, journal.rows, {})
    write_results(folder / "b.npz", identity, rows, {})
    assert (folder / "a.npz").read_bytes() == (folder / "b.npz").read_bytes()
    back = load_results(folder / "a.npz").rows
    assert list(back) == sorted(rows)
    for index, row in rows.items():
        assert set(back[index]) == set(row)
        for name, value in row.items():
            assert back[index][name].dtype == value.dtype
            np.testing.assert_array_equal(back[index][name], value)


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


def test_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(experiments, "BUILT_IN", ("tests.tools.toy_experiment:TOY",))
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.split() == ["toy", *TOY.description.split()]
    assert main(["toy", "--quick", "--seed", "3", "--workers", "1"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "mean count 2.50\n6 of 6 tasks in toy-quick.npz\n"
    assert "toy ######################## 6/6" in shown.err
    results = load_results("toy-quick.npz")
    assert (results.identity["seed"], results.identity["quick"], len(results.rows)) == (3, True, 6)
    for arguments, message in [
        (["other"], "no experiment is called 'other'; there are: toy"),
        (["tests.tools.toy_experiment:NONE"], "no experiment at 'tests.tools.toy_experiment:NONE'"),
        (["tests.tools.toy_experiment:log"], "must be an Experiment, got function"),
        (["toy", "--out", "a.txt"], "out must be a .npz file"),
    ]:
        assert main(arguments) == 2
        assert message in capsys.readouterr().err


def test_every_experiment_of_the_course_has_tasks_of_plain_values():
    for name, experiment in catalogue().items():
        assert experiment.name == name
        for quick in (True, False):
            assert experiment.identity(0, quick)["tasks"]
