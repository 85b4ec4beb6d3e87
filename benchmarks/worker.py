"""Time one task in one library, alone in this process: prints a line of JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from importlib import import_module

from benchmarks.tasks import digest


def main(library: str, kind: str, name: str) -> None:
    """Run once to warm up, then for about a second, at least 3 and at most 500 times."""
    call = import_module(f"benchmarks.{library}").make(kind, name)
    begin = time.perf_counter()
    result = call()
    once = time.perf_counter() - begin
    times = []
    budget = 0.0
    while len(times) < 3 or (budget < 1.0 and len(times) < 500):
        if once > 60 and times:  # minutes each: one repetition is enough
            break
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
        budget += times[-1]
    print(json.dumps({"seconds": statistics.median(times), "runs": len(times), "digest": digest(result)}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
