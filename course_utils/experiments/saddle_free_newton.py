"""Mini-batch SGD, damped Newton and saddle-free Newton on small images, after Dauphin et al. 2014."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.curvature import extreme_eigenpairs
from course_utils.datasets import DATA_FOLDER, Dataset, load, read_checked
from course_utils.networks import MLP
from course_utils.objectives import Array
from course_utils.optimizers import (
    DampingByLoss,
    KrylovNewton,
    KrylovSaddleFreeNewton,
    Newton,
    Optimizer,
    SaddleFreeNewton,
    minimize,
)
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, Row, load_results

SHIPPED = "saddle-free-newton.npz"
DATASETS = ("mnist-10x10", "cifar10-10x10")
SETTINGS: Mapping[str, Any] = {
    "examples": 1000,
    "hidden_units": [5, 25, 50],
    "sgd_epochs": 300,
    "sgd_trials": 12,
    "sgd_batch": 100,
    "newton_steps": {"5": 60, "25": 12},  # exact steps, each a decomposition of the whole Hessian
    "krylov_steps": 60,
    "subspace": 50,
    "zero_below": 1e-6,  # of the largest eigenvalue: what counts as zero
    "all_eigenvalues_up_to": 3000,  # parameters; beyond, they are counted at the end only
}
METHODS = {
    "msgd": "SGD",
    "newton": "Newton",
    "sfn": "saddle-free",
    "krylov-newton": "Krylov Newton",
    "krylov-sfn": "Krylov saddle-free",
}
_SPECTRUM_AT = (0, 1, 2, 5, 12, 30, 60, 120, 300)
_ZERO = float(SETTINGS["zero_below"])


@cache
def images(name: str) -> Dataset:
    """Return 1,000 balanced 10×10 images in grey, centred and scaled, and all test images likewise."""
    dataset = load(name)
    if len(dataset.image_shape) == 3:  # the mean of the three colours: as many inputs as a digit has
        height, width, colours = dataset.image_shape
        grey = [
            part.reshape(len(part), height * width, colours).mean(axis=-1)
            for part in (dataset.inputs, dataset.test_inputs)
        ]
        dataset = replace(dataset, inputs=grey[0], test_inputs=grey[1], image_shape=(height, width))
    return dataset.subset(SETTINGS["examples"]).standardize()


def network(name: str, hidden_units: int) -> MLP:
    """Return the loss of a network 100-h-10 with tanh units on those images."""
    data = images(name)
    return MLP([data.inputs.shape[1], hidden_units, len(data.class_names)], data.inputs, data.targets)


@dataclass(frozen=True)
class SgdRun:
    """The best of several runs of mini-batch SGD with momentum, and what was tried.

    Attributes
    ----------
    x : (epochs+1, dim) the parameters after each epoch, in single precision.
    learning_rate, momentum : of the run with the lowest final loss.
    trials : (trials, 3) learning rate, momentum and final loss of every run.
    """

    x: NDArray[np.float32]
    learning_rate: float
    momentum: float
    trials: Array


def sgd_search(
    objective: MLP, start: Array, epochs: int, trials: int, batch: int, rng: np.random.Generator
) -> SgdRun:
    """Run ``trials`` random settings of mini-batch SGD side by side and keep the one of lowest loss.

    The rate is drawn log-uniformly from [0.003, 1], the momentum uniformly from [0, 0.95]. All trials
    see the same batches: every epoch is one pass through the examples in a new order.
    """
    rates = 10 ** rng.uniform(np.log10(0.003), 0.0, trials)
    momenta = rng.uniform(0.0, 0.95, trials)
    path, ends = sgd_runs(objective, start, rates, momenta, epochs, batch, rng)
    with np.errstate(all="ignore"):
        final = np.nan_to_num(objective.value(ends), nan=np.inf)
    best = int(final.argmin())
    return SgdRun(path[:, best], rates[best], momenta[best], np.stack([rates, momenta, final], axis=-1))


def sgd_runs(
    objective: MLP,
    start: Array,
    rates: Array,
    momenta: Array,
    epochs: int,
    batch: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], Array]:
    """Run SGD with each of k settings from one start, on the same batches of examples.

    Returns the points after each epoch, (epochs + 1, k, dim) in single precision, and the last, (k, dim).
    """
    x = np.tile(start, (len(rates), 1))
    velocity = np.zeros_like(x)
    path = np.empty((epochs + 1, *x.shape), dtype=np.float32)
    path[0] = x
    with np.errstate(all="ignore"):
        for epoch in range(1, epochs + 1):
            order = rng.permutation(objective.examples)
            for chosen in np.split(order, range(batch, order.size, batch)):
                g = objective.batch(chosen).gradient(x)
                velocity = momenta[:, None] * velocity - rates[:, None] * g
                x = x + velocity
            path[epoch] = x
    return path, x


def method(name: str) -> Optimizer:
    """Return the second-order method of a task."""
    k = SETTINGS["subspace"]
    return {
        "newton": DampingByLoss(Newton()),
        "sfn": DampingByLoss(SaddleFreeNewton()),
        "krylov-newton": KrylovNewton(k),
        "krylov-sfn": KrylovSaddleFreeNewton(k),
    }[name]


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task for each data set, size and method; the longest first."""
    if quick:
        return [
            {"data": "mnist-10x10", "hidden_units": 5, "method": name, "start": 0, "steps": 3}
            for name in ("msgd", "newton", "sfn", "krylov-newton", "krylov-sfn")
        ]
    everything = []
    for hidden in (25, 50, 5):
        exact = SETTINGS["newton_steps"].get(str(hidden))
        for data in DATASETS:
            case = {"data": data, "hidden_units": hidden, "start": 0}
            if exact:
                everything += [{**case, "method": name, "steps": exact} for name in ("sfn", "newton")]
            everything += [
                {**case, "method": name, "steps": SETTINGS["krylov_steps"]}
                for name in ("krylov-sfn", "krylov-newton")
            ]
            everything.append({**case, "method": "msgd", "steps": SETTINGS["sgd_epochs"]})
    return everything


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Train one network by one method.

    Results, one entry for each step (an epoch of SGD): ``loss``, ``error`` and ``test_error`` (fractions),
    ``cost`` in gradients of all examples. One entry for each moment in ``spectrum_step``:
    ``smallest_eigenvalue`` of the exact Hessian, ``negative`` eigenvalues (−1: not counted). For SGD also
    ``trials`` and the rate and momentum ``chosen``.
    """
    data = images(parameters["data"])
    objective = network(parameters["data"], parameters["hidden_units"])
    start = objective.initial(np.random.default_rng(parameters["start"]))
    steps = parameters["steps"]
    extra: dict[str, NDArray[Any]] = {}
    if parameters["method"] == "msgd":
        found = sgd_search(objective, start, steps, SETTINGS["sgd_trials"], SETTINGS["sgd_batch"], rng)
        x, cost = found.x.astype(np.float64), np.arange(steps + 1.0)
        extra = {
            "trials": found.trials.astype(np.float32),
            "chosen": np.array([found.learning_rate, found.momentum]),
        }
    else:
        trajectory = minimize(objective, method(parameters["method"]), start, steps, rng=rng)
        x, cost = trajectory.x, trajectory.cost
    at = np.array([moment for moment in _SPECTRUM_AT if moment <= steps])
    at = np.unique(np.append(at, steps))
    smallest, negative = zip(*spectra(objective, x, at), strict=True)
    return {
        "loss": objective.value(x).astype(np.float32),
        "error": objective.error_rate(x).astype(np.float32),
        "test_error": objective.error_rate(x, data.test_inputs, data.test_targets).astype(np.float32),
        "cost": cost.astype(np.float32),
        "spectrum_step": at.astype(np.int16),
        "smallest_eigenvalue": np.array(smallest, dtype=np.float32),
        "negative": np.array(negative, dtype=np.int16),
        **extra,
    }


def spectra(objective: MLP, x: Array, at: NDArray[np.int64]) -> Iterator[tuple[float, int]]:
    """Yield the smallest eigenvalue and the number of negative ones at the moments ``at``.

    Beyond 3,000 parameters the eigenvalues at both ends come from products, and the negative ones are
    counted at the last moment only, by Sylvester's law of inertia.
    """
    for moment in at:
        if objective.dim <= SETTINGS["all_eigenvalues_up_to"]:
            yield smallest_and_negative(np.linalg.eigvalsh(objective.hessian(x[moment])))
            continue
        operator = objective.hessian_operator(x[moment])
        ends = extreme_eigenpairs(operator, 1, tol=1e-7, rng=np.random.default_rng(0)).eigenvalues
        last = moment == at[-1]
        yield (
            float(ends[0]),
            negative_count(objective.hessian(x[moment]), _ZERO * float(ends[-1])) if last else -1,
        )


def smallest_and_negative(eigenvalues: NDArray[Any]) -> tuple[float, int]:
    """Return the smallest of all eigenvalues (n,), ascending, and how many are negative beyond rounding."""
    return float(eigenvalues[0]), int(np.sum(eigenvalues < -_ZERO * eigenvalues[-1]))


def negative_count(H: Array, tolerance: float) -> int:
    """Return how many eigenvalues of H lie below −``tolerance``.

    H + τI = LDLᵀ has as many negative eigenvalues as D, whose blocks are 1×1 or 2×2 (Sylvester's law of
    inertia; Bunch & Kaufman 1977): n³/3 operations in place of the 4n³/3 of all eigenvalues.
    """
    from scipy.linalg import ldl

    D = ldl(H + tolerance * np.eye(len(H)))[1]
    diagonal, beside = np.diag(D).copy(), np.append(np.diag(D, -1), 0.0)
    paired = np.flatnonzero(beside)
    blocks = np.linalg.eigvalsh([D[i : i + 2, i : i + 2] for i in paired]) if paired.size else np.empty(0)
    alone = np.ones(len(H), dtype=bool)
    alone[np.concatenate([paired, paired + 1])] = False
    return int(np.sum(diagonal[alone] < 0) + np.sum(blocks < 0))


def runs_of(results: Results, data: str, hidden_units: int, start: int = 0) -> dict[str, Row]:
    """Return method → result for one data set, size and start."""
    case = {"data": data, "hidden_units": hidden_units, "start": start}
    return {
        results.tasks[index]["method"]: row
        for index, row in results.rows.items()
        if case.items() <= results.tasks[index].items()
    }


def shipped_results() -> Results:
    """Return the full run that comes with the course (seed 0), after comparing its checksum."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


def summary(results: Results) -> str:
    """Return one line for each run: where it ended, at which cost."""
    lines = []
    for index, row in results.rows.items():
        task = results.tasks[index]
        lines.append(
            f"{task['data']:14s}{task['hidden_units']:3d} units  {task['method']:14s}start {task['start']}: "
            f"loss {row['loss'][-1]:.4f}, error {row['error'][-1]:.1%} (test {row['test_error'][-1]:.1%}), "
            f"smallest eigenvalue {row['smallest_eigenvalue'][-1]:+.4f}, negative {row['negative'][-1]}, "
            f"{row['cost'][-1]:,.0f} gradients"
        )
    return "\n".join(lines)


SADDLE_FREE_NEWTON = Experiment(
    name="saddle-free-newton",
    description="SGD, damped Newton and saddle-free Newton on small images (ten minutes on one core).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
