"""How well a digit network learns that may only move in a few random directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.datasets import DATA_FOLDER, load, read_checked
from course_utils.landscapes import (
    MedianInterval,
    Subspace,
    median_interval,
    random_directions,
    threshold_dimension,
)
from course_utils.networks import MLP
from course_utils.objectives import Array
from course_utils.optimizers import Adam, minimize
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, load_results

SHIPPED = "subspace-training.npz"
SETTINGS: Mapping[str, float] = {
    "digits": 1000,
    "steps": 150,
    "learning_rate_subspace": 0.1,
    "learning_rate_all": 0.03,
    "share": 0.9,
}
ALL = 0  # as ``dim`` of a task: all parameters are trained
DIMS = (10, 20, 40, 80, 160, 320, 640, 1280)
PLACES = ((16, 1.0), (32, 1.0), (16, 0.0), (16, 4.0))  # hidden units, offset of the plane


def digits_network(width: int) -> tuple[MLP, Array, NDArray[np.int64]]:
    """Return the loss of a 100-``width``-10 tanh network on 1,000 digits, and the 2,000 test digits."""
    digits = load("mnist-10x10").subset(int(SETTINGS["digits"])).standardize()
    network = MLP([100, width, 10], digits.inputs, digits.targets)
    return network, digits.test_inputs, digits.test_targets


def train(network: MLP, rng: np.random.Generator, dim: int, radius: float) -> Array:
    """Return the parameters that Adam reaches from radius times a random start, (n,).

    Along ``dim`` random orthonormal directions from there, or along all parameters for ``dim`` = `ALL`.
    """
    start, steps = radius * network.initial(rng), int(SETTINGS["steps"])
    if dim == ALL:
        rule = Adam(SETTINGS["learning_rate_all"])
        end: Array = minimize(network, rule, start, steps, record="ends").x[-1]
        return end
    plane = Subspace(network, start, random_directions(rng, dim, network.dim))
    rule = Adam(SETTINGS["learning_rate_subspace"])
    return plane.points(minimize(plane, rule, np.zeros(dim), steps, record="ends").x[-1])


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task for each size, offset of the plane and dimension; 0 stands for all parameters."""
    places, dims, runs = (PLACES[:1], (20, 80), 3) if quick else (PLACES, DIMS, 11)
    found: list[dict[str, Any]] = [
        {"width": width, "radius": radius, "dim": dim, "runs": runs}
        for width, radius in places
        for dim in dims
    ]
    for width in dict.fromkeys(width for width, _ in places):
        found.append({"width": width, "radius": 1.0, "dim": ALL, "runs": runs})
    return found


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Train ``runs`` networks and say what each has learnt: loss and test accuracy, (runs,) each."""
    network, inputs, targets = digits_network(parameters["width"])
    x = np.array(
        [train(network, rng, parameters["dim"], parameters["radius"]) for _ in range(parameters["runs"])]
    )
    return {
        "loss": network.value(x).astype(np.float32),
        "accuracy": (1 - network.error_rate(x, inputs, targets)).astype(np.float32),
    }


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


def accuracies(results: Results, width: int, radius: float) -> tuple[NDArray[np.int64], Array, float]:
    """Return the dimensions (m,), the accuracies (runs, m), and the mean accuracy of all parameters."""
    dim, accuracy = results.parameter("dim"), results.column("accuracy").astype(np.float64)
    of_width = results.parameter("width") == width
    chosen = of_width & (results.parameter("radius") == radius) & (dim != ALL)
    if not chosen.any():
        raise ValueError(f"width and radius must be among the tasks, got {width} and {radius:g}")
    return dim[chosen], accuracy[chosen].T, float(accuracy[of_width & (dim == ALL)].mean())


def d90(results: Results, width: int, radius: float) -> MedianInterval:
    """Return the dimension at which a run reaches 90 % of the whole network's accuracy: median, interval."""
    dims, accuracy, whole = accuracies(results, width, radius)
    share = results.identity["settings"]["share"]
    return median_interval(threshold_dimension(dims, accuracy, share * whole))


def summary(results: Results) -> str:
    """Return a line for each size and offset: d₉₀ with its interval, and what all parameters reach."""
    lines = []
    places = zip(results.parameter("width").tolist(), results.parameter("radius").tolist(), strict=True)
    for width, radius in dict.fromkeys(places):
        found, whole = d90(results, width, radius), accuracies(results, width, radius)[2]
        lines.append(
            f"{width} hidden units, offset {radius:g}: d90 = {found.median:.0f} ({found.low:.0f} to "
            f"{found.high:.0f}, {found.level:.1%}); all parameters: accuracy {whole:.1%}"
        )
    return "\n".join(lines)


SUBSPACE_TRAINING = Experiment(
    name="subspace-training",
    description="Accuracy of digit networks trained in random subspaces (15 minutes on one core).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
