"""How a run would grow with workers, from the times that its tasks took."""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_utils.running.experiment import Experiment
from course_utils.running.order import predecessors
from course_utils.running.results import load_results
from course_utils.running.times import load_left_out, load_times
from course_utils.running.workers import Outcome, perform


@dataclass(frozen=True, eq=False)
class Estimate:
    """What the tasks of a run ask of processors and of the wire.

    Attributes
    ----------
    tasks : number of tasks of the run.
    seconds : (measured,) what each measured task took, in the order in which they are handed out.
    sent, returned : (measured,) bytes of each on the way to a worker, and of its result on the way back.
    after : (measured,) the place here of the task that each waits for, −1 for none.
    """

    tasks: int
    seconds: NDArray[np.float64]
    sent: NDArray[np.int64]
    returned: NDArray[np.int64]
    after: NDArray[np.intp]

    def makespan(self, workers: int) -> float:
        """Return the seconds until all measured tasks are done by so many equal ``workers``.

        Each takes the next task when it is free (list scheduling, Graham 1966), as the pool of processes and
        a Dask scheduler do; one that waits for another lines up when that one is done. It is never below the
        longest chain of tasks that wait for one another, and at most twice the least possible time.
        """
        if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
            raise ValueError(f"workers must be a whole number of at least 1, got {workers!r}")
        seconds = self.seconds.tolist()
        later: list[list[int]] = [[] for _ in seconds]
        queue: deque[int] = deque()
        for index, earlier in enumerate(self.after.tolist()):
            (queue if earlier < 0 else later[earlier]).append(index)
        running: list[tuple[float, int]] = []
        now, free = 0.0, workers
        while queue or running:
            while queue and free:
                index = queue.popleft()
                heappush(running, (now + seconds[index], index))
                free -= 1
            now, done = heappop(running)
            free += 1
            queue.extend(later[done])
        return now

    @property
    def longest_chain(self) -> float:
        """Seconds of the longest chain of tasks that wait for one another: no workers are quicker."""
        ends = self.seconds.copy()
        for index in range(len(ends)):
            earlier = self.after[index]
            while earlier >= 0:
                ends[index] += self.seconds[earlier]
                earlier = self.after[earlier]
        return float(ends.max())

    def speed_up(self, workers: int) -> float:
        """Return how many times faster than one worker so many are."""
        return self.makespan(1) / self.makespan(workers)


def estimate(experiment: Experiment, path: str | os.PathLike[str]) -> Estimate:
    """Return what is known of the tasks in result file ``path``, from the times noted beside it.

    Raises
    ------
    ValueError
        If there is no result file, it is of another experiment, or no time is noted.
    """
    place = Path(path)
    if not place.exists():
        raise ValueError(f"{place} does not exist: run the experiment first, the quick form or the full one")
    results = load_results(place)
    identity = results.identity
    if identity["experiment"] != experiment.name:
        raise ValueError(f"{place} must hold results of {experiment.name}, got {identity['experiment']}")
    times = load_times(place)
    measured = [index for index in results.rows if index in times]
    if not measured:
        raise ValueError(f"no times of tasks are noted beside {place}; a run writes them there")

    before, left_out = predecessors(results.tasks), load_left_out(place)
    place_of = {index: position for position, index in enumerate(measured)}

    def returned(index: int) -> int:
        return len(pickle.dumps(Outcome(row=results.rows[index]))) + left_out.get(index, 0)

    def sent(index: int) -> int:
        task = len(pickle.dumps((perform, experiment.run, results.tasks[index], identity["seed"], index)))
        earlier = before[index]
        return task if earlier is None else task + returned(earlier)

    return Estimate(
        tasks=len(results.tasks),
        seconds=np.array([times[index] for index in measured]),
        sent=np.array([sent(index) for index in measured]),
        returned=np.array([returned(index) for index in measured]),
        after=np.array(
            [-1 if (earlier := before[index]) is None else place_of.get(earlier, -1) for index in measured]
        ),
    )


def report(name: str, found: Estimate, workers: Sequence[int] = (1, 8, 64)) -> str:
    """Return a few lines for the reader: the work, the bytes, and the seconds of so many ``workers``."""
    moved = int(found.sent.sum() + found.returned.sum())
    chain = ""
    if (found.after >= 0).any():
        chain = f", the longest chain of those that wait for one another {found.longest_chain:,.4g} s"
    lines = [
        f"{name}: {len(found.seconds)} of {found.tasks} tasks measured, {found.makespan(1):,.4g} s of work, "
        f"the longest {found.seconds.max():,.4g} s{chain}",
        f"{found.sent.mean():,.0f} bytes go to a task and {found.returned.mean():,.0f} come back on average, "
        f"{moved:,} in all",
        f"{'workers':>8}{'seconds':>12}{'speed-up':>12}{'bytes a second':>18}",
    ]
    for number in workers:
        seconds = found.makespan(number)
        lines.append(f"{number:8,}{seconds:12,.4g}{found.speed_up(number):12.1f}{moved / seconds:18,.0f}")
    return "\n".join(lines)
