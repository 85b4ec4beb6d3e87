"""The chapter on the deep autoencoder: time and memory beside torch, and where a Krylov step's time goes."""

from __future__ import annotations

from benchmarks.tasks import AUTOENCODER, agree, parameters
from benchmarks.turns import Row, reported, timed

IMAGES = "10,000 images"
SUBSPACE = 20
# Of the norm: float32 has seven digits, and the order of the sums over images is each library's own.
AGREEMENT = 1e-5
# How torch is asked → our function that asks it
WAYS = {"torch.func": "autoencoder_torch:torch_func", "torch.autograd": "autoencoder_torch:torch_autograd"}
LINES = {"seconds": ("s", ".2f"), "cpu": ("processor s", ".2f"), "memory": ("MiB", ".0f")}
TEXT = f"""\
{"-".join(map(str, AUTOENCODER))}, {parameters(AUTOENCODER):,} parameters, sigmoid units around a linear
code, sigmoid cross-entropy of {IMAGES}: the full gradient, and one product with the Hessian at a new point
(torch.func: forward over reverse; torch.autograd: twice backwards). Two threads each, if one is not all
there are; processor seconds are those of all threads together, memory is what is needed at the peak beyond
imports and data. The ratio is to the quicker way of torch; above 1 ours is quicker or smaller. Results
agree to {AGREEMENT:.0e} of their norm."""


def chapter(with_torch: bool) -> list[str]:
    """Measure and return the lines of the chapter."""
    lines = [f"## A deep autoencoder in single precision\n\n{TEXT}\n"]
    ways = WAYS if with_torch else {}
    head = "".join(f" {way} |" for way in ways)
    lines += [f"| | ours |{head} torch / ours |", "|---|---|---|" + "---|" * len(ways)]
    notes: list[str] = []
    for kind in ("gradient", "one hvp"):
        row = timed(["autoencoder", *ways.values()], kind, IMAGES)
        rows, more = table_rows(kind, list(ways), row)
        print(*rows, *more, sep="\n", flush=True)
        lines += [] if row.disturbed else rows
        notes += more
    lines += ["", *(line for note in notes for line in (note, ""))]
    found = reported("autoencoder", IMAGES, str(SUBSPACE))
    share = (
        f"Of a Krylov saddle-free Newton step on the same images ({SUBSPACE} directions, one inner step,\n"
        f"the damping of lowest loss; {found['seconds']:.0f} s) matrix products take\n"
        f"**{found['share']:.0%}**, those of the passes {found['passes']:.0%}, in processor time of the\n"
        f"thread that all others work for."
    )
    print(share, flush=True)
    return [*lines, share, ""]


def table_rows(kind: str, ways: list[str], row: Row) -> tuple[list[str], list[str]]:
    """Return the rows of one kind of derivative, and what is to be said about them."""
    ours, *theirs = row.reports
    notes, valid = [], []
    for way, report in zip(ways, theirs, strict=True):
        if "error" in report:
            notes.append(f"{way} ends in an error: {report['error']}")
        elif not agree(ours["digest"], report["digest"], AGREEMENT):
            notes.append(f"{way} finds another {kind}: {report['digest']}, ours {ours['digest']}")
        else:
            valid.append(report)
    if row.disturbed:
        notes.append(f"Not kept, the machine was not idle: {kind} ({row.disturbed}).")
    quicker = min(valid, key=lambda report: float(report["seconds"]), default=None)
    rows = []
    for what, (unit, form) in LINES.items():
        cells = [format(r[what], form) if r in valid or r is ours else "–" for r in row.reports]
        ratio = f"{quicker[what] / ours[what]:.2f}×" if quicker else "–"
        rows.append(f"| {kind}, {unit} | {' | '.join(cells)} | {ratio} |")
    return rows, notes
