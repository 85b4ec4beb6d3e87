"""Tasks on a Dask cluster: a scheduler that hands them to workers, on this machine or on many."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from typing import Any, TextIO

from course_utils.running.fitness import UnfitWorkerError, check_fit, needed_for

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 5.0  # without a worker until it is said, and between looks for one
# With a task, before Dask warns: the scheduler holds it, and no worker's death loses it.
MOST_HANDED_ON = "1 GB"


class NoClusterError(RuntimeError):
    """No cluster can be used: Dask is not installed, or no scheduler answers."""


class SchedulerLostError(BrokenExecutor):
    """The connection to the scheduler broke while tasks were waiting for it."""


class OnCluster(Executor):
    """Hands tasks to a Dask scheduler, which runs them again elsewhere if their worker dies.

    Unlike Dask's own executor it fails what is waiting when the scheduler is lost, even in the middle of
    fetching a result, and lets no worker run a task that would compute something else.
    """

    def __init__(self, client: Any, wanted: Mapping[str, str]) -> None:
        self._client, self._wanted = client, wanted

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand in a task."""
        here: Future[Any] = Future()
        try:
            there = self._client.submit(on_worker, self._wanted, function, *args, pure=False, **kwargs)
        except Exception as error:
            raise SchedulerLostError("the connection to the scheduler is lost") from error
        self._client.loop.add_callback(self._fetch, there, here)
        return here

    async def _fetch(self, there: Any, here: Future[Any]) -> None:
        """Wait for a result, in the client's own thread: no other could be left waiting when it ends."""
        try:
            result, error = await there.result(), None
        except Exception as raised:
            result, error = None, self._verdict(raised)
        if not here.set_running_or_notify_cancel():
            return
        if error is None:
            here.set_result(result)
        else:
            here.set_exception(error)

    def _verdict(self, error: Exception) -> Exception:
        """Return what an error means that is not the task's own: those come back in its outcome."""
        from distributed import KilledWorker

        if isinstance(error, KilledWorker | BrokenExecutor):
            return error
        if isinstance(error, CancelledError | OSError) or self._client.status != "running":
            return SchedulerLostError("the connection to the scheduler is lost")
        last = str(error).strip().splitlines()[:1]
        return UnfitWorkerError(
            f"the cluster cannot run the tasks ({': '.join([type(error).__name__, *last])}); its scheduler "
            "and workers need the same installation as this one"
        )


def on_worker(wanted: Mapping[str, str], function: Callable[..., Any], *args: Any) -> Any:
    """Run ``function`` where a worker is fit for it: equal installation, one BLAS thread."""
    check_fit(wanted, worker_address())
    return function(*args)


def worker_address() -> str:
    """Return the address of the worker that runs this."""
    from distributed import get_worker

    return str(get_worker().address)


@contextmanager
def cluster(address: str, run: Callable[..., Any], *, stream: TextIO | None = None) -> Iterator[Executor]:
    """Give an executor on the Dask cluster whose scheduler listens at ``address``.

    What has been handed in and not finished is given up at the end.

    Parameters
    ----------
    address : of the scheduler, for example ``"tcp://192.168.0.5:8786"``.
    run : the function that runs a task, `Experiment.run`: workers must have its code, as they must have
        this package, the same Python and the same libraries.
    stream : where to say how many workers there are, and how to start one if there is none after some
        seconds: the tasks wait until one comes. Default: nowhere.

    Raises
    ------
    ValueError
        If ``address`` is not the address of a scheduler.
    NoClusterError
        If Dask is not installed, or no scheduler answers at ``address`` within ten seconds.
    SchedulerLostError
        From whatever waits for a task, if the connection breaks.
    UnfitWorkerError
        From whatever waits for a task, if a worker has another installation or computes with several threads.
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise NoClusterError('Dask is not installed; it comes with the extra "cluster"') from error
    _check_address(address)
    with (
        _silenced(),
        dask.config.set(
            {
                "distributed.comm.timeouts.connect": CONNECT_SECONDS,
                "distributed.admin.large-graph-warning-threshold": MOST_HANDED_ON,
            }
        ),
    ):
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise NoClusterError(f"no Dask scheduler answers at {address!r}") from error
        ended = threading.Event()
        try:
            if stream is not None:
                workers = len(client.nthreads())
                print(f"{workers} worker{'s' * (workers != 1)} at {address}", file=stream, flush=True)
                look = (lambda: len(client.nthreads()), address, stream, ended)
                threading.Thread(target=say_when_idle, args=look, daemon=True).start()
            yield OnCluster(client, needed_for(run))
        finally:
            ended.set()
            with contextlib.suppress(Exception):  # of a scheduler that is gone
                client.close(timeout=CONNECT_SECONDS)


def _check_address(address: str) -> None:
    """Refuse what cannot be an address: Dask's client would find out, and then wait for itself to close."""
    from distributed.comm.addressing import get_address_host_port, parse_address

    try:
        if parse_address(address)[0] == "inproc":  # in this process: no host, no port
            return
        host, port = get_address_host_port(address)
        fits = bool(host) and 0 < port < 2**16
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"address must be that of a Dask scheduler, such as tcp://192.168.0.5:8786, got {address!r}"
        )


def say_when_idle(workers: Callable[[], int], address: str, stream: TextIO, ended: threading.Event) -> None:
    """Say on ``stream`` that no worker is there, once for each time that there is none, until ``ended``.

    ``workers`` tells how many there are. A look every `IDLE_SECONDS` gives those that are just being started
    the time to come.
    """
    said = False
    while not ended.wait(IDLE_SECONDS):
        try:
            idle = workers() == 0
        except (Exception, asyncio.CancelledError):
            return  # the scheduler is gone, which whoever waits for a task is told
        if idle and not said and not ended.is_set():
            line = f"no worker at {address}: the tasks wait for one, start it by `dask worker {address}`"
            print(("\r\x1b[K" if stream.isatty() else "") + line, file=stream, flush=True)
        said = idle


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep from the console what Dask and Tornado log of a scheduler that is lost: ours is one sentence."""
    logs = [logging.getLogger(name) for name in ("distributed", "distributed.client", "tornado.application")]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)
