"""Is there a loss below which critical points are minima? Two classes and ten, by weight decay."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.critical_points import NarrowerNetwork, certify, find_minimum
from course_utils.datasets import DATA_FOLDER, load, read_checked
from course_utils.networks import MLP
from course_utils.objectives import Array
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = "critical-levels.npz"
SETTINGS: Mapping[str, Any] = {"digits": 500, "gradient_tolerance": 1e-9}
CLASSES = (2, 10)
DECAYS = (1e-3, 1e-2, 3e-2, 1e-1)
UNITS = 5
WIDTHS = tuple(range(1, 13))
WIDTHS_AT = (2, 1e-2)  # classes and weight decay of the networks of many widths
STARTS = 6
# Which of the five units are in use, once or in copies, and from how many starts.
EMBEDDINGS: Mapping[str, int] = {
    "": 1,
    "1": 1,
    "1+1": 1,
    "1+1+1": 1,
    "1+1+1+1": 1,
    "1+1+1+1+1": 2,
    "2": 1,
    "5": 1,
    "2+1": 1,
    "3+2": 1,
    "2+1+1+1": 1,
}


@lru_cache(maxsize=1)
def network(classes: int, weight_decay: float, units: int = UNITS) -> MLP:
    """Return the loss of a 100-``units``-``classes`` tanh network on 500 digits; two classes: even, odd."""
    digits = load("mnist-10x10").subset(SETTINGS["digits"]).standardize()
    targets = digits.targets if classes == len(digits.class_names) else digits.targets % 2
    sizes = [digits.inputs.shape[1], units, classes]
    return MLP(sizes, digits.inputs, targets, weight_decay=weight_decay)


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task a point: the number of ``classes``, the weight ``decay``, the ``units`` and ``copies``.

    ``part`` "levels": five units, in all patterns, with each number of classes and each decay. "widths": many
    widths, all units in use, from several starts.
    """
    patterns, decays = ({"": 1, "1": 1}, DECAYS[:1]) if quick else (EMBEDDINGS, DECAYS)
    levels = [
        {"part": "levels", "classes": classes, "decay": decay, "units": UNITS, "copies": copies}
        for classes in CLASSES
        for decay in decays
        for copies, count in patterns.items()
        for _ in range(count)
    ]
    classes, decay = WIDTHS_AT
    widths = [
        {
            "part": "widths",
            "classes": classes,
            "decay": decay,
            "units": units,
            "copies": "+".join(["1"] * units),
        }
        for units in (WIDTHS[:2] if quick else WIDTHS)
        for _ in range(STARTS)
    ]
    return [*levels, *widths]


def counts(copies: str) -> list[int]:
    """Return the numbers of a pattern such as "2+1"."""
    return [int(count) for count in copies.split("+") if count]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Embed the minimum of one narrower network.

    Results: ``narrow``, the parameters of the narrower network; and ``value``, ``gradient_norm``, ``index``,
    ``lowest`` (eigenvalue) and ``certified`` of the embedded point, and ``data_loss``, its loss without
    the penalty.
    """
    wide = network(parameters["classes"], parameters["decay"], parameters["units"])
    narrower = NarrowerNetwork(wide, counts(parameters["copies"]))
    low = find_minimum(narrower.as_mlp() or narrower, narrower.initial(rng))
    x = narrower.embed(low)
    point = certify(wide, x, gradient_tolerance=SETTINGS["gradient_tolerance"])
    return {
        "narrow": low,
        "value": np.array(point.value),
        "gradient_norm": np.array(point.gradient_norm),
        "index": np.array(point.index, dtype=np.int16),
        "lowest": np.array(point.eigenvalues[0]),
        "certified": np.array(point.certified),
        "data_loss": np.array(point.value - parameters["decay"] * (x @ x) / 2),
    }


def points(results: Results, classes: int, decay: float) -> dict[str, NDArray[Any]]:
    """Return ``value``, ``index``, ``lowest``, ``data_loss``, ``copies`` of certified points of five units.

    Raises
    ------
    ValueError
        If there is no such network among the tasks.
    """
    wanted = ("levels", classes, decay)
    rows = [
        (task["copies"], row)
        for task, row in ((results.tasks[number], row) for number, row in results.rows.items())
        if (task["part"], task["classes"], task["decay"]) == wanted
    ]
    if not rows:
        raise ValueError(f"classes and decay must be among the tasks, got {classes} and {decay:g}")
    good = [(copies, row) for copies, row in rows if row["certified"]]
    columns = {
        name: np.array([row[name] for _, row in good]) for name in ("value", "index", "lowest", "data_loss")
    }
    return {**columns, "copies": np.array([copies for copies, _ in good])}


def by_width(results: Results) -> dict[int, list[Row]]:
    """Return the certified points with all units in use, by their number, those of each the lowest first."""
    found: dict[int, list[Row]] = {}
    for number, row in results.rows.items():
        if results.tasks[number]["part"] == "widths" and row["certified"]:
            found.setdefault(results.tasks[number]["units"], []).append(row)
    return {units: sorted(rows, key=lambda row: float(row["value"])) for units, rows in found.items()}


def levels(value: Array, index: NDArray[Any]) -> tuple[float, float]:
    """Return the loss of the lowest saddle and that of the highest minimum; inf and −inf without any.

    Below the first all points of the sample are minima. If the second is higher, no loss divides them.
    """
    value = np.asarray(value)
    saddle, minimum = value[np.asarray(index) > 0], value[np.asarray(index) == 0]
    return float(saddle.min(initial=np.inf)), float(minimum.max(initial=-np.inf))


def summary(results: Results) -> str:
    """Return a line for each network: how many points, and where saddles end and minima begin."""
    lines = []
    for classes in CLASSES:
        for decay in dict.fromkeys(task["decay"] for task in results.tasks if task["part"] == "levels"):
            found = points(results, classes, decay)
            saddle, minimum = levels(found["value"], found["index"])
            lines.append(
                f"{classes:2d} classes, decay {decay:g}: {found['value'].size} certified, "
                f"{np.sum(found['index'] == 0)} minima; "
                f"lowest saddle {saddle:.4f}, highest minimum {minimum:.4f}"
            )
    for units, rows in by_width(results).items():
        lines.append(f"{units:2d} units: minima from {rows[0]['value']:.4f} to {rows[-1]['value']:.4f}")
    return "\n".join(lines)


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


CRITICAL_LEVELS = Experiment(
    name="critical-levels",
    description="Which certified points of networks with 2 and 10 classes are minima, by loss (5 minutes).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
