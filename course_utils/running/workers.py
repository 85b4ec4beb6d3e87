"""Where tasks are run: what a worker does, and the pool of processes that is the default."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.running.results import Row, as_row

BLAS_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True)
class Outcome:
    """What became of one task: a row and the seconds it took, or an error and where it was raised."""

    row: Row | None
    seconds: float = 0.0
    error: str = ""
    trace: str = ""


def failure(error: BaseException) -> Outcome:
    """Return the outcome of a task that raised ``error``."""
    summary = "".join(traceback.format_exception_only(error)).strip()
    return Outcome(row=None, error=summary, trace="".join(traceback.format_exception(error)))


def perform(
    run: Callable[..., Mapping[str, Any]],
    parameters: dict[str, Any],
    seed: int,
    index: int,
    earlier: Row | None = None,
) -> Outcome:
    """Run task ``index`` with its own random numbers: child ``index`` of ``SeedSequence(seed)``.

    ``earlier`` is the result of the task that it has waited for, if any. Errors come back as text: an
    exception need not survive the way between processes.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index,)))
    given = () if earlier is None else ({name: read_only(array) for name, array in earlier.items()},)
    begin = time.perf_counter()
    try:
        row = as_row(run(parameters, rng, *given))
        return Outcome(row=row, seconds=time.perf_counter() - begin)
    except Exception as error:
        return failure(error)


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view that cannot be written to: other tasks are given the same numbers."""
    view = array.view()
    view.setflags(write=False)
    return view


def usable_processors() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def leave_with_parent(stop: Connection) -> None:
    """Prepare a worker: Ctrl-C is the parent's to handle, and a worker does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        try:
            stop.recv()
        except (EOFError, OSError):  # closed by the parent, or by the system when the parent died
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let processes started meanwhile compute with one thread each.

    The workers already fill the processors, and rounding depends on the number of threads: with one
    the results are the same bits on any number of workers.
    """
    before = {name: os.environ.get(name) for name in BLAS_THREADS}
    os.environ.update(dict.fromkeys(BLAS_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Let processes started meanwhile not hear Ctrl-C, from their first instruction on.

    A terminal sends it to all of them. One that is still importing would print a traceback of its own. A
    signal that comes meanwhile is held back and reaches this process afterwards. Windows has no such mask.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class QuietPool(ProcessPoolExecutor):
    """A pool whose processes leave Ctrl-C to their parent; they are started as tasks are handed in."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand in a task."""
        with deaf_to_interrupts():
            return super().submit(function, *args, **kwargs)


class Handed(Executor):
    """Another's executor, remembering what was handed to it."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self.futures: list[Future[Any]] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand in a task."""
        future = self._executor.submit(function, *args, **kwargs)
        self.futures.append(future)
        return future


@contextmanager
def taking_back(executor: Executor) -> Iterator[Executor]:
    """Give another's executor, and take back at the end what it has not begun; it is left running."""
    handed = Handed(executor)
    try:
        yield handed
    except BrokenExecutor:  # it fails all its tasks itself, and must not find them cancelled
        handed.futures.clear()
        raise
    finally:
        for future in handed.futures:
            future.cancel()


@contextmanager
def process_pool(workers: int) -> Iterator[Executor]:
    """Give a pool of fresh processes, which are gone at the end even in the middle of a task.

    No task of it is ever cancelled singly: when its processes die, the pool's own thread fails every task
    that is left, and on Python 3.11 it prints a traceback where it finds a cancelled one.
    """
    context = multiprocessing.get_context("spawn")  # the same everywhere, and no copies of threads
    stop, held = context.Pipe(duplex=False)
    with one_blas_thread():
        pool = QuietPool(workers, mp_context=context, initializer=leave_with_parent, initargs=(stop,))
        try:
            yield pool
        except BaseException:
            held.close()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            held.close()
            stop.close()
