"""Leaving saddles: certified ones of a digit network by every method, and quadratic ones of any size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils import landscapes
from course_utils.datasets import DATA_FOLDER, read_checked
from course_utils.experiments import critical_points
from course_utils.objectives import Array, Objective, quadratic
from course_utils.optimizers import (
    Adam,
    CubicNewton,
    GradientDescent,
    KrylovSaddleFreeNewton,
    Momentum,
    NegativeCurvatureDescent,
    Newton,
    NewtonCG,
    Optimizer,
    PerturbedGradientDescent,
    SaddleFreeNewton,
    TrustRegionNewton,
    setting,
)
from course_utils.optimizers.base import advance
from course_utils.optimizers.metered import Metered
from course_utils.running.experiment import Experiment
from course_utils.running.results import Results, load_results

SHIPPED = "escape.npz"
SETTINGS: Mapping[str, Any] = {
    "seeds": 20,
    "offset": 1e-3,
    "fall": 0.01,
    "learning_rate": 0.05,
    "noise_radius": 1e-3,
    "quadratic_rate": 0.1,
    "curvature": 0.5,
    "dimension": 1000,
}
DIMENSIONS = (10, 32, 100, 316, 1_000, 3_162, 10_000, 31_623, 100_000)
CURVATURES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
INDICES = (45, 36, 27, 18, 9)


@dataclass(frozen=True)
class MiniBatchDescent(Optimizer):
    """Gradient descent on ``batch_size`` random examples of a network at each step."""

    learning_rate: float = SETTINGS["learning_rate"]
    batch_size: int = setting(100, (1, 1000), symbol="B", label="batch size", at_least=1, whole=True)

    def step(self, objective: Any, x: Array, state: None, rng: np.random.Generator) -> tuple[Array, None]:
        """One step on one batch."""
        chosen = rng.choice(objective.examples, int(self.batch_size), replace=False)
        return x - self.learning_rate * objective.batch(chosen).gradient(x), None


_RATE = SETTINGS["learning_rate"]
METHODS: Mapping[str, tuple[Optimizer, int]] = {
    "gradient descent": (GradientDescent(_RATE), 6_000),
    "momentum": (Momentum(_RATE, 0.9), 2_000),
    "Adam": (Adam(0.005), 2_000),
    "mini-batches": (MiniBatchDescent(), 6_000),
    "perturbed descent": (
        PerturbedGradientDescent(
            _RATE, noise_radius=SETTINGS["noise_radius"], gradient_threshold=1e-3, waiting=100
        ),
        6_000,
    ),
    "negative curvature": (
        NegativeCurvatureDescent(_RATE, hessian_lipschitz=3.0, gradient_threshold=1e-3, subspace=20),
        600,
    ),
    "Newton-CG, capped": (NewtonCG(gradient_tolerance=1e-4, curvature_tolerance=1e-2), 100),
    "cubic Newton": (CubicNewton(), 12),
    "trust region": (TrustRegionNewton(), 12),
    "Krylov saddle-free": (KrylovSaddleFreeNewton(20), 100),
    "saddle-free Newton": (SaddleFreeNewton(0.1), 30),
    "Newton": (Newton(), 6),
}
LEAVES_FROM_THE_TOP = (
    "perturbed descent",
    "negative curvature",
    "Newton-CG, capped",
    "cubic Newton",
    "trust region",
)
"""The methods that do more than to multiply a gradient of zero."""


def leave(
    objective: Objective,
    optimizer: Optimizer,
    start: Array,
    below: float,
    most: int,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Return (steps, gradient equivalents, seconds) until f < ``below``; steps are inf beyond ``most``.

    Looking at f after each step is not charged, and its time is not counted.
    """
    meter, x = Metered(objective), start.copy()
    algebra = optimizer.step_flops(objective) / objective.gradient_flops
    state, seconds = optimizer.init(meter, x), 0.0
    with np.errstate(all="ignore"):
        for t in range(1, most + 1):
            before = perf_counter()
            x, state = advance(optimizer, meter, x, state, rng)
            seconds += perf_counter() - before
            if not np.isfinite(x).all():
                break
            if objective.value(x) < below:
                return float(t), meter.spent + algebra * t, seconds
    return np.inf, meter.spent + algebra * most, seconds


def saddles() -> dict[int, Array]:
    """Return the lowest certified saddle with spare units at zero for each index of `INDICES`."""
    shipped = critical_points.shipped_results()
    index, value, x = (shipped.column(name) for name in ("index", "value", "parameters"))
    plain = np.array([not any(c in "2345" for c in copies) for copies in shipped.parameter("copies")])
    usable = plain & shipped.column("certified")
    lowest = {}
    for wanted in INDICES:
        here = np.flatnonzero(usable & (index == wanted))
        lowest[wanted] = x[here[value[here].argmin()]]
    return lowest


def tasks(seed: int, quick: bool) -> list[dict[str, Any]]:
    """Return one task for each saddle, method and start, and for each quadratic saddle.

    ``part`` "network": the certified saddle of ``index``, left by ``method`` from "at" it or "beside" it;
    "dimension" and "curvature": a quadratic saddle of ``dim`` parameters, lowest eigenvalue −``curvature``.
    """
    cases = [(name, "beside") for name in METHODS] + [(name, "at") for name in LEAVES_FROM_THE_TOP]
    network = [
        {"part": "network", "index": index, "method": name, "start": start, "dim": 0, "curvature": 0.0}
        for index in INDICES
        for name, start in cases
    ]

    def saddle(part: str, dim: int, curvature: float) -> dict[str, Any]:
        return {
            "part": part,
            "index": 1,
            "method": "perturbed descent",
            "start": "at",
            "dim": dim,
            "curvature": curvature,
        }

    sizes = [saddle("dimension", dim, SETTINGS["curvature"]) for dim in DIMENSIONS]
    bends = [saddle("curvature", SETTINGS["dimension"], curvature) for curvature in CURVATURES]
    if quick:
        return [network[0], network[5], sizes[0], bends[0]]
    return [*network, *sizes, *bends]


def run(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, NDArray[Any] | float]:
    """Leave one saddle with every seed.

    Results, one entry a seed: ``steps`` (inf where it did not leave), ``cost`` in gradient equivalents,
    ``seconds``; and ``value``, the loss at the saddle.
    """
    if parameters["part"] == "network":
        objective: Objective = critical_points.digits_network()
        here = saddles()[parameters["index"]]
        optimizer, most = METHODS[parameters["method"]]
        fall = SETTINGS["fall"]
    else:
        curvature, dim = parameters["curvature"], parameters["dim"]
        objective = quadratic(np.append(np.ones(dim - 1), -curvature))
        here, most, fall = np.zeros(dim), 40_000, curvature / 2  # |x_n| = 1
        optimizer = PerturbedGradientDescent(
            SETTINGS["quadratic_rate"],
            noise_radius=SETTINGS["noise_radius"],
            gradient_threshold=1e-300,  # one kick, at the saddle
        )
    value, rows = float(objective.value(here)), []
    for _ in range(SETTINGS["seeds"]):
        start = here.copy()
        if parameters["start"] == "beside":
            kick = rng.standard_normal(objective.dim)
            start += SETTINGS["offset"] * kick / np.linalg.norm(kick)
        rows.append(leave(objective, optimizer, start, value - fall, most, rng))
    steps, cost, seconds = np.array(rows).T
    return {"steps": steps, "cost": cost, "seconds": seconds.astype(np.float32), "value": value}


def median_interval(values: ArrayLike, level: float = 0.95) -> tuple[float, float, float]:
    """Return the median and a confidence interval for it of at least ``level``, from order statistics.

    With n independent values the interval from the k-th smallest to the k-th largest holds the median with
    probability 1 − 2 P(Binomial(n, ½) < k), whatever their distribution, infinite values included.

    Raises
    ------
    ValueError
        If there are too few values for the level, or NaN among them.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or np.isnan(sample).any():
        raise ValueError(f"values must be a row of numbers without NaN, got {values!r:.80}")
    found = landscapes.median_interval(sample, level) if sample.size > 1 else None
    if found is None or found.level < level:
        raise ValueError(f"values must be more, for an interval of level {level:g}, got {sample.size}")
    return found.median, found.low, found.high


def summary(results: Results) -> str:
    """Return a line for each task: the median of the steps with its interval, and of the cost."""
    lines = []
    for number, rows in sorted(results.rows.items()):
        task = results.tasks[number]
        middle, low, high = median_interval(rows["steps"])
        what = (
            f"index {task['index']}"
            if task["part"] == "network"
            else f"n={task['dim']} λ={task['curvature']}"
        )
        lines.append(
            f"{task['part']:9s} {what:16s} {task['method']:19s} {task['start']:6s} "
            f"{middle:7.0f} steps ({low:.0f} to {high:.0f}), {np.median(rows['cost']):9,.0f} gradients"
        )
    return "\n".join(lines)


def shipped_results() -> Results:
    """Return the results that come with the course, checked like the data; errors as in `read_checked`."""
    read_checked(SHIPPED)
    return load_results(DATA_FOLDER / SHIPPED)


ESCAPE = Experiment(
    name="escape",
    description="Leaving certified saddles of a digit network, and quadratic ones of any size (10 minutes).",
    tasks=tasks,
    run=run,
    summary=summary,
    settings=SETTINGS,
)
