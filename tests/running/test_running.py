"""Interrupted anywhere, a run gives the same file."""

import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from course_utils.experiments.command import main
from course_utils.running import AlreadyRunningError, run
from course_utils.running import runner as runner_room
from course_utils.running.journal import Journal
from course_utils.running.lock import only_runner
from course_utils.running.results import as_row
from tests.tools import ROOT, toy_experiment
from tests.tools.toy_experiment import DEADLY, TOY, in_journal, journal_of, logged, threads, wait_for
from tests.tools.toy_experiment import start as start_where


def start(name, out, *options, **environment):
    """Start a runner with two processes of its own."""
    return start_where(name, out, "--workers", "2", *options, **environment)


def wait_for_tasks(out, process, number):
    wait_for(lambda: len(in_journal(out)) >= number or process.poll() is not None)


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
    assert sorted(path.name for path in tmp_path.glob("toy*")) == ["toy.npz", "toy.npz.times"]


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
            journal.add(index, as_row(toy_experiment.walk(TOY.tasks(0, False)[index], rng)), 0.25)
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
@pytest.mark.parametrize("times", [1, 4], ids=["once", "four times"])
@pytest.mark.parametrize("moment", ["workers are starting", "tasks are running"])
def test_ctrl_c_ends_cleanly_and_says_how_to_resume(tmp_path, moment, times):
    out, log = tmp_path / "slow.npz", tmp_path / "log"
    running = moment == "tasks are running"
    process = start("SLOW", out, "--quick", TOY_LOG=str(log))
    try:
        if running:
            wait_for(lambda: in_journal(out) == {0} and len(logged(log)) >= 3)
        else:
            wait_for(journal_of(out).exists)
        for _ in range(times):  # whoever is impatient presses it again while all is wound down
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers too
            time.sleep(0.03)
        _, errors = process.communicate(timeout=60)  # and not when the tasks of a minute have ended
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert errors.endswith("\ninterrupted; finished tasks are kept, run the same command to resume\n")
    assert "Traceback" not in errors
    assert "Exception" not in errors
    assert "Error" not in errors
    if running:
        assert in_journal(out) == {0}
    assert not out.with_name(out.name + ".lock").exists()
    wait_until_gone({pid for pid, _ in logged(log)})


INTERRUPTED_IMPORT = """
import os, signal, sys
from course_utils.experiments import __main__ as command

class CtrlC:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, CtrlC())
sys.argv = ["experiments", "--list"]
sys.exit(command.begin())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a console is needed to send Ctrl-C there")
def test_ctrl_c_while_all_is_imported_is_one_sentence_too():
    command = [sys.executable, "-c", INTERRUPTED_IMPORT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "\ninterrupted; finished tasks are kept, run the same command to resume\n"


UNHEARD = """
import os, signal, sys, time, weakref
from course_utils.experiments.__main__ import interrupt_once

class Thing:
    def __del__(self):
        if sys.argv[1] == "__del__":
            os.kill(os.getpid(), signal.SIGINT)

interrupt_once()
thing = Thing()
if sys.argv[1] == "weakref":
    callback = weakref.ref(thing, lambda reference: os.kill(os.getpid(), signal.SIGINT))
try:
    del thing
    time.sleep(20)
except KeyboardInterrupt:
    print("heard")
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no timer to raise it again")
@pytest.mark.parametrize("place", ["weakref", "__del__"])
def test_ctrl_c_where_python_hears_no_exception_is_heard_soon(place):
    command = [sys.executable, "-c", UNHEARD, place]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "heard\n", "")


STUCK = """
import os, signal, time
from course_utils.experiments import __main__ as command

command.PATIENCE = 0.2
command.interrupt_once()
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(20)
finally:
    time.sleep(20)  # what is wound down without an end
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no timer to end it")
def test_winding_down_that_does_not_end_is_ended_with_the_same_sentence():
    done = subprocess.run([sys.executable, "-c", STUCK], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "\ninterrupted; finished tasks are kept, run the same command to resume\n"
