"""A Dask cluster of this machine in a process of its own, so that a test may end its parts by their ids."""

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tests.tools import ROOT

FREE_PORT = "127.0.0.1:0"


@contextmanager
def own_scratch() -> Iterator[str]:
    """Give Dask's workers a folder that no other cluster of this machine puts in order meanwhile.

    Dask warns where making one takes a second, as it may on a busy machine: no matter of the test's.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Creating scratch directories")
        yield folder


def serve() -> None:
    """Start a scheduler and two workers on the loopback, print the address, wait for the end of input."""
    import dask
    from distributed import Client, LocalCluster

    # Else a task that may run could be taken to a worker where by then one waits that may not.
    dask.config.set({"distributed.scheduler.work-stealing": False})
    settings = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1"}
    with LocalCluster(**settings, dashboard_address=FREE_PORT) as local, Client(local) as client:
        client.wait_for_workers(2)
        print(json.dumps(local.scheduler_address), flush=True)
        sys.stdin.read()


@contextmanager
def of_threads():
    """Give a client of a cluster within this process; its dashboard alone, always there, has a port."""
    from distributed import Client

    settings = {"processes": False, "n_workers": 1, "threads_per_worker": 4, "set_as_default": False}
    with (
        own_scratch() as folder,
        Client(**settings, local_directory=folder, dashboard_address=FREE_PORT) as client,
    ):
        yield client


@contextmanager
def two_workers(environment):
    """Give the process that holds a scheduler (its workers are processes of their own) and its address."""
    with own_scratch() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.tools.dask_cluster"],
            cwd=ROOT,
            env={**environment, "DASK_TEMPORARY_DIRECTORY": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()
            process.communicate()


if __name__ == "__main__":
    serve()
