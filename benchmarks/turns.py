"""One task in several libraries by turns, each in a process of its own, and what else the machine did."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROUNDS = 3
# A second round of each library must come this near to its quickest: what else the machine does only adds
# time, and two rounds that agree were hardly both slowed down alike. And at most this many processes more
# than there are cores may wait.
SPREAD = 0.3
EXTRA_LOAD = 1.0


@dataclass(frozen=True)
class Row:
    """What one task took.

    Attributes
    ----------
    reports : of each library, that of its quickest round: ``seconds`` and processor seconds ``cpu``, medians
        of ``runs``; the ``memory`` that they needed at most, in MiB; and the ``digest``; or ``error``.
    disturbed : why these figures are not to be kept; empty on an idle machine.
    """

    reports: list[dict[str, Any]]
    disturbed: str


def timed(libraries: list[str], kind: str, name: str) -> Row:
    """Run one task in turn in every library, ROUNDS times.

    What else the machine does only ever adds time, and it changes from minute to minute: taking turns
    exposes all libraries to the same minutes.
    """
    rounds: list[list[dict[str, Any]]] = [[] for _ in libraries]
    loads = []
    for turn in range(ROUNDS):
        for library, found in zip(libraries, rounds, strict=True):
            if turn == 0 or "error" not in found[0]:
                found.append(reported("worker", library, kind, name))
                loads.append(load())
    quickest = [min(found, key=lambda report: report.get("seconds", 0.0)) for found in rounds]
    return Row(
        quickest, disturbance(max(loads), [[r["seconds"] for r in f if "seconds" in r] for f in rounds])
    )


def load() -> float:
    """Return how many processes ran or waited in the last minute; 0 where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def disturbance(highest_load: float, seconds: list[list[float]]) -> str:
    """Say what shows that other work ran beside these rounds of each library; nothing if none did."""
    allowed = (os.cpu_count() or 1) + EXTRA_LOAD
    if highest_load > allowed:
        return f"load average {highest_load:.1f} on {os.cpu_count()} cores"
    two = (sorted(found)[:2] for found in seconds if found)
    spread = max((quickest[-1] / quickest[0] - 1 for quickest in two), default=0.0)
    return f"the two quickest rounds differ by {spread:.0%}" if spread > SPREAD else ""


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Keep every library on so many threads in processes that start meanwhile; jax takes one or all."""
    before = dict(os.environ)
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    os.environ.update(dict.fromkeys(names, str(count)))
    if count == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def reported(module: str, *arguments: str) -> dict[str, Any]:
    """Run one of our modules in a process of its own and return the JSON that it prints last."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "Error" in line] or ["no message"]
        return {"error": lines[-1]}
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report
