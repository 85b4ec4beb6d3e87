"""Running an experiment so that nothing is lost when it is interrupted, and nothing is done twice."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from pathlib import Path
from typing import Any, TextIO

from course_utils.running.experiment import Experiment
from course_utils.running.journal import Journal, check_same
from course_utils.running.lock import only_runner
from course_utils.running.order import NAME, predecessors
from course_utils.running.progress import Progress
from course_utils.running.results import Results, Row, load_results, without, write_results
from course_utils.running.times import load_times, write_times
from course_utils.running.workers import (
    Outcome,
    failure,
    perform,
    process_pool,
    taking_back,
    usable_processors,
)

MOST_PROCESSES = 61  # what Windows can wait for


def run(
    experiment: Experiment,
    out: str | os.PathLike[str],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    seed: int = 0,
    quick: bool = False,
    stream: TextIO | None = None,
) -> Results:
    """Run the tasks of ``experiment`` that ``out`` does not hold yet, and return all results.

    Every finished task is on the disk at once, in ``<out>.journal``; the same call resumes there after
    any interruption. At the end the journal becomes the file ``out``, whose bytes depend only on the
    experiment and the seed. Tasks that fail are noted in it, and so are those that wait for them; the others
    go on, and the next call tries them again. How long each task took is noted beside it, in
    ``<out>.times``, for `estimate`.

    Parameters
    ----------
    out : the result file, ending in ``.npz``; see `load_results`.
    executor : where to run the tasks, any ``concurrent.futures.Executor``; `cluster` gives one on a Dask
        cluster. It is not shut down. For equal bits its workers should compute with one BLAS thread. Default:
        a pool of processes with one thread each.
    workers : number of processes in the default pool. Default: one for each processor. They import the
        calling script: it must call ``run`` below ``if __name__ == "__main__":``.
    seed : task i draws from child i of ``numpy.random.SeedSequence(seed)``.
    quick : run the experiment's short form.
    stream : where to show progress, ``sys.stderr`` for instance. Default: nowhere.

    Raises
    ------
    ValueError
        If ``out`` does not end in ``.npz``, its folder is missing, or it holds results of another run;
        if both ``executor`` and ``workers`` are given; if worker processes cannot import the experiment.
    AlreadyRunningError
        If another runner is at work on ``out``.
    concurrent.futures.BrokenExecutor
        If a worker process of the default pool died, or a cluster was lost. What was finished is kept.
    """
    path = Path(out).resolve()
    if path.suffix != ".npz" or not path.parent.is_dir():
        raise ValueError(f"out must be a .npz file in a folder that exists, got {os.fspath(out)!r}")
    if workers is not None and executor is not None:
        raise ValueError(f"workers belongs to the default pool, got {workers!r} beside an executor")
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise ValueError(f"workers must be a whole number of at least 1, got {workers!r}")
    if executor is None:
        check_importable(experiment)
    identity = experiment.identity(seed, quick)
    with only_runner(path):
        before = load_results(path) if path.exists() else None
        if before is not None:
            check_same(path, before.identity, identity)
        with Journal(journal_of(path), identity) as journal:
            rows = {**(before.rows if before else {}), **journal.rows}
            todo = [index for index in range(len(identity["tasks"])) if index not in rows]
            progress = Progress(experiment.name, len(identity["tasks"]), len(rows), stream)
            errors = {}
            if todo:
                processes = min(workers or usable_processors(), len(todo), MOST_PROCESSES)
                pool = process_pool(processes) if executor is None else taking_back(executor)
                with pool as where, closing(outcomes(where, experiment, identity, todo, rows)) as finished:
                    for index, outcome in finished:
                        if outcome.row is not None:
                            journal.add(index, outcome.row, outcome.seconds)
                            rows[index] = outcome.row
                        else:
                            errors[index] = outcome.error
                            progress.say(f"task {index} failed: {outcome.trace or outcome.error}")
                        progress.advance(failed=outcome.row is None)
            if before is None or not before.complete:
                # Until every task has succeeded, one that is tried again may need what is handed on.
                left_out = () if errors else experiment.handed_on
                kept, dropped = without(left_out, rows)
                write_results(path, identity, kept, errors)
                write_times(path, {**(load_times(path) if before else {}), **journal.seconds}, dropped)
            journal.remove()
        return load_results(path)


def outcomes(
    executor: Executor,
    experiment: Experiment,
    identity: dict[str, Any],
    todo: list[int],
    rows: Mapping[int, Row],
) -> Generator[tuple[int, Outcome]]:
    """Yield the outcomes of tasks ``todo`` as they come; one that waits is handed in when its turn comes.

    ``rows`` are the results that are known already.
    """
    tasks, known = identity["tasks"], dict(rows)
    before = predecessors(tasks)
    futures: dict[Future[Outcome], int] = {}
    waiting: dict[int, list[int]] = {}

    def hand_in(index: int) -> None:
        earlier = before[index]
        given = () if earlier is None else (known[earlier],)
        future = executor.submit(perform, experiment.run, tasks[index], identity["seed"], index, *given)
        futures[future] = index

    for index in todo:
        earlier = before[index]
        if earlier is None or earlier in known:
            hand_in(index)
        else:
            waiting.setdefault(earlier, []).append(index)
    while futures:
        for future in sorted(wait(futures, return_when=FIRST_COMPLETED).done, key=futures.__getitem__):
            index = futures.pop(future)
            try:
                outcome = future.result()
            except BrokenExecutor:
                raise
            except Exception as error:
                outcome = failure(error)
            yield index, outcome
            if outcome.row is not None:
                known[index] = outcome.row
                for later in waiting.pop(index, []):
                    hand_in(later)
                continue
            failed = [index]
            while failed:
                earlier = failed.pop(0)
                for later in waiting.pop(earlier, []):
                    said = f"waits for task {earlier}, {tasks[earlier][NAME]!r}, which has no result"
                    yield later, Outcome(row=None, error=said)
                    failed.append(later)


def journal_of(path: Path) -> Path:
    """Return where the tasks are kept until the result file is written."""
    return path.with_name(path.name + ".journal")


def check_importable(experiment: Experiment) -> None:
    """Raise ValueError if a fresh process could not import the function that runs a task."""
    function = experiment.run
    typed_in = getattr(function, "__module__", "") == "__main__"
    try:
        pickle.dumps(function)
        importable = not typed_in or hasattr(sys.modules["__main__"], "__file__")
    except (pickle.PicklingError, AttributeError, TypeError):
        importable = False
    if not importable:
        raise ValueError(
            "experiment.run must be a function at the top level of a module that worker processes can "
            f"import, got {function!r}. In a notebook give executor=ThreadPoolExecutor()."
        )
