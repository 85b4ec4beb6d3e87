"""On a Dask cluster: the same bytes, whoever dies; one sentence where there is none or it is not fit."""

import io
import os
import re
import signal
import sys

import pytest

from course_utils.experiments.command import main
from course_utils.running import UnfitWorkerError, cluster, dask_cluster, run
from course_utils.running.journal import Journal
from course_utils.running.workers import BLAS_THREADS
from tests.tools.dask_cluster import FREE_PORT, of_threads, own_scratch, two_workers
from tests.tools.toy_experiment import GATED, TOY, in_journal, journal_of, logged, start, threads, wait_for

UNGATED = set(range(10))


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by a signal")
def test_a_killed_worker_and_a_lost_scheduler_lose_nothing(tmp_path, monkeypatch):
    with threads() as executor:
        known = run(GATED, tmp_path / "reference.npz", executor=executor).rows
    reference = (tmp_path / "reference.npz").read_bytes()
    gate, log, out = tmp_path / "gate", tmp_path / "log", tmp_path / "gated.npz"
    runners = []

    def begin(address):
        runners.append(start("GATED", out, "--scheduler", address))
        return runners[-1]

    try:
        with two_workers({**os.environ, "TOY_GATE": str(gate), "TOY_LOG": str(log)}) as (scheduler, address):
            # What somebody else has finished is not computed again.
            with Journal(journal_of(out), GATED.identity(0, False)) as journal:
                for index in (0, 3, 39):
                    journal.add(index, known[index], 0.1)
            there = begin(address)
            wait_for(lambda: in_journal(out) >= UNGATED and any(task >= 10 for _, task in logged(log)))
            victim, its_task = next(entry for entry in logged(log) if entry[1] >= 10)
            os.kill(victim, signal.SIGKILL)
            gate.touch()
            output, errors = there.communicate(timeout=120)
            assert there.returncode == 0, errors
            assert f"2 workers at {address}" in errors
            assert "40 of 40 tasks" in output
            assert out.read_bytes() == reference
            ran = logged(log)
            assert {task for _, task in ran} == set(range(40)) - {0, 3, 39}
            first, *again = [pid for pid, task in ran if task == its_task]
            assert first == victim
            assert again
            assert victim not in again

            for path in (gate, log, out):
                path.unlink()
            there = begin(address)
            wait_for(lambda: in_journal(out) >= UNGATED)
            scheduler.kill()
            _, errors = there.communicate(timeout=120)
            assert there.returncode == 3
            # The worker that was killed may not be back yet.
            assert re.fullmatch(
                rf"(2 workers|1 worker) at {re.escape(address)}\nthe connection to the scheduler is lost; "
                "finished tasks are kept, run the same command to resume\n",
                errors,
            )
        done = in_journal(out)
        assert done >= UNGATED
        monkeypatch.setenv("TOY_LOG", str(tmp_path / "log of the last"))
        with threads() as executor:
            run(GATED, out, executor=executor)
        assert out.read_bytes() == reference
        assert {task for _, task in logged(tmp_path / "log of the last")} == set(range(40)) - done
    finally:
        for runner in runners:
            runner.kill()
            runner.communicate()


@pytest.fixture
def scheduler():
    """Return the address of a cluster within this process."""
    with of_threads() as client:
        yield client.scheduler.address


def test_workers_that_would_compute_otherwise_are_refused(
    tmp_path, reference, monkeypatch, scheduler, capsys
):
    for name in BLAS_THREADS:
        monkeypatch.setenv(name, "1")
    with cluster(scheduler, TOY.run) as executor:
        run(TOY, tmp_path / "fit.npz", executor=executor)
    assert (tmp_path / "fit.npz").read_bytes() == reference

    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setenv("MKL_NUM_THREADS", "4")
    with (
        cluster(scheduler, TOY.run) as executor,
        pytest.raises(UnfitWorkerError, match=r"several threads.* OMP_NUM_THREADS=1 MKL_NUM_THREADS=1$"),
    ):
        run(TOY, tmp_path / "threads.npz", executor=executor)

    needed = dask_cluster.needed_for(TOY.run)
    assert sorted(needed) == ["Python", "numpy", "scipy", "the code of course_utils", "the code of tests"]
    for name in needed:
        monkeypatch.setattr(dask_cluster, "needed_for", lambda _, name=name: {**needed, name: "0.0"})
        out = tmp_path / "other.npz"
        assert main(["tests.tools.toy_experiment:TOY", "--out", str(out), "--scheduler", scheduler]) == 2
        assert (
            f"another installation: {name} is {needed[name]} there and 0.0 here\n" in capsys.readouterr().err
        )
        assert not out.exists()


def test_what_a_cluster_cannot_run_at_all_is_said_once(tmp_path, monkeypatch, scheduler):
    def unknown(*_):
        raise ModuleNotFoundError("No module named 'nowhere'")

    monkeypatch.setattr(dask_cluster, "on_worker", unknown)
    with (
        cluster(scheduler, TOY.run) as executor,
        pytest.raises(UnfitWorkerError, match=r"\(ModuleNotFoundError: No module named 'nowhere'\).*same"),
    ):
        run(TOY, tmp_path / "toy.npz", executor=executor)


class Looks:
    """Ends after the looks that are planned, and waits for none of them."""

    def __init__(self, many):
        self.left, self.waited = many, []

    def wait(self, seconds):
        self.waited.append(seconds)
        self.left -= 1
        return self.left < 0

    def is_set(self):
        return self.left < 0


class Terminal(io.StringIO):
    def isatty(self):
        return True


HOW = "no worker at tcp://here:1: the tasks wait for one, start it by `dask worker tcp://here:1`\n"


@pytest.mark.parametrize(
    ("counts", "lines"),
    [
        ([2, 2, 2], 0),
        ([0, 0, 0, 0], 1),
        ([0, 1, 1], 1),
        ([0, 1, 0, 0, 3, 0], 3),
        ([1, OSError, 0], 0),
        ([], 0),
    ],
)
def test_that_there_is_no_worker_is_said_once_until_one_comes(counts, lines):
    def workers():
        count = next(rest)
        if count is OSError:
            raise OSError("the scheduler is gone")
        return count

    for stream, cleared in ((io.StringIO(), ""), (Terminal(), "\r\x1b[K")):
        rest, looks = iter(counts), Looks(len(counts))
        dask_cluster.say_when_idle(workers, "tcp://here:1", stream, looks)
        assert stream.getvalue() == lines * (cleared + HOW)
        assert set(looks.waited) == {dask_cluster.IDLE_SECONDS}


def test_a_run_without_workers_says_how_to_start_one_and_goes_on_when_it_comes(
    tmp_path, reference, monkeypatch
):
    from distributed import LocalCluster

    for name in BLAS_THREADS:
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(dask_cluster, "IDLE_SECONDS", 0.02)

    class Console(io.StringIO):
        """Brings a worker as soon as the line asks for one."""

        def write(self, text):
            if "dask worker" in text:
                local.scale(1)
            return super().write(text)

    shown = Console()
    settings = {"processes": False, "n_workers": 0, "threads_per_worker": 1}
    with (
        own_scratch() as folder,
        LocalCluster(**settings, local_directory=folder, dashboard_address=FREE_PORT) as local,
    ):
        address = local.scheduler_address
        with cluster(address, TOY.run, stream=shown) as executor:
            run(TOY, tmp_path / "toy.npz", executor=executor)
    assert (tmp_path / "toy.npz").read_bytes() == reference
    first, second, *_ = shown.getvalue().splitlines()
    assert first == f"0 workers at {address}"
    assert second == f"no worker at {address}: the tasks wait for one, start it by `dask worker {address}`"


def test_where_there_is_no_cluster_one_sentence_says_so(tmp_path, monkeypatch, capsys):
    command = ["tests.tools.toy_experiment:TOY", "--out", str(tmp_path / "toy.npz"), "--scheduler"]
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 0.3)
    assert main([*command, "tcp://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err.endswith(": no Dask scheduler answers at 'tcp://127.0.0.1:1'\n")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main([*command, "tcp://127.0.0.1:1"]) == 2
    assert capsys.readouterr().err.endswith(': Dask is not installed; it comes with the extra "cluster"\n')
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    ["nonsense", "nonsense://here", "", "tcp://192.168.0.5", "tcp://:8786", "here:there", "here:99999"],
)
def test_what_is_no_address_is_refused_before_a_client_is_made(address, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("distributed.Client.__init__", lambda *_, **__: pytest.fail("a client was made"))
    assert main(["text-model", "--quick", "--out", str(tmp_path / "t.npz"), "--scheduler", address]) == 2
    told = f"address must be that of a Dask scheduler, such as tcp://192.168.0.5:8786, got {address!r}\n"
    assert capsys.readouterr().err.endswith(told)
    assert list(tmp_path.iterdir()) == []
