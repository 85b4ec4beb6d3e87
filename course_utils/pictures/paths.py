"""Live pictures of training paths: the line from their start to their end, and the walk without an aim."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.landscapes import (
    largest_rise,
    principal_components,
    project_onto_line,
    random_walk,
    random_walk_share,
    straight_line,
    walk_residual,
)
from course_utils.networks import MLP
from course_utils.objectives import Array
from course_utils.objectives.checks import real_array
from course_utils.optimizers import Adam, GradientDescent, Momentum, minimize
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider, toggle
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_STEPS = 60
_POINTS = 41
_COMPONENTS = 3
_BOTH = "both paths"  # played together
_RULES = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "Adam": Adam,
}


def line_of_training(network: MLP, *, alt: str | None = None) -> Scene:
    """Return a training run beside the loss on the straight line from its start to its end.

    The reader chooses the rule and its learning rate, how large the initial weights are, and how wide and
    how deep the network is; it is trained anew each time, on the examples of ``network``.

    Parameters
    ----------
    network : its inputs, outputs, examples and activation are kept, its hidden layers are not.
    alt : what the first picture shows.
    """
    inputs, outputs = network.layer_sizes[0], network.layer_sizes[-1]

    def update(state: State) -> View:
        trained = network.resized([inputs, *[state.width] * state.depth, outputs])
        start = trained.initial(np.random.default_rng(0), scale=state.scale)
        run = minimize(trained, _RULES[state.rule](state.rate), start, _STEPS)
        line = straight_line(trained, run.x[0], run.x[-1], _POINTS)
        steps = np.arange(len(run.value), dtype=float)
        moves = np.linalg.norm(np.diff(run.x, axis=0), axis=-1).sum()
        direct = float(np.linalg.norm(run.x[-1] - run.x[0]))
        climbs, up = np.diff(line.loss), np.diff(run.value)
        rows = [
            (
                "on the line",
                f"{np.sum(climbs > 0)} of {len(climbs)}",
                number(largest_rise(line.loss), 3),
            ),
            ("in the run", f"{np.sum(up > 0)} of {len(up)}", number(largest_rise(run.value), 3)),
        ]
        shown = np.stack([line.t, line.loss], axis=-1)
        message = f"The path is {number(float(moves) / max(direct, 1e-300), 3)} times as long as the line."
        if run.status == "diverged":
            message = "The run left the numbers: what is shown ends at its last finite point."
        return View(
            line=[Line(shown, "blue"), Points(shown[[0, -1]], "black", "square")],
            run=[Line(np.stack([steps, run.value], axis=-1), "vermillion")],
            readout=Table(rows, ("", "steps uphill", "largest rise")),
            message=message,
        )

    return scene(
        update,
        panels={
            "line": Panel("on the straight line", "t, from start (0) to end (1)", "loss", (0, 1, 0, None)),
            "run": Panel("in the run", "step", "loss", (0, _STEPS, 0, None)),
        },
        controls={
            "rule": choice("rule", list(_RULES)),
            "rate": slider("learning rate η", 1e-3, 1.0, 0.3, log=True),
            "scale": slider("initial scale", 0.1, 5.0, 1.0, log=True),
            "width": choice("hidden units", {"5": 5, "20": 20, "60": 60}, 20),
            "depth": choice("hidden layers", {"1": 1, "3": 3, "5": 5}),
        },
        alt=alt
        or "The loss falls steadily along a training run and on the straight line from its start to its end.",
    )


def run_and_walk(points: ArrayLike, *, alt: str | None = None) -> Scene:
    """Return a training path and a random walk of as many steps, seen in the same two ways.

    In the plane of their first two principal components, each path in its own, and as projection α against
    residual β on the line to the point that is called the solution, both divided by its distance A.

    The walk begins in two dimensions, and what it comes to in many is shown once the reader asks for it: what
    a walk looks like is a prediction of lesson 09.

    Parameters
    ----------
    points : (T, n) the training path, T ≥ 10.
    alt : what the first picture shows.

    Raises
    ------
    ValueError
        If ``points`` are not at least ten finite points.
    """
    path = real_array("points", points)
    if path.ndim != 2 or len(path) < 10 or not np.isfinite(path).all():
        raise ValueError(f"points must be finite, of shape (T, n) with T ≥ 10, got {path.shape}")
    steps = len(path) - 1
    seen = {"training": _seen(path)}
    half = np.linspace(0, 1, 101)
    circle = np.stack([half, walk_residual(half, 1.0)], axis=-1)

    def update(state: State) -> View:
        walk = random_walk(np.random.default_rng(state.seed), steps, state.dim)
        looks = {"training": ("blue", path), "random walk": ("vermillion", walk)}
        components = {**seen, "random walk": _seen(walk)}
        null = [Line(circle, "grey", "dot", label="√(α(A − α))")] if state.null else []
        views: dict[str, list[Line | Points]] = {"projection": [*null]}
        rows = []
        for (name, (color, x)), panel in zip(looks.items(), ("run", "walk"), strict=True):
            coordinates, shares = components[name]
            views[panel] = [Line(coordinates, color, run=_BOTH), Points(coordinates[-1], color, "square")]
            end = max(1, round(state.solution * steps))
            along, away = project_onto_line(x, x[0], x[end])
            length = along[end]
            both = np.stack([along, away], axis=-1) / length
            dash = "solid" if name == "training" else "dash"
            views["projection"].append(Line(both, color, dash, label=name, run=_BOTH))  # type: ignore[arg-type]
            views["projection"].append(Points(both[end], color, "star"))
            rows.append((name, *(f"{share:.0%}" for share in shares), number(both[: end + 1, 1].max(), 2)))
        if state.null:
            endless = [f"{random_walk_share(k, steps + 1):.0%}" for k in range(1, _COMPONENTS + 1)]
            rows.append(("walk, n → ∞", *endless, "0.5"))
        titles = [f"component {k}" for k in range(1, _COMPONENTS + 1)]
        return View(
            run=views["run"],
            walk=views["walk"],
            projection=views["projection"],
            readout=Table(rows, ("share of the variance", *titles, "largest β / A")),
        )

    return scene(
        update,
        panels={
            "run": Panel("training", "component 1", "component 2"),
            "walk": Panel("random walk", "component 1", "component 2"),
            "projection": Panel("both from the line", "α / A", "β / A", (-0.2, 1.4, 0.0, 1.0)),
        },
        controls={
            "dim": slider("dimensions of the walk", 2, 3000, 2, log=True, whole=True),
            "solution": slider("'solution' after this share of the steps", 0.2, 1.0, 0.9),
            "seed": slider("another walk", 0, 20, 0, whole=True),
            "null": toggle("a walk in very many dimensions, beside them"),
        },
        alt=alt
        or "A training path in the plane of its principal components, an arc; a random walk in two "
        "dimensions, a tangle; and both as projection against residual.",
    )


def _seen(points: Array) -> tuple[Array, tuple[float, ...]]:
    """Return the path in the plane of its first two components, and the shares of the first three."""
    found = principal_components(points, min(_COMPONENTS, *points.shape))
    shares = tuple(found.shares.tolist()) + (0.0,) * (_COMPONENTS - len(found.shares))
    return found.coordinates[:, :2], shares
