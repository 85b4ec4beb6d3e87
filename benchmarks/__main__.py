"""`make bench`: time the course's engine beside other libraries, and write RESULTS.md.

    python -m benchmarks [--quick] [--no-file] [--one-thread] [--only CHAPTER]

``--quick`` leaves out the large networks; ``--no-file`` prints the tables only; ``--one-thread`` keeps every
library on one thread; ``--only`` makes one chapter and prints it.
"""

from __future__ import annotations

import argparse
import os
import platform
from contextlib import nullcontext
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from benchmarks.at_scale import chapter
from benchmarks.tasks import AUTODIFF, LANCZOS_STEPS, LARGE, MORE, SCIPY_STARTS, SPECTRA, STARTS, STEPS, agree
from benchmarks.turns import ROUNDS, Row, load, threads, timed
from course_utils.console import show_every_sign

RESULTS = Path(__file__).with_name("RESULTS.md")
CHAPTERS = ("starts", "derivatives", "spectra", "autoencoder")
# module → our file that calls it, and the package as it is installed
AUTODIFF_RIVALS = {"jax": ("with_jax", "jax"), "torch": ("with_torch", "torch")}
SPECTRA_RIVALS = {
    "hessian_eigenthings": ("with_eigenthings", "hessian-eigenthings"),
    "curvlinops": ("with_curvlinops", "curvlinops-for-pytorch"),
    "pyhessian": ("with_pyhessian", "pyhessian"),
}
# Relative to the norm; on other work a ratio would mean nothing. PyHessian stops its power iterations at
# 1e-3, and smoothing leaves a little of a density's mass outside the window.
AGREEMENT = 1e-10
SPECTRA_AGREEMENT = 0.02
DERIVATIVES = f"""\
Softmax cross-entropy of tanh networks on 1,000 examples, if the row does not say otherwise. Every product is
at a new point. Results agree to {AGREEMENT:.0e} of their norm."""
SPECTRA_TEXT = f"""\
The five largest eigenvalues, each library's own way: ours and curvlinops (by SciPy's `eigsh`) to 1e-6,
hessian-eigenthings by {LANCZOS_STEPS} Lanczos steps, PyHessian by power iterations to 1e-3; ours forms H
while it has at most 3,000 rows. Ours then looks for eigenvalues that it missed, with four random probes of
50 steps, which no other library does: "unchecked" is ours without it.
Density: {LANCZOS_STEPS} Lanczos steps from one random vector; its mass is compared.
Results agree to {SPECTRA_AGREEMENT:.0%}."""


def starts_table() -> list[str]:
    """Compare `minimize` on all starts with a loop over SciPy on some of them, per start."""
    row = timed(["ours", "with_scipy"], "minimise", "")
    rows = []
    for who, starts, report in zip(("ours", "SciPy loop"), (STARTS, SCIPY_STARTS), row.reports, strict=True):
        seconds = report["seconds"]
        per_start = f"{1e6 * seconds / starts:.1f}"
        rows.append(f"| {who} | {starts:,} | {seconds:.2f} | {per_start} | {report['digest'][1]:.1e} |")
    ours, loop = (r["seconds"] / n for r, n in zip(row.reports, (STARTS, SCIPY_STARTS), strict=True))
    ratio = f"Ratio per start: **{loop / ours:.0f}×**"
    if row.disturbed:
        print(*rows, ratio, f"not kept: {row.disturbed}", sep="\n", flush=True)
        rows, ratio = [], f"Not kept, the machine was not idle: {row.disturbed}."
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
        *rows,
        "",
        ratio,
        "",
    ]


def table(kind: str, names: list[str], rivals: dict[str, tuple[str, str]], tolerance: float) -> list[str]:
    """Return the table of one kind of task: ours, and for every rival its time and the ratio."""
    head = "".join(f" {rival} ms | {rival} / ours |" for rival in rivals)
    rows = [f"### {kind}", "", f"| parameters | ours ms |{head}", "|---|---|" + "---|---|" * len(rivals)]
    notes: dict[str, None] = {}  # each only once, in their order
    for name in names:
        found = timed(["ours", *(side for side, _ in rivals.values())], kind, name)
        row = _row(name, rivals, found, tolerance, notes)
        print(row, f"   not kept: {found.disturbed}" if found.disturbed else "", flush=True)
        if found.disturbed:
            notes[f"Not kept, the machine was not idle: {name} ({found.disturbed})."] = None
        else:
            rows.append(row)
    print(*notes, sep="\n", flush=True)
    return [*rows, "", *(line for note in notes for line in (note, ""))]


def _row(
    name: str, rivals: dict[str, tuple[str, str]], found: Row, tolerance: float, notes: dict[str, None]
) -> str:
    ours, *others = found.reports
    row = f"| {name} | {1e3 * ours['seconds']:.2f} |"
    for rival, theirs in zip(rivals, others, strict=True):
        if "error" in theirs:
            notes[f"{rival} ends in an error here: {theirs['error']}"] = None
            row += " – | – |"
        elif not agree(ours["digest"], theirs["digest"], tolerance):
            notes[f"{rival} finds something else at {name}: {theirs['digest']}, ours {ours['digest']}"] = None
            row += " – | – |"
        else:
            row += f" {1e3 * theirs['seconds']:.2f} | {theirs['seconds'] / ours['seconds']:.1f}× |"
    return row


def main() -> None:
    """Run what the command line asks for, and write the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the large networks")
    parser.add_argument("--no-file", action="store_true", help="do not write RESULTS.md")
    parser.add_argument("--one-thread", action="store_true", help="keep every library on one thread")
    parser.add_argument("--only", choices=CHAPTERS, help="print this chapter and write nothing")
    options = parser.parse_args()
    show_every_sign()
    with threads(1) if options.one_thread else nullcontext():
        run(options)


def run(options: argparse.Namespace) -> None:
    """Make the chapters that ``options`` leave."""
    wanted = [options.only] if options.only else list(CHAPTERS)
    if options.quick and not options.only:
        wanted.remove("autoencoder")
    if load() > 1.0:
        print(f"The machine is not idle (load average {load():.1f}): rows that suffer from it are not kept.")
    both = {**AUTODIFF_RIVALS, **SPECTRA_RIVALS}
    missing = [module for module in both if not find_spec(module)]
    for module in missing:
        print(f"{module} is not installed and left out: `make bench` installs it")
    packages = ["numpy", "scipy", *(both[module][1] for module in both if module not in missing)]
    used = "one thread each" if options.one_thread else f"{os.cpu_count()} cores"
    lines = [
        "# Timings",
        "",
        "Written by `make bench`. float64 where nothing else is said, every library alone in its process,",
        f"the same arrays, in turns; the median of up to 500 runs, in the quickest of {ROUNDS} processes.",
        "Rows during which the machine did something else are left out. jax is compiled before the clock",
        "starts. No test depends on a timing.",
        "",
        f"Python {platform.python_version()}, "
        + ", ".join(f"{name} {metadata.version(name)}" for name in packages)
        + f"; {platform.machine()}, {used}."
        + (f" Not installed: {', '.join(missing)}." if missing else ""),
        "",
    ]
    if "starts" in wanted:
        lines += starts_table()
    print("\n".join(lines), flush=True)
    chapters = {
        "derivatives": ("Derivatives of networks", DERIVATIVES, AUTODIFF, AUTODIFF_RIVALS, AGREEMENT),
        "spectra": ("Spectra of Hessians", SPECTRA_TEXT, SPECTRA, SPECTRA_RIVALS, SPECTRA_AGREEMENT),
    }
    for chosen in (name for name in chapters if name in wanted):
        title, text, kinds, rivals, tolerance = chapters[chosen]
        lines += [f"## {title}", "", text, ""]
        present = {module: side for module, side in rivals.items() if module not in missing}
        for kind, names in kinds.items():
            print(kind, flush=True)
            kept = [n for n in names if not (options.quick and n.removesuffix(MORE) in LARGE)]
            lines += table(kind, kept, present, tolerance)
    if "autoencoder" in wanted:
        with threads(1 if options.one_thread else 2):
            lines += chapter("torch" not in missing)
    if not (options.no_file or options.only):
        RESULTS.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        print(f"written to {RESULTS.name}")


if __name__ == "__main__":
    main()
