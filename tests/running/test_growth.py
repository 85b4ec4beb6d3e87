"""How a run would grow, against schedules worked out by hand and a run's own times."""

import json
import pickle

import numpy as np
import pytest

from course_utils.experiments.command import main
from course_utils.running import Estimate, estimate, run
from course_utils.running.growth import report
from tests.tools.toy_experiment import FLAKY, TOY, threads


def of(seconds, after=None):
    count = len(seconds)
    waits = np.full(count, -1) if after is None else np.array(after)
    return Estimate(count, np.array(seconds, dtype=float), np.full(count, 100), np.full(count, 400), waits)


@pytest.mark.parametrize(
    ("seconds", "workers", "makespan"),
    [
        ([3, 1, 1, 1, 2], 1, 8),
        ([3, 1, 1, 1, 2], 2, 5),  # 3 | 1 1 1, and the 2 to whoever is free: both at 3
        ([1, 1, 1, 1, 4], 4, 5),  # the longest comes last: worse than the best order, 4
        ([4, 1, 1, 1, 1], 4, 4),
        ([2, 5], 64, 5),
        ([7], 8, 7),
    ],
)
def test_each_free_worker_takes_the_next_task(seconds, workers, makespan):
    found = of(seconds)
    assert found.makespan(workers) == makespan
    assert found.speed_up(workers) == sum(seconds) / makespan
    for bad in (0, 1.5, True):
        with pytest.raises(ValueError, match="workers must be a whole number of at least 1"):
            found.makespan(bad)


def test_no_number_of_workers_is_quicker_than_the_longest_chain():
    chain = of([1, 2, 3, 4], after=[-1, 0, 1, -1])
    assert [chain.makespan(workers) for workers in (1, 2, 64)] == [10, 6, 6]
    assert chain.longest_chain == 6
    fan = of([2, 1, 1, 1, 1], after=[-1, 0, 0, 0, 0])
    assert [fan.makespan(workers) for workers in (1, 2, 4, 64)] == [6, 4, 3, 3]
    assert fan.longest_chain == 3
    assert of([3, 1, 1, 1, 2]).longest_chain == 3


def test_the_report_counts_work_and_bytes():
    lines = report("toy", of([3.0, 1.0, 1.0, 1.0, 2.0])).splitlines()
    assert lines[0] == "toy: 5 of 5 tasks measured, 8 s of work, the longest 3 s"
    assert lines[1] == "100 bytes go to a task and 400 come back on average, 2,500 in all"
    assert [line.split() for line in lines[3:]] == [
        ["1", "8", "1.0", "312"],
        ["8", "3", "2.7", "833"],
        ["64", "3", "2.7", "833"],
    ]


def test_times_are_those_of_the_tasks_and_survive_a_failed_first_try(tmp_path, monkeypatch):
    out = tmp_path / "flaky.npz"
    monkeypatch.setenv("TOY_FAILS", "1")
    with threads() as executor:
        run(FLAKY, out, executor=executor)
        first = estimate(FLAKY, out)
        monkeypatch.delenv("TOY_FAILS")
        run(FLAKY, out, executor=executor)
    whole = estimate(FLAKY, out)
    assert (first.tasks, len(first.seconds), len(whole.seconds)) == (40, 38, 40)
    np.testing.assert_array_equal(np.delete(whole.seconds, [1, 4]), first.seconds)
    slept = [
        np.random.default_rng(np.random.SeedSequence(0, spawn_key=(i,))).uniform(0.002, 0.02)
        for i in range(40)
    ]
    assert (whole.seconds >= slept).all()
    # What a result weighs: its numbers at least, and not more than ten times that.
    numbers = sum(array.nbytes for array in run(FLAKY, out).rows[3].values())
    assert numbers < whole.returned[3] < 3000
    assert len(pickle.dumps(FLAKY.tasks(0, False)[3])) < whole.sent[3] < 1000


def test_the_command_tells_it_without_running_anything(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["tests.tools.toy_experiment:TOY", "--estimate", "--quick"]
    assert main(command) == 2
    assert "toy-quick.npz does not exist: run the experiment first" in capsys.readouterr().err
    with threads() as executor:
        run(TOY, "toy-quick.npz", executor=executor, quick=True)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("toy: 6 of 6 tasks measured, ")
    assert shown == report("toy", estimate(TOY, "toy-quick.npz")) + "\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert main(["tests.tools.toy_experiment:FLAKY", "--estimate", "--out", "toy-quick.npz"]) == 2
    assert "must hold results of flaky, got toy" in capsys.readouterr().err
    for text, message in [("[1]", "does not hold the times of a run"), (json.dumps({}), "no times of tasks")]:
        (tmp_path / "toy-quick.npz.times").write_text(text)
        assert main(command) == 2
        assert message in capsys.readouterr().err
