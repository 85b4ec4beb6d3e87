"""Spectra of networks with 5, 25 and 50 hidden units: at certified critical points, and along training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.critical_points import find_minimum
from course_utils.datasets import DATA_FOLDER, read_checked
from course_utils.experiments.saddle_free_newton import DATASETS, images
from course_utils.networks import MLP, embed_zero_units
from course_utils.objectives import Array
from course_utils.objectives.lengths import norms
from course_utils.optimizers import Momentum, minimize
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = "critical-spectra.npz"
SETTINGS: Mapping[str, Any] = {"weight_decay": 1e-3, "gradient_tolerance": 1e-9}
HIDDEN_UNITS = (5, 25, 50)
# How many minima of each width, from random starts.
MINIMA: Mapping[int, int] = {1: 2, 2: 2, 3: 2, 4: 2, 5: 3, 10: 1}
# Minima of the wide networks themselves. Their tasks come last, so that the others keep their random numbers.
WHOLE = (25, 50)
# Eigenvectors of thousands of parameters take minutes: Newton only polishes.
THOROUGH: Mapping[str, Any] = {"newton_from": 1e-7, "max_descent_steps": 30_000}
MOMENTS = (5, 20, 80)  # steps of training after which the whole spectrum is taken


def network(data: str, units: int) -> MLP:
    """Return the loss of a 100-``units``-10 tanh network on 1,000 images with weight decay."""
    shown = images(data)
    sizes = [shown.inputs.shape[1], units, len(shown.class_names)]
    return MLP(sizes, shown.inputs, shown.targets, weight_decay=SETTINGS["weight_decay"])


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return a task for each point or run: its ``kind``, the ``data`` and the number of ``units``."""
    minima, trained, whole = ({1: 1, 2: 1}, (1,), ()) if quick else (MINIMA, HIDDEN_UNITS, WHOLE)
    wanted = [("minimum", units, data) for units, n in minima.items() for data in DATASETS for _ in range(n)]
    wanted += [("training", units, data) for units in trained for data in DATASETS]
    wanted += [("minimum", units, data) for units in whole for data in DATASETS]
    return [{"kind": kind, "data": data, "units": units} for kind, units, data in wanted]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Find one minimum, or train and stop at `MOMENTS`.

    Results, one row a point: ``parameters`` (m, dim), ``value``, ``gradient_norm``, and the ``eigenvalues``
    (m, dim) of the exact Hessian, ascending, in single precision. So are the parameters of training.
    """
    objective = network(parameters["data"], parameters["units"])
    start = objective.initial(rng)
    if parameters["kind"] == "minimum":
        x = find_minimum(objective, start, **(THOROUGH if parameters["units"] in WHOLE else {}))[None]
    else:
        path = minimize(objective, Momentum(0.1, 0.9), start, max(MOMENTS)).x
        x = path[list(MOMENTS)].astype(np.float32).astype(np.float64)
    spectra = np.array([np.linalg.eigvalsh(objective.hessian(point)) for point in x])
    return {
        "parameters": x if parameters["kind"] == "minimum" else x.astype(np.float32),
        "value": objective.value(x),
        "gradient_norm": norms(objective.gradient(x)),
        "eigenvalues": spectra.astype(np.float32),
    }


def spare_unit_eigenvalues(objective: MLP, x: Array) -> Array:
    """Return the eigenvalues that one more unit of weight zero adds to the Hessian at ``x`` (dim,).

    Its incoming numbers and its outgoing ones meet in M = mean (answer − target)(inputs, 1)ᵀ alone, C × d:
    the eigenvalues are decay ± σᵢ(M), and decay for all others. They are d + C in number, ascending.
    """
    errors = objective.predict(x) - np.eye(objective.layer_sizes[-1])[objective.targets]
    entering = np.column_stack([objective.inputs, np.ones(objective.examples)])
    sigma = np.linalg.svd(errors.T @ entering / objective.examples, compute_uv=False)
    others = np.zeros(abs(entering.shape[1] - errors.shape[1]))
    return np.sort(objective.weight_decay + np.concatenate([sigma, -sigma, others]))


def wide_spectrum(objective: MLP, x: Array, eigenvalues: Array, hidden_units: int) -> Array:
    """Return all eigenvalues at the point ``x`` of a narrow network, embedded in ``hidden_units`` units.

    Turning the sign of a spare unit changes neither the loss nor the point, so the Hessian has no entries
    between that unit and the others: its ``eigenvalues`` for the narrow network stay, and each spare unit
    adds the same ones.

    Raises
    ------
    ValueError
        If there are fewer hidden units than the narrow network has.
    """
    spare = hidden_units - objective.layer_sizes[1]
    if spare < 0:
        raise ValueError(f"hidden_units must be at least {objective.layer_sizes[1]}, got {hidden_units}")
    return np.sort(np.concatenate([eigenvalues, np.tile(spare_unit_eigenvalues(objective, x), spare)]))


def embedded(objective: MLP, x: Array, hidden_units: int) -> tuple[MLP, Array]:
    """Return the wide network, and the point ``x`` of the narrow one in it."""
    spare = hidden_units - objective.layer_sizes[1]
    return embed_zero_units(objective, x, 0, spare) if spare else (objective, x)


def minima(results: Results, data: str) -> dict[int, Row]:
    """Return the lowest minimum of each width on ``data``, narrow ones first: one point each."""
    found: dict[int, Row] = {}
    for number, row in results.rows.items():
        task = results.tasks[number]
        if (task["kind"], task["data"]) != ("minimum", data):
            continue
        best = found.get(task["units"])
        if best is None or row["value"][0] < best["value"]:
            found[task["units"]] = {name: column[0] for name, column in row.items()}
    return dict(sorted(found.items()))


def saddle(results: Results, data: str, used: int, hidden_units: int) -> tuple[float, Array]:
    """Return loss and spectrum (dim,) where ``used`` of so many hidden units are at their lowest minimum.

    Raises
    ------
    ValueError
        If there is no minimum of that width among the results, or fewer hidden units.
    """
    found = minima(results, data)
    if used not in found:
        raise ValueError(f"used must be one of {list(found)}, got {used!r:.40}")
    low = found[used]
    spectrum = wide_spectrum(network(data, used), low["parameters"], low["eigenvalues"], hidden_units)
    return float(low["value"]), spectrum


def training(results: Results, data: str, units: int) -> Row:
    """Return the points of the training run, one at each of `MOMENTS`.

    Raises
    ------
    ValueError
        If there is no such run among the results.
    """
    wanted = {"kind": "training", "data": data, "units": units}
    for number, row in results.rows.items():
        if results.tasks[number] == wanted:
            return row
    raise ValueError(f"data and units must be those of a training run, got {data!r:.40} and {units!r:.40}")


def summary(results: Results) -> str:
    """Return a line for each point."""
    lines = []
    for number, row in results.rows.items():
        task = results.tasks[number]
        for value, norm, spectrum in zip(row["value"], row["gradient_norm"], row["eigenvalues"], strict=True):
            lines.append(
                f"{task['kind']:8s} {task['data']:13s} {task['units']:2d} units: loss {value:.4f}, "
                f"‖g‖ {norm:.0e}, {np.mean(spectrum < 0):.1%} negative, "
                f"λ from {spectrum[0]:.1e} to {spectrum[-1]:.1f}"
            )
    return "\n".join(lines)


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


CRITICAL_SPECTRA = Experiment(
    name="critical-spectra",
    description="Spectra at minima and along training, 5 to 50 units, digits and photographs (4 minutes).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
