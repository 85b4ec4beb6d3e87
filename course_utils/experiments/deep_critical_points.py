"""A network with three hidden layers on photographs: Newton from the epochs of SGD, and certified points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.critical_points import (
    CriticalPoint,
    NarrowerNetwork,
    certify,
    damped_newton_search,
    find_minimum,
    trust_region_search,
)
from course_utils.curvature import classify
from course_utils.datasets import DATA_FOLDER, read_checked
from course_utils.experiments.saddle_free_newton import images
from course_utils.networks import MLP
from course_utils.objectives import Array
from course_utils.objectives.lengths import norms
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, load_results

SHIPPED = "deep-critical-points.npz"
SETTINGS: Mapping[str, Any] = {
    "data": "cifar10-10x10",
    "photographs": 500,
    "hidden_units": 5,
    "hidden_layers": 3,
    "weight_decay": 3e-3,
    "gradient_tolerance": 1e-9,
    "learning_rate": 0.1,
    "batch_size": 50,
    "nearby": 1e-2,
}
EPOCHS = (0, 1, 3, 10, 30, 60, 100, 200)
RUNS = 4
FINDERS = {"damped Newton": (damped_newton_search, 100), "trust region": (trust_region_search, 100)}
# In each hidden layer in turn: which units are in use, once or in copies, and from how many starts.
EMBEDDINGS: Mapping[str, int] = {
    "1": 1,
    "1+1": 1,
    "1+1+1": 1,
    "1+1+1+1": 1,
    "2": 1,
    "2+1": 1,
    "2+2": 1,
    "3+1": 1,
    "2+1+1": 1,
}


@cache
def photo_network(hidden_units: int = SETTINGS["hidden_units"]) -> MLP:
    """Return the loss of a tanh network with three hidden layers on 500 photographs in grey."""
    photos = images(SETTINGS["data"]).subset(SETTINGS["photographs"])
    hidden = [hidden_units] * SETTINGS["hidden_layers"]
    sizes = [photos.inputs.shape[1], *hidden, len(photos.class_names)]
    return MLP(sizes, photos.inputs, photos.targets, weight_decay=SETTINGS["weight_decay"])


def epochs_of_sgd(network: MLP, start: Array, epochs: int, rng: np.random.Generator) -> Array:
    """Return the parameters after each epoch of mini-batch SGD, the start first: (epochs + 1, dim)."""
    path, x, batch = [start], start, SETTINGS["batch_size"]
    for _ in range(epochs):
        order = rng.permutation(network.examples)
        for chosen in np.split(order, range(batch, order.size, batch)):
            x = x - SETTINGS["learning_rate"] * network.batch(chosen).gradient(x)
        path.append(x)
    return np.array(path)


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task for each embedded point, and one for each finder and run of SGD.

    ``layer`` and ``copies`` (embedding): how many units each unit of the narrower network becomes in that
    hidden layer. ``epochs`` (finders): where on a run of SGD the searches begin.
    """

    def task(method: str, layer: int, copies: str, epochs: tuple[int, ...], max_steps: int) -> dict[str, Any]:
        return {
            "method": method,
            "layer": layer,
            "copies": copies,
            "epochs": list(epochs),
            "max_steps": max_steps,
        }

    if quick:
        return [
            task("embedding", 1, "", (), 20),
            task("embedding", 2, "", (), 20),
            task("damped Newton", 0, "", (1,), 3),
        ]
    layers = range(SETTINGS["hidden_layers"])
    whole = "+".join(["1"] * SETTINGS["hidden_units"])
    patterns = [("", 0, 1), (whole, 0, 4)]
    patterns += [(copies, layer, count) for copies, count in EMBEDDINGS.items() for layer in layers]
    embeddings = [
        task("embedding", layer, copies, (), 200) for copies, layer, count in patterns for _ in range(count)
    ]
    searches = [task(name, 0, "", EPOCHS, most) for name, (_, most) in FINDERS.items() for _ in range(RUNS)]
    return [*embeddings, *searches]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Make one critical point, or look for one from each of the epochs.

    Results, one row a point: ``parameters`` (m, dim), and ``value``, ``gradient_norm``, ``index``,
    ``residual``, ``cutoff`` and ``certified`` as `certify` gives them. embedding: also ``returned``, whether
    damped Newton comes back from nearby. Finders: also ``start_value`` and ``start_index``, the loss and the
    number of negative eigenvalues where the search began, and ``moved``, how far it went.
    """
    network = photo_network()
    if parameters["method"] == "embedding":
        counts = [int(c) for c in parameters["copies"].split("+") if c]
        narrower = NarrowerNetwork(network, counts, layer=parameters["layer"])
        trained = narrower.as_mlp() or narrower
        low = find_minimum(trained, narrower.initial(rng), max_newton_steps=parameters["max_steps"])
        point = certify(network, narrower.embed(low), gradient_tolerance=SETTINGS["gradient_tolerance"])
        away = SETTINGS["nearby"] * rng.uniform(-1.0, 1.0, network.dim)
        (back,) = damped_newton_search(network, point.x + away, max_steps=10)
        returned = back.certified and norms(back.x - point.x) < 1e-6
        return {**evidence([point]), "returned": np.array([returned])}
    path = epochs_of_sgd(network, network.initial(rng), max(parameters["epochs"]), rng)
    starts = path[parameters["epochs"]]
    finder, _ = FINDERS[parameters["method"]]
    found = finder(
        network,
        starts,
        max_steps=parameters["max_steps"],
        gradient_tolerance=SETTINGS["gradient_tolerance"],
    )
    spectra = np.linalg.eigvalsh(network.hessian(starts))
    return {
        **evidence(found),
        "start_value": network.value(starts),
        "start_index": np.array([classify(values).index for values in spectra], dtype=np.int16),
        "moved": norms(np.array([point.x for point in found]) - starts),
    }


def evidence(points: list[CriticalPoint]) -> dict[str, NDArray[Any]]:
    """Return what is stored of some points, one row each."""
    return {
        "parameters": np.array([point.x for point in points]),
        "value": np.array([point.value for point in points]),
        "gradient_norm": np.array([point.gradient_norm for point in points]),
        "index": np.array([point.index for point in points], dtype=np.int16),
        "residual": np.array([point.residual for point in points]),
        "cutoff": np.array([point.cutoff for point in points]),
        "certified": np.array([point.certified for point in points]),
    }


def points_of(results: Results, *methods: str) -> dict[str, NDArray[Any]]:
    """Return the evidence of all points that these methods found, one entry of every array a point.

    With the method of each as ``method``, and all that every one of the tasks has stored.
    """
    rows = [
        {"method": np.repeat(results.tasks[task]["method"], len(row["value"])), **row}
        for task, row in results.rows.items()
        if results.tasks[task]["method"] in methods
    ]
    if not rows:
        raise ValueError(f"methods must be among those of the tasks, got {methods}")
    common = [name for name in rows[0] if all(name in row for row in rows)]
    return {name: np.concatenate([row[name] for row in rows]) for name in common}


def summary(results: Results) -> str:
    """Return a line for each method: how many points are certified, and how the others fail."""
    lines = []
    for name in dict.fromkeys(task["method"] for task in results.tasks):
        found = points_of(results, name)
        good, norm = found["certified"], found["gradient_norm"]
        line = f"{name}: {good.sum()} of {good.size} certified"
        if good.any():
            value, index = found["value"][good], found["index"][good]
            line += f" (loss {value.min():.2f} to {value.max():.2f}, index {index.min()} to {index.max()})"
        if not good.all():
            line += f"; the others stop at ‖g‖ {norm[~good].min():.0e} to {norm[~good].max():.0e}"
        lines.append(line)
    return "\n".join(lines)


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


DEEP_CRITICAL_POINTS = Experiment(
    name="deep-critical-points",
    description="Newton from the epochs of SGD in a deep network on photographs (15 minutes on one core).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
