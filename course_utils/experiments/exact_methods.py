"""Mini-batch SGD, damped Newton and saddle-free Newton with exact Hessians: three sizes, several starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.curvature import tridiagonal_form
from course_utils.datasets import DATA_FOLDER, read_checked
from course_utils.experiments.saddle_free_newton import (
    DATASETS,
    images,
    network,
    sgd_runs,
    sgd_search,
    smallest_and_negative,
)
from course_utils.networks import MLP
from course_utils.objectives import Array, Objective
from course_utils.optimizers import Optimizer
from course_utils.optimizers.base import advance
from course_utils.optimizers.metered import Metered
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = "exact-methods.npz"
METHODS: Mapping[str, str] = {"sgd": "SGD", "newton": "damped Newton", "sfn": "saddle-free Newton"}
DAMPINGS = tuple(10.0 ** (k / 2) for k in range(-12, 5))
"""γ to try at every step, 10⁻⁶ to 100: also above |λ_min| of any start, where Newton's step goes downhill."""
SETTINGS: Mapping[str, Any] = {
    "dampings": list(DAMPINGS),
    "sgd_trials": 12,
    "sgd_batch": 100,
}
EPOCHS: Mapping[int, int] = {5: 500, 25: 200, 50: 200}  # of SGD, by hidden units
STEPS: Mapping[int, int] = {5: 60, 25: 10, 50: 6}  # of the others, whose steps grow dear
STARTS = (0, 1, 2)  # seeds of the initial weights, at every size
_EVERY, _THEN = 50, 10  # epochs of SGD that are kept: all up to here, then each tenth


class Decomposed(NamedTuple):
    """What an exact step saw where it began: all eigenvalues, ascending; and the damping it took."""

    eigenvalues: Array
    damping: float


@dataclass(frozen=True)
class ExactStep(Optimizer):
    """Newton's or the saddle-free step by the whole Hessian, with the damping of lowest loss.

    x ← x − (H + γI)⁻¹g, or with |H| in place of H. H is brought to tridiagonal form, H = QTQᵀ, and T is
    decomposed; eigenvectors of H are never formed. That is the step of `DampingByLoss`, to rounding, for a
    third of its arithmetic. One point at a time.

    Attributes
    ----------
    absolute : whether eigenvalues count by their size (saddle-free Newton).
    dampings : γ to try, one loss each.
    """

    absolute: bool = True
    dampings: tuple[float, ...] = DAMPINGS

    def step(
        self, objective: Objective, x: Array, state: Decomposed | None, rng: np.random.Generator
    ) -> tuple[Array, Decomposed]:
        """One step; the state tells what was seen where it began."""
        g, form = objective.gradient(x), tridiagonal_form(objective.hessian(x))
        eigenvalues, S = form.eigenpairs()
        scale = np.abs(eigenvalues) if self.absolute else eigenvalues
        damped = scale + np.array(self.dampings)[:, None]  # (dampings, n)
        proposals = x - form.out(((S @ form.into(g)) / damped) @ S)
        loss = np.nan_to_num(objective.value(proposals), nan=np.inf)
        best = int(loss.argmin())
        return proposals[best], Decomposed(eigenvalues, self.dampings[best])

    def linear_algebra_flops(self, dim: int) -> float:
        """4n³/3 for T, at most as much for its eigenvectors, and 6n² for each damping."""
        return 8 / 3 * dim**3 + 6.0 * (1 + len(self.dampings)) * dim**2


class Descent(NamedTuple):
    """A run of T steps: points (T + 1, n), costs and CPU seconds (T + 1,), and the state after each step."""

    x: Array
    cost: Array
    seconds: Array
    states: list[Any]


def descend(
    objective: Objective, optimizer: Optimizer, start: Array, steps: int, rng: np.random.Generator
) -> Descent:
    """Run ``optimizer`` and note what each step cost: gradient equivalents, and CPU seconds.

    Looking at a point afterwards is not charged, and its time is not counted.
    """
    meter, x = Metered(objective), [start]
    algebra = optimizer.step_flops(objective) / objective.gradient_flops
    cost, seconds, states = [0.0], [0.0], [optimizer.init(meter, start.copy())]
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            before = process_time()
            point, state = advance(optimizer, meter, x[-1].copy(), states[-1], rng)
            seconds.append(seconds[-1] + process_time() - before)
            cost.append(meter.spent + algebra * t)
            x.append(point)
            states.append(state)
    return Descent(np.stack(x), np.array(cost), np.array(seconds), states[1:])


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task for each size, data set, start and method, the longest first.

    ``updates`` counts steps: of SGD ten an epoch. Starts are those of saddle-free-newton.
    """
    if quick:
        case = {"hidden_units": 5, "data": DATASETS[0], "start": seed}
        return [{**case, "method": name, "updates": 20 if name == "sgd" else 2} for name in METHODS]
    per_epoch = network(DATASETS[0], 5).examples // int(SETTINGS["sgd_batch"])
    return [
        {
            "hidden_units": hidden,
            "data": data,
            "start": seed + start,
            "method": name,
            "updates": per_epoch * EPOCHS[hidden] if name == "sgd" else STEPS[hidden],
        }
        for hidden in (50, 25, 5)
        for data in DATASETS
        for start in STARTS
        for name in ("sfn", "newton", "sgd")
    ]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Train one network by one method.

    Results, one entry for each point in ``update``, the number of updates before it: ``loss``, ``error`` and
    ``test_error`` (fractions), ``cost`` in gradients of all examples, ``seconds`` of the processor. For the
    second-order methods, one entry for each step: the ``damping`` that it took, and ``smallest_eigenvalue``
    and number of ``negative`` eigenvalues of the exact Hessian where it began. For SGD the ``trials`` (rate,
    momentum, final loss), the rate and momentum ``chosen``, and what the whole search took: ``search_cost``,
    ``search_seconds``.
    """
    data, updates = images(parameters["data"]), int(parameters["updates"])
    objective = network(parameters["data"], parameters["hidden_units"])
    start = objective.initial(np.random.default_rng(parameters["start"]))
    if parameters["method"] == "sgd":
        x, row = _by_sgd(objective, start, updates, rng)
    else:
        made = descend(objective, ExactStep(parameters["method"] == "sfn"), start, updates, rng)
        x, seen = made.x, [smallest_and_negative(state.eigenvalues) for state in made.states]
        row = {
            "update": np.arange(updates + 1, dtype=np.int16),
            "cost": made.cost.astype(np.float32),
            "seconds": made.seconds.astype(np.float32),
            "damping": np.array([state.damping for state in made.states], dtype=np.float32),
            "smallest_eigenvalue": np.array([smallest for smallest, _ in seen], dtype=np.float32),
            "negative": np.array([count for _, count in seen], dtype=np.int16),
        }
    return {
        **row,
        "loss": objective.value(x).astype(np.float32),
        "error": objective.error_rate(x).astype(np.float32),
        "test_error": objective.error_rate(x, data.test_inputs, data.test_targets).astype(np.float32),
    }


def _by_sgd(
    objective: MLP, start: Array, updates: int, rng: np.random.Generator
) -> tuple[Array, dict[str, NDArray[Any]]]:
    """Choose rate and momentum, run with them alone, and return the points kept and what they cost."""
    trials, batch = int(SETTINGS["sgd_trials"]), int(SETTINGS["sgd_batch"])
    per_epoch = objective.examples // batch
    epochs, order = updates // per_epoch, int(rng.integers(2**32))
    before = process_time()
    found = sgd_search(objective, start, epochs, trials, batch, rng)
    search_seconds = process_time() - before
    chosen = np.array([found.learning_rate, found.momentum])
    before = process_time()
    path, _ = sgd_runs(objective, start, chosen[:1], chosen[1:], epochs, batch, np.random.default_rng(order))
    seconds = process_time() - before
    kept = np.arange(epochs + 1)
    kept = kept[(kept <= _EVERY) | (kept % _THEN == 0) | (kept == epochs)]
    return path[kept, 0].astype(np.float64), {
        "update": (kept * per_epoch).astype(np.int16),
        "cost": kept.astype(np.float32),
        "seconds": (seconds * kept / epochs).astype(np.float32),
        "trials": found.trials.astype(np.float32),
        "chosen": chosen,
        "search_cost": np.array(float(trials * epochs)),
        "search_seconds": np.array(search_seconds, dtype=np.float32),
    }


class Reached(NamedTuple):
    """What it took to come down to an error: updates, gradient equivalents, seconds; infinity if never."""

    updates: float
    cost: float
    seconds: float


def reached(row: Row, error: float) -> Reached:
    """Return what a run took until its training error was first at most ``error``; SGD without its search."""
    there = np.flatnonzero(row["error"] <= error)
    if not there.size:
        return Reached(np.inf, np.inf, np.inf)
    first = there[0]
    return Reached(*(float(row[name][first]) for name in ("update", "cost", "seconds")))


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


def summary(results: Results) -> str:
    """Return one line for each run: where it ended, and what that took."""
    lines = []
    for index, row in results.rows.items():
        task = results.tasks[index]
        lines.append(
            f"{task['data']:14s}{task['hidden_units']:3d} units  {METHODS[task['method']]:19s}"
            f"start {task['start']}: {row['update'][-1]:5d} updates, loss {row['loss'][-1]:.4f}, "
            f"error {row['error'][-1]:.1%} (test {row['test_error'][-1]:.1%}), "
            f"{row['cost'][-1]:,.0f} gradients, {row['seconds'][-1]:.1f} s"
        )
    return "\n".join(lines)


EXACT_METHODS = Experiment(
    name="exact-methods",
    description="SGD, damped Newton, saddle-free Newton with exact Hessians (half an hour).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
