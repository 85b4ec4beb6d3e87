"""Time one task in one library, alone in this process: prints a line of JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.tasks import digest


def main(library: str, kind: str, name: str) -> None:
    """Run once to warm up, then for about a second, at least 3 and at most 500 times.

    ``library`` is a module of ours with a function ``make``, or "module:function".
    """
    module, _, maker = library.partition(":")
    call = getattr(import_module(f"benchmarks.{module}"), maker or "make")(kind, name)
    before = memory_now()
    begin = time.perf_counter()
    result = call()
    once = time.perf_counter() - begin
    times: list[tuple[float, float]] = []
    budget = 0.0
    while len(times) < 3 or (budget < 1.0 and len(times) < 500):
        if once > 60 and times:  # minutes each: one repetition is enough
            break
        begin, busy = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - begin, time.process_time() - busy))
        budget += times[-1][0]
    seconds, cpu = (statistics.median(column) for column in zip(*times, strict=True))
    report = {"seconds": seconds, "cpu": cpu, "memory": peak_memory() - before}
    print(json.dumps({**report, "runs": len(times), "digest": digest(result)}))


def memory_now() -> float:
    """Return this process's memory in MiB; where the system does not say, the most that it has had."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return peak_memory()
    import resource

    return int(status.read_text().split()[1]) * resource.getpagesize() / 2**20


def peak_memory() -> float:
    """Return the most memory that this process has had, in MiB; NaN where the system does not say."""
    if find_spec("resource") is None:
        return float("nan")
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main(*sys.argv[1:4])
