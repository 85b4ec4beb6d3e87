"""Index against height on real digits: critical points of a network, and what only looks like one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.critical_points import (
    NarrowerNetwork,
    certify,
    damped_newton_search,
    find_minimum,
    noisy_path_starts,
    residual_by_cutoff,
    same_up_to_symmetry,
    trust_region_search,
)
from course_utils.datasets import DATA_FOLDER, load, read_checked
from course_utils.networks import MLP
from course_utils.objectives import Array
from course_utils.optimizers import GradientDescent, Optimizer, SaddleFreeNewton, minimize
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, load_results

SHIPPED = "critical-points-mnist-10x10.npz"
SETTINGS: Mapping[str, Any] = {
    "digits": 1000,
    "hidden_units": 5,
    "weight_decay": 1e-3,
    "gradient_tolerance": 1e-9,
    "residual_cutoffs": [1e-5, 1e-4, 1e-3, 1e-2],
    "uniform_weights": 0.5,
    "damping": 0.3,
    "newton_steps": 30,
    "learning_rate": 0.1,
    "descent_steps": 600,
}
PATHS: Mapping[str, tuple[Optimizer, int]] = {
    "saddle-free Newton": (SaddleFreeNewton(SETTINGS["damping"]), SETTINGS["newton_steps"]),
    "gradient descent": (GradientDescent(SETTINGS["learning_rate"]), SETTINGS["descent_steps"]),
}
AMPLITUDES = (1e-1, 1e-2, 1e-3, 1e-4)
FINDERS = {"damped Newton": (damped_newton_search, 100), "trust region": (trust_region_search, 150)}
# How many random starts for each way to use some of the five units once, split, or not at all.
EMBEDDINGS: Mapping[str, int] = {
    "": 1,
    **dict.fromkeys(("1", "2", "3", "4", "5"), 2),
    **dict.fromkeys(("2+1", "3+1", "4+1", "2+2", "3+2"), 5),
    **dict.fromkeys(("1+1", "1+1+1", "2+1+1", "3+1+1", "2+2+1"), 6),
    **dict.fromkeys(("1+1+1+1", "2+1+1+1"), 7),
    "1+1+1+1+1": 8,
}


@lru_cache(maxsize=1)
def digits_network() -> MLP:
    """Return the loss of the 100-5-10 tanh network on 1,000 digits: 565 parameters."""
    digits = load("mnist-10x10").subset(SETTINGS["digits"]).standardize()
    sizes = (100, SETTINGS["hidden_units"], 10)
    return MLP(sizes, digits.inputs, digits.targets, weight_decay=SETTINGS["weight_decay"])


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task a point: its ``method``, and how its start is made.

    ``copies`` (embedding): how many units each unit of the narrower network becomes, "2+1" for instance.
    ``path`` and ``amplitude`` (the two finders): the start lies on a training path of that optimizer,
    plus uniform noise in ± amplitude; or path "none": all weights uniform in ± amplitude.
    """

    def task(method: str, max_steps: int, copies: str, path: str, amplitude: float) -> dict[str, Any]:
        return {
            "method": method,
            "copies": copies,
            "path": path,
            "amplitude": amplitude,
            "max_steps": max_steps,
        }

    if quick:
        embeddings = [task("embedding", 50, copies, "none", 0.0) for copies in ("", "1", "2", "2+1")]
        return [*embeddings, *(task(method, 5, "", "gradient descent", 1e-2) for method in FINDERS)]
    embeddings = [
        task("embedding", 50, copies, "none", 0.0)
        for copies, count in EMBEDDINGS.items()
        for _ in range(count)
    ]
    searches = [
        task(method, max_steps, "", path, amplitude)
        for method, (_, max_steps) in FINDERS.items()
        for path, amplitudes in [
            *((path, AMPLITUDES * 4) for path in PATHS),
            ("none", (SETTINGS["uniform_weights"],) * 8),
        ]
        for amplitude in amplitudes
    ]
    return [*embeddings, *searches]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any] | float]:
    """Make or look for one critical point and return it with its evidence.

    Results: ``parameters`` (565,), ``value``, ``gradient_norm``, ``index``, ``residual``, ``cutoff`` and
    ``certified`` as `certify` gives them; ``residual_by_cutoff`` at the cut-offs of the settings; and
    ``start_value``, the loss at the start.
    """
    network = digits_network()
    if parameters["method"] == "embedding":
        narrower = NarrowerNetwork(network, [int(c) for c in parameters["copies"].split("+") if c])
        begin = narrower.initial(rng)
        start = narrower.embed(begin)
        trained = narrower.as_mlp() or narrower
        end = narrower.embed(find_minimum(trained, begin, max_newton_steps=parameters["max_steps"]))
        point = certify(network, end, gradient_tolerance=SETTINGS["gradient_tolerance"])
    else:
        start = _start(network, parameters["path"], parameters["amplitude"], rng)
        finder, _ = FINDERS[parameters["method"]]
        (point,) = finder(
            network,
            start,
            max_steps=parameters["max_steps"],
            gradient_tolerance=SETTINGS["gradient_tolerance"],
        )
    return {
        "parameters": point.x,
        "value": point.value,
        "gradient_norm": point.gradient_norm,
        "index": point.index,
        "residual": point.residual,
        "cutoff": point.cutoff,
        "certified": point.certified,
        "residual_by_cutoff": residual_by_cutoff(network, point.x, SETTINGS["residual_cutoffs"]),
        "start_value": float(network.value(start)),
    }


def _start(network: MLP, path: str, amplitude: float, rng: np.random.Generator) -> Array:
    if path == "none":
        return rng.uniform(-amplitude, amplitude, size=network.dim)
    optimizer, steps = PATHS[path]
    trajectory = minimize(network, optimizer, network.initial(rng), steps)
    start: Array = noisy_path_starts(trajectory, 1, amplitudes=[amplitude], rng=rng)[0]
    return start


def distinct(results: Results) -> NDArray[np.bool_]:
    """Return for each point whether it is the first of all that are equal up to symmetry, shape (m,)."""
    network, x, value = digits_network(), results.column("parameters"), results.column("value")
    first = np.ones(len(x), dtype=bool)
    for i in range(len(x)):
        near = np.flatnonzero(first[:i] & (np.abs(value[:i] - value[i]) <= 1e-6))
        first[i] = not any(same_up_to_symmetry(network, x[i], x[j]) for j in near)
    return first


def summary(results: Results) -> str:
    """Return a line for each method: how many points are certified, and how the others fail."""
    method, certified = results.parameter("method"), results.column("certified")
    value, index = results.column("value"), results.column("index")
    norm, first = results.column("gradient_norm"), distinct(results)
    lines = []
    for name in dict.fromkeys(method):
        of = method == name
        good, bad = of & certified & first, of & ~certified
        line = f"{name}: {np.sum(of & certified)} of {np.sum(of)} certified, {good.sum()} distinct"
        if good.any():
            line += (
                f" (loss {value[good].min():.2f} to {value[good].max():.2f}, "
                f"index {index[good].min()} to {index[good].max()})"
            )
        if bad.any():
            line += f"; the others stop at ‖g‖ {norm[bad].min():.0e} to {norm[bad].max():.0e}"
        lines.append(line)
    return "\n".join(lines)


def shipped_results() -> Results:
    """Return the results of the full run that comes with the course, after checking the file."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


CRITICAL_POINTS = Experiment(
    name="critical-points",
    description="Exact saddles of a digit network by embedding, and where finders stop (12 minutes).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
