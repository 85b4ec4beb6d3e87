"""Random landscapes: all critical points in few dimensions, samples in many, and where descent ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.critical_points import damped_newton_search, every_critical_point
from course_utils.datasets import DATA_FOLDER, read_checked
from course_utils.objectives import Array
from course_utils.objectives.lengths import norms
from course_utils.optimizers import GradientDescent, minimize
from course_utils.random_landscapes import (
    GaussianField,
    SphericalSpinGlass,
    descend_on_sphere,
    expected_critical_points,
    newton_on_sphere,
    predicted_index,
    semicircle_below,
)
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = "random-landscapes.npz"
SETTINGS: Mapping[str, Any] = {
    "census_waves": 64,
    "newton_steps": 60,
    "field_descent_rate": 0.05,
    "glass_order": 3,
    "glass_learning_rate": 0.1,
    "glass_tolerance": 1e-3,
}
# Side of the box in correlation lengths √N, and how many fields.
CENSUS: Mapping[int, tuple[float, int]] = {1: (8, 40), 2: (6, 40), 3: (4, 40), 4: (3, 40), 5: (2.5, 8)}
FIELDS: Mapping[int, tuple[int, int]] = {10: (1000, 100), 20: (2000, 80), 40: (4000, 60)}  # waves, starts
# Glasses, starts in each and steps of gradient descent.
DESCENTS: Mapping[int, tuple[int, int, int]] = {
    20: (20, 8, 2000),
    40: (12, 8, 2000),
    80: (6, 8, 2000),
    160: (2, 8, 1200),
    320: (1, 6, 500),
}


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task a landscape: its ``kind``, its ``dim`` and how many starts and steps, by kind.

    census : all critical points of a Gaussian field in a box of ``side`` correlation lengths.
    field : Newton from ``starts`` points chosen blindly (``from`` "anywhere") or on descents ("descents").
    glass : Newton on the sphere of a spin glass, from the same two kinds of starts.
    descent : gradient descent on the sphere of a spin glass.
    """

    def task(
        kind: str, dim: int, side: float, waves: int, starts: int, steps: int, where: str
    ) -> dict[str, Any]:
        made = {"kind": kind, "dim": dim, "side": side, "waves": waves}
        return {**made, "starts": starts, "steps": steps, "from": where}

    waves, steps = SETTINGS["census_waves"], SETTINGS["newton_steps"]
    if quick:
        return [
            task("census", 2, 3.0, waves, 0, 0, ""),
            task("field", 6, 0.0, 300, 10, steps, "anywhere"),
            task("glass", 12, 0.0, 0, 20, steps, "descents"),
            task("descent", 12, 0.0, 0, 4, 300, "anywhere"),
        ]
    censuses = [
        task("census", dim, side, waves, 0, 0, "")
        for dim, (side, count) in CENSUS.items()
        for _ in range(count)
    ]
    samples = [
        task("field", dim, 0.0, many, starts, steps, where)
        for dim, (many, starts) in FIELDS.items()
        for where in ("anywhere", "descents")
    ]
    glasses = [task("glass", 80, 0.0, 0, 200, steps, where) for where in ("anywhere", "descents")]
    descents = [
        task("descent", dim, 0.0, 0, starts, most, "anywhere")
        for dim, (count, starts, most) in DESCENTS.items()
        for _ in range(count)
    ]
    return [*censuses, *samples, *glasses, *descents]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Do one task.

    Results, one entry a point: ``height`` (φ/N of a field, f/N of a glass), ``index``, ``gradient_norm``,
    ``certified``, and ``centre``, the mean eigenvalue. census: also ``complete`` and ``boxes``. descent: one
    entry a run, ``height_at`` (starts, moments) its heights after 0, 1, 3, 10, … steps, and no certificate.
    """
    doers = {"census": _census, "field": _field, "glass": _glass, "descent": _descent}
    return doers[parameters["kind"]](parameters, rng)


def _census(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    n = parameters["dim"]
    field = GaussianField(n, parameters["waves"], rng=rng)
    reach = parameters["side"] * np.sqrt(n) / 2
    found = every_critical_point(
        field, [(-reach, reach)] * n, field.third_derivatives, field.fourth_derivative_bounds()
    )
    return {
        "height": np.array([point.value / n for point in found.points]),
        "index": np.array([point.index for point in found.points], dtype=np.int16),
        "gradient_norm": np.array([point.gradient_norm for point in found.points]),
        "certified": np.array([point.certified for point in found.points], dtype=bool),
        "centre": np.array([point.eigenvalues.mean() for point in found.points]),
        "complete": np.array(found.complete),
        "boxes": np.array(found.boxes),
    }


def _field(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    n, count = parameters["dim"], parameters["starts"]
    field = GaussianField(n, parameters["waves"], rng=rng)
    starts = 3 * rng.standard_normal((count, n))
    if parameters["from"] == "descents":
        # Every start goes down for as long as chance says: so low heights are looked at too.
        rate, steps = SETTINGS["field_descent_rate"], 200
        path = minimize(field, GradientDescent(rate), starts, steps).x
        starts = path[rng.integers(steps // 2, size=count), np.arange(count)]
    points = damped_newton_search(field, starts, max_steps=parameters["steps"])
    return {
        "height": np.array([point.value / n for point in points]),
        "index": np.array([point.index for point in points], dtype=np.int16),
        "gradient_norm": np.array([point.gradient_norm for point in points]),
        "certified": np.array([point.certified for point in points]),
        "centre": np.array([point.eigenvalues.mean() for point in points]),
    }


def _glass(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    n, count = parameters["dim"], parameters["starts"]
    glass = SphericalSpinGlass(n, SETTINGS["glass_order"], rng=rng)
    starts = glass.sample(count, rng=rng)
    if parameters["from"] == "descents":
        path = descend_on_sphere(glass, starts, 60, learning_rate=SETTINGS["glass_learning_rate"] / 4)
        starts = path[rng.integers(61, size=count), np.arange(count)]
    found = newton_on_sphere(glass, starts, steps=parameters["steps"])
    return {
        "height": found.energy,
        "index": found.index.astype(np.int16),
        "gradient_norm": found.gradient_norm,
        "certified": found.certified,
        "centre": found.eigenvalues.mean(axis=-1),
    }


def _descent(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    n = parameters["dim"]
    glass = SphericalSpinGlass(n, SETTINGS["glass_order"], rng=rng)
    x = glass.sample(parameters["starts"], rng=rng)
    heights, made = [glass.energy(x)], 0
    for moment in moments(parameters["steps"])[1:]:
        x = descend_on_sphere(
            glass,
            x,
            int(moment) - made,
            learning_rate=SETTINGS["glass_learning_rate"],
            tolerance=SETTINGS["glass_tolerance"],
        )[-1]
        heights.append(glass.energy(x))
        made = int(moment)
    spectra = np.linalg.eigvalsh(glass.hessian(x))
    return {
        "height": glass.energy(x),
        # One eigenvalue is that along x, where f does not change: at a point of small slope it is near 0.
        "index": np.sum(spectra < -1e-2, axis=-1).astype(np.int16),
        "gradient_norm": norms(glass.gradient(x)),
        "height_at": np.stack(heights, axis=-1).astype(np.float32),
    }


def moments(steps: int) -> NDArray[np.int64]:
    """Return at which steps a descent of so many records its height: 0, 1, 3, 10, 30, … and the last."""
    decades = np.array([factor * 10**power for power in range(5) for factor in (1, 3)])
    return np.unique(np.concatenate([[0], decades[decades < steps], [steps]]))


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


def rows_of(results: Results, kind: str, dim: int, where: str | None = None) -> list[Row]:
    """Return the results of all landscapes of a kind and dimension, and of one way to choose starts."""
    return [
        row
        for index, row in results.rows.items()
        if (results.tasks[index]["kind"], results.tasks[index]["dim"]) == (kind, dim)
        and where in (None, results.tasks[index]["from"])
    ]


def certified_points(results: Results, kind: str, dim: int, where: str | None = None) -> tuple[Array, Array]:
    """Return heights and indices of all certified points of those landscapes, (m,) each."""
    rows = rows_of(results, kind, dim, where)
    good = np.concatenate([row["certified"] for row in rows])
    height = np.concatenate([row["height"] for row in rows])[good]
    return height, np.concatenate([row["index"] for row in rows])[good]


def index_counts(results: Results, dim: int) -> NDArray[np.int64]:
    """Return how many critical points of each index the censuses in ``dim`` dimensions counted, (dim+1,)."""
    return np.bincount(certified_points(results, "census", dim)[1], minlength=dim + 1)


def expected_counts(results: Results, dim: int, *, count: int = 20_000, rng: np.random.Generator) -> Array:
    """Return how many the Kac–Rice formula expects in those boxes, all together, (dim+1,)."""
    sides = [task["side"] for task in results.tasks if (task["kind"], task["dim"]) == ("census", dim)]
    volume = float(sum((side * np.sqrt(dim)) ** dim for side in sides))
    return volume * expected_critical_points(dim, count, rng=rng)


def summary(results: Results) -> str:
    """Return a line for each kind and dimension."""
    lines = []
    for kind, dim, where in dict.fromkeys((t["kind"], t["dim"], t["from"]) for t in results.tasks):
        rows = rows_of(results, kind, dim, where)
        head = f"{kind:8s}{dim:4d} {where:10s}"
        if kind == "census":
            complete = sum(bool(row["complete"]) for row in rows)
            boxes = sum(int(row["boxes"]) for row in rows)
            counts = index_counts(results, dim).tolist()
            lines.append(f"{head}{complete} of {len(rows)} complete, {boxes:,} boxes, by index {counts}")
        elif kind == "descent":
            heights = np.concatenate([row["height"] for row in rows])
            slope = max(float(row["gradient_norm"].max()) for row in rows) / np.sqrt(dim)
            lines.append(
                f"{head}ends at {heights.mean():.4f} ± {heights.std():.4f}, largest slope {slope:.1e} √N"
            )
        else:
            height, index = certified_points(results, kind, dim, where)
            tried = sum(row["certified"].size for row in rows)
            alpha = index / (dim - (kind == "glass"))
            law = predicted_index(height, 3) if kind == "glass" else semicircle_below(height)
            error = float(np.sqrt(np.mean((alpha - law) ** 2))) if height.size else float("nan")
            lines.append(f"{head}{height.size} of {tried} certified, distance to the semicircle {error:.3f}")
    return "\n".join(lines)


RANDOM_LANDSCAPES = Experiment(
    name="random-landscapes",
    description="Critical points of Gaussian fields and spin glasses, and ends of descents (5 minutes).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
