"""Tasks that wait for others: the same file whoever runs them, clear words for what cannot be."""

import dataclasses
import json
import signal
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

from course_utils.experiments.command import main
from course_utils.running import cluster, estimate, run
from course_utils.running.order import predecessors
from course_utils.running.workers import BLAS_THREADS
from tests.tools.dask_cluster import of_threads
from tests.tools.toy_experiment import CHAINED, TOY, in_journal, journal_of, logged, start, threads, wait_for


def test_who_waits_for_whom():
    assert predecessors(CHAINED.tasks(0, False)) == [2, None, 4, 4, None, None]
    assert predecessors(TOY.tasks(0, True)) == [None] * 6


def test_a_chain_of_thousands_is_followed_whatever_its_order():
    many = 3000
    places = np.random.default_rng(0).permutation(many)  # where the k-th of the chain stands
    tasks = [{} for _ in range(many)]
    for k, place in enumerate(places):
        tasks[place] = {"task": f"t{k}"} | ({"after": f"t{k - 1}"} if k else {})
    found = predecessors(tasks)
    assert found[places[0]] is None
    assert [found[place] for place in places[1:]] == list(places[:-1])
    # Closed, it is one circle, said from the first task on.
    tasks[places[0]]["after"] = f"t{many - 1}"
    with pytest.raises(ValueError, match="circle, got ") as raised:
        predecessors(tasks)
    said = str(raised.value).partition("got ")[2].split(" after ")
    first = int(np.flatnonzero(places == 0)[0])
    assert said == [f"'t{(first - step) % many}'" for step in range(many + 1)]
    # A tail of two on a circle of two: the tail is left out.
    with pytest.raises(ValueError, match=r"circle, got 'c' after 'd' after 'c'$"):
        predecessors([{"task": name, "after": after} for name, after in ("ab", "bc", "cd", "dc")])


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([{"after": "a"}], r"after must name a task \(none has a name\), got 'a' in task 0"),
        ([{"task": "a"}, {"after": "b"}], r"after must name a task \('a'\), got 'b' in task 1"),
        ([{"task": "a"}, {"after": None}], r"after must name a task \('a'\), got None in task 1"),
        ([{"task": "a"}, {"after": ["a"]}], r"got \['a'\] in task 1"),
        ([{"task": "a"}, {"task": "a"}], "got two that are called 'a'"),
        ([{"task": 1}], "task must be a name, got 1 in task 0"),
        ([{"task": "a", "after": "a"}], "circle, got 'a' after 'a'"),
        (
            [{"after": "a"}, {"task": "a", "after": "b"}, {"task": "b", "after": "a"}],
            "circle, got 'a' after 'b' after 'a'",
        ),
    ],
)
def test_what_cannot_be_waited_for_is_said_before_anything_runs(tmp_path, capsys, tasks, message):
    with pytest.raises(ValueError, match=message):
        predecessors(tasks)
    wrong = dataclasses.replace(CHAINED, tasks=lambda seed, quick: tasks)
    with threads() as executor, pytest.raises(ValueError, match=message):
        run(wrong, tmp_path / "wrong.npz", executor=executor)
    assert list(tmp_path.iterdir()) == []


def test_handed_on_is_a_tuple_of_names():
    with pytest.raises(ValueError, match="handed_on must be a tuple of names, got the string 'long'"):
        dataclasses.replace(CHAINED, handed_on="long")


class Serial(Executor):
    """Runs a task when it is handed in."""

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        future.set_result(function(*args, **kwargs))
        return future


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Return the bytes that a serial run writes."""
    out = tmp_path_factory.mktemp("chained") / "chained.npz"
    run(CHAINED, out, executor=Serial())
    return out.read_bytes()


def test_results_go_along_the_chain_and_what_is_only_handed_on_is_left_out(tmp_path, reference):
    (tmp_path / "chained.npz").write_bytes(reference)
    results = run(CHAINED, tmp_path / "chained.npz", executor=Serial())
    draws = [
        np.random.default_rng(np.random.SeedSequence(0, spawn_key=(i,))).standard_normal() for i in range(6)
    ]
    totals = [draws[4] + draws[2] + draws[0], draws[1], draws[4] + draws[2], draws[4] + draws[3], *draws[4:]]
    np.testing.assert_allclose(results.column("total"), totals, rtol=1e-15)
    assert results.names == ["total"]
    assert results.complete


@pytest.mark.parametrize("where", ["threads", "one thread", "processes", "Dask"])
def test_the_file_is_the_same_whoever_runs_the_tasks(tmp_path, monkeypatch, reference, where):
    out = tmp_path / "chained.npz"
    if where == "processes":
        run(CHAINED, out, workers=2)
    elif where == "Dask":
        for name in BLAS_THREADS:
            monkeypatch.setenv(name, "1")
        with of_threads() as client, cluster(client.scheduler.address, CHAINED.run) as executor:
            run(CHAINED, out, executor=executor)
    else:
        with threads() if where == "threads" else ThreadPoolExecutor(1) as executor:
            run(CHAINED, out, executor=executor)
    assert out.read_bytes() == reference


def test_a_killed_run_goes_on_with_the_stored_result(tmp_path, monkeypatch, reference):
    out, log = tmp_path / "chained.npz", tmp_path / "log"
    with monkeypatch.context() as patch:
        process = start("CHAINED", out, "--workers", "1", TOY_LOG=str(log))
        try:
            wait_for(lambda: 4 in in_journal(out) or process.poll() is not None)
            process.send_signal(signal.SIGKILL)
        finally:
            process.communicate()
        done = in_journal(out)
        assert out.exists() or 4 in done
        patch.setenv("TOY_LOG", str(tmp_path / "second log"))
        run(CHAINED, out, executor=Serial())
        if done:
            assert {task for _, task in logged(tmp_path / "second log")} == set(range(6)) - done
    assert out.read_bytes() == reference
    assert not journal_of(out).exists()


@pytest.mark.parametrize(
    ("fails", "lost", "said"),
    [
        (2, {2, 0}, "waits for task 2, 'left', which has no result"),
        (0, {0}, "ArithmeticError: number 0 does not work"),
        (4, {0, 2, 3, 4}, "waits for task 2, 'left', which has no result"),
    ],
)
def test_tasks_that_wait_for_a_failed_one_are_noted_and_tried_again(
    tmp_path, monkeypatch, reference, fails, lost, said
):
    out = tmp_path / "chained.npz"
    monkeypatch.setenv("TOY_FAILS", str(fails))
    with threads() as executor:
        results = run(CHAINED, out, executor=executor)
        assert set(results.errors) == lost
        assert results.errors[0] == said
        monkeypatch.setenv("TOY_FAILS", "")
        monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))
        run(CHAINED, out, executor=executor)
    assert {task for _, task in logged(tmp_path / "log")} == lost
    assert out.read_bytes() == reference


def test_the_estimate_knows_chains_and_what_was_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with threads() as executor:
        run(CHAINED, "chained.npz", executor=executor)
    noted = json.loads((tmp_path / "chained.npz.times").read_text())
    assert noted["left out"] == {str(index): 8000 for index in range(6)}
    seconds = {str(index): 1.0 + index for index in range(6)}
    (tmp_path / "chained.npz.times").write_text(json.dumps({**seconds, "left out": noted["left out"]}))
    found = estimate(CHAINED, "chained.npz")
    assert found.after.tolist() == [2, -1, 4, 4, -1, -1]
    assert found.longest_chain == 1 + 3 + 5
    assert found.makespan(1) == 21
    # 2 | 5 of the trunk; 6 from 2 to 8; at 5 left until 8, then the other branch until 12, leaf until 9.
    assert found.makespan(2) == 12
    assert found.makespan(64) == 9
    assert (found.returned > 8000).all()
    assert (found.sent[[0, 2, 3]] > 8000).all()
    assert (found.sent[[1, 4, 5]] < 1000).all()
    assert main(["tests.tools.toy_experiment:CHAINED", "--estimate"]) == 0
    shown = capsys.readouterr().out
    assert "21 s of work, the longest 6 s, the longest chain of those that wait for one another 9 s" in shown
