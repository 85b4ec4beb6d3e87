"""The octopus: two of its tentacles from above, and the times at which a run gets out of each of many."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from course_utils.objectives import Array, Octopus
from course_utils.optimizers import GradientDescent, PerturbedGradientDescent, minimize
from course_utils.pictures.ground_layers import objective_layers, objective_panel
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

MOST_STEPS = 2500
_SEEDS = 9
_START = 0.35
_PLANE_STEPS = 90


def exit_times(objective: Octopus, x: Array) -> Array:
    """Return the step at which each saddle was passed, from points (T+1, ..., n) of a run; inf for never."""
    passed = objective.passed(x)
    times = [
        np.where((passed > k).any(0), np.argmax(passed > k, axis=0), np.inf) for k in range(objective.dim)
    ]
    return np.stack(times, axis=-1)


def shaken_descent(objective: Octopus, radius: float) -> PerturbedGradientDescent:
    """Return perturbed descent with the rate 1/4L that shakes where ‖g‖ ≤ r, every 20 steps at most."""
    rate = 1 / (4 * objective.smoothness)
    return PerturbedGradientDescent(rate, noise_radius=radius, gradient_threshold=radius, waiting=20)


@lru_cache(maxsize=64)
def both_times(dim: int, smoothness: float, radius: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return when gradient descent and (median of nine runs) perturbed descent pass each saddle.

    From (0.35, …, 0.35) with η = 1/4L, at most `MOST_STEPS` steps; inf for saddles not passed by then.
    """
    f = Octopus(dim, smoothness=smoothness)
    start = np.full(dim, _START)
    plain = exit_times(f, minimize(f, GradientDescent(1 / (4 * smoothness)), start, MOST_STEPS).x)
    runs = minimize(
        f, shaken_descent(f, radius), np.tile(start, (_SEEDS, 1)), 60 * dim, rng=np.random.default_rng(0)
    )
    return tuple(plain.tolist()), tuple(np.median(exit_times(f, runs.x), axis=0).tolist())


def octopus_tentacles() -> Scene:
    """Return the octopus in the plane with a start to drag, and the exit times up to a dimension to choose.

    Left: both methods from the start, η = 1/4L. Right: when they pass the k-th saddle in n dimensions, from a
    fixed start near the first one. The dotted line grows by 1 + log 2/log(1 + γ/2L) from saddle to saddle:
    while a run is held up, each waiting coordinate is halved in every step; then it grows by 1 + γ/2L a step.
    """

    def update(state: State) -> View:
        L, radius, dim = float(state.smoothness), float(state.radius), int(state.dim)
        f = Octopus(2, smoothness=L)
        plain = minimize(f, GradientDescent(1 / (4 * L)), state.start, _PLANE_STEPS)
        shaken = minimize(
            f, shaken_descent(f, radius), state.start, _PLANE_STEPS, rng=np.random.default_rng(1)
        )
        k = np.arange(1.0, dim + 1)
        slow, quick = (np.array(times) for times in both_times(dim, L, radius))
        growth = 1 + np.log(2) / np.log(1 + f.descent / (2 * L))
        law = slow[1] * growth ** (k - 2)
        rows = [(f"saddle {int(i)}", _step(a), _step(b)) for i, a, b in zip(k, slow, quick, strict=True)]
        beyond = "" if np.isfinite(slow).all() else f" — : not within {MOST_STEPS:,} steps."
        done = f.passed(plain.x[-1]), f.passed(shaken.x[-1])
        return View(
            plane=[
                *objective_layers(f, 121),
                Line(plain.x, "blue", label="gradient descent", marker="circle", run="gradient descent"),
                Line(shaken.x, "vermillion", "dash", label="perturbed", marker="square", run="perturbed"),
            ],
            times=[
                Line(np.stack([k, law], axis=-1), "grey", "dot", label="growth by halving", width=1.6),
                Points(_finite(k, quick), "vermillion", "square", label="perturbed", size=9.0, hollow=True),
                Points(_finite(k, slow), "blue", label="gradient descent", size=5.0),
            ],
            readout=Table(rows, ("passed", "gradient descent", "perturbed (median of 9)")),
            message=f"In the plane, after {_PLANE_STEPS} steps: gradient descent has passed {int(done[0])} "
            f"of 2 saddles, perturbed descent {int(done[1])}. Dotted: × {number(growth, 3)}.{beyond}",
            windows={"times": (0.5, dim + 0.5, 3.0, 2.0 * MOST_STEPS)},
        )

    return scene(
        update,
        panels={
            "plane": objective_panel(Octopus(2), "two tentacles, from above"),
            "times": Panel("when the k-th saddle is passed", "saddle k", "step", log_y=True, ratio=1.0),
        },
        handles={"start": Handle((0.35, 0.35), names=("x₁", "x₂"))},
        controls={
            "dim": slider("dimension n", 2, 7, 2, whole=True),
            "smoothness": choice("curvature L (γ = 1)", {"1": 1.0, "1.5": 1.5, "2": 2.0}, 1.0),
            "radius": slider("noise radius r", 0.01, 1.0, 0.1, log=True),
        },
        alt="Two tentacles of the octopus from above with a path of gradient descent and one of perturbed "
        "descent; beside them the steps at which either passes each of two saddles, on a logarithmic axis",
    )


def _finite(k: Array, times: Array) -> Array:
    inside = np.isfinite(times)
    points: Array = np.stack([k[inside], times[inside]], axis=-1)
    return points


def _step(time: float) -> str:
    return f"step {int(time)}" if np.isfinite(time) else "—"
