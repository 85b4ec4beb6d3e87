"""`make bench`: time the course's engine beside jax, torch and SciPy, and write RESULTS.md.

    python -m benchmarks [--quick] [--no-file]

``--quick`` leaves out the largest networks; ``--no-file`` prints the tables only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tasks import KINDS, NETWORKS, SCIPY_STARTS, STARTS, STEPS

RESULTS = Path(__file__).with_name("RESULTS.md")
RIVALS = {"jax": "with_jax", "torch": "with_torch"}
AGREEMENT = 1e-8  # relative; on other work a ratio would mean nothing
ROUNDS = 3


def timed(libraries: list[str], kind: str, name: str) -> list[dict[str, Any]]:
    """Run one task in turn in every library, ROUNDS times, and return each one's quickest report.

    What else the machine does only ever adds time, and it changes from minute to minute: taking turns
    exposes all libraries to the same minutes.
    """
    reports: list[list[dict[str, Any]]] = [[] for _ in libraries]
    for _ in range(ROUNDS):
        for library, found in zip(libraries, reports, strict=True):
            found.append(_run(library, kind, name))
    return [min(found, key=lambda report: report["seconds"]) for found in reports]


def _run(library: str, kind: str, name: str) -> dict[str, Any]:
    """Run one task in a process of its own and return its report."""
    command = [sys.executable, "-m", "benchmarks.worker", library, kind, name]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def starts_table() -> list[str]:
    """Compare `minimize` on all starts with a loop over SciPy on some of them, per start."""

    def start_row(who: str, starts: int, report: dict[str, Any]) -> str:
        seconds = report["seconds"]
        per_start = f"{1e6 * seconds / starts:.1f}"
        return f"| {who} | {starts:,} | {seconds:.2f} | {per_start} | {report['digest'][1]:.1e} |"

    ours, theirs = timed(["ours", "with_scipy"], "minimise", "")
    mine, loop = ours["seconds"] / STARTS, theirs["seconds"] / SCIPY_STARTS
    return [
        "## Many starts",
        "",
        f"Rosenbrock's function: `minimize` with momentum, {STARTS:,} starts × {STEPS} steps in one",
        f"call, against a loop over `scipy.optimize.minimize` (BFGS, exact gradient, at most {STEPS}",
        f"iterations) on {SCIPY_STARTS} of the same starts. The methods differ: BFGS stops when it has",
        "converged, momentum makes all its steps; the last column is where half of the starts have got.",
        "",
        "| | starts | seconds | µs a start | median value at the end |",
        "|---|---|---|---|---|",
        start_row("ours", STARTS, ours),
        start_row("SciPy loop", SCIPY_STARTS, theirs),
        "",
        f"Ratio per start: **{loop / mine:.0f}×**",
        "",
    ]


def derivative_rows(kind: str, networks: list[str], rivals: list[str]) -> list[str]:
    """Return the table of one kind of derivative: ours, and for every rival its time and the ratio."""
    head = "".join(f" {rival} ms | {rival} / ours |" for rival in rivals)
    rows = [f"### {kind}", "", f"| parameters | ours ms |{head}", "|---|---|" + "---|---|" * len(rivals)]
    for name in networks:
        ours, *others = timed(["ours", *(RIVALS[rival] for rival in rivals)], kind, name)
        row = f"| {name} | {1e3 * ours['seconds']:.2f} |"
        for rival, theirs in zip(rivals, others, strict=True):
            if not np.allclose(ours["digest"], theirs["digest"], rtol=AGREEMENT):
                raise SystemExit(
                    f"{rival} and ours differ on {kind}, {name}: {theirs['digest']}, {ours['digest']}"
                )
            row += f" {1e3 * theirs['seconds']:.2f} | {theirs['seconds'] / ours['seconds']:.1f}× |"
        rows.append(row)
        print(row, flush=True)
    return [*rows, ""]


def main() -> None:
    """Run everything and write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the largest networks")
    parser.add_argument("--no-file", action="store_true", help="do not write RESULTS.md")
    options = parser.parse_args()
    rivals = [rival for rival in RIVALS if find_spec(rival)]
    for rival in RIVALS.keys() - set(rivals):
        print(f"{rival} is not installed and left out: `make bench` installs it")
    networks = [name for name in NETWORKS if not (options.quick and name.startswith("3,340"))]
    packages = ["numpy", "scipy", *rivals]
    lines = [
        "# Timings",
        "",
        "Written by `make bench`. float64, every library alone in its process, the same arrays, in turns;",
        f"the median of up to 500 runs, in the quickest of {ROUNDS} processes. Results agree to",
        f"{AGREEMENT:.0e} (relative). jax is compiled before the clock starts. No test depends on a timing.",
        "",
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {metadata.version(name)}" for name in packages)
        + f"; {platform.machine()}, {os.cpu_count()} cores.",
        "",
    ]
    lines += starts_table()
    print("\n".join(lines), flush=True)
    lines += [
        "## Derivatives of networks",
        "",
        "Softmax cross-entropy of tanh networks on 1,000 examples.",
        "",
    ]
    for kind in KINDS:
        print(kind, flush=True)
        lines += derivative_rows(kind, networks, rivals)
    if not options.no_file:
        RESULTS.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        print(f"written to {RESULTS.name}")


if __name__ == "__main__":
    main()
