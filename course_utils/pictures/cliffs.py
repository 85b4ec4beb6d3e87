"""Pictures of cliffs: where they come from, and what a step from one does."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, RecurrentCliff, as_points
from course_utils.optimizers import clip_by_norm, clip_by_value
from course_utils.pictures.ground_layers import objective_layers
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import Handle, OnGraph, State
from course_utils.widgets.layers import Arrow, Line, Table, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

RULES = ("no clipping", "clip the norm", "clip the components")
_BIASES = (-5.0, -1.0)


def states_and_slopes(weight: float, bias: float, iterations: int) -> tuple[Array, Array]:
    """Return s_t of s₀ = 0.5, s_t = σ(w s_{t−1} + b), and its derivative with respect to b, (t + 1,) each."""
    from scipy.special import expit  # here, because it takes as long to import as NumPy

    s, slope = np.full(iterations + 1, 0.5), np.zeros(iterations + 1)
    for t in range(iterations):
        s[t + 1] = expit(weight * s[t] + bias)
        slope[t + 1] = s[t + 1] * (1 - s[t + 1]) * (weight * slope[t] + 1)
    return s, slope


def iterated_unit(weight: float = 6.0, iterations: int = 5, bias: float = -2.9) -> Scene:
    """Return one recurrent unit s_t = σ(w s_{t−1} + b), iterated: states, slopes and loss against b.

    The reader drags the bias along the loss curve and moves the number of iterations and the weight. At
    b = −w/2 the states never leave ½, and the slope ∂s_t/∂b is ¼(1 + w/4 + … + (w/4)^{t−1}).

    Parameters
    ----------
    weight : w in [1, 8] to begin with.
    iterations : t in 1 … 60 to begin with.
    bias : b in [−5, −1] to begin with.
    """
    grid = np.linspace(*_BIASES, 401)

    def loss(state: State, biases: ArrayLike) -> Array:
        b = np.asarray(biases, dtype=np.float64)
        return RecurrentCliff(state.iterations).value(np.stack([np.full(b.shape, state.weight), b], axis=-1))

    def update(state: State) -> View:
        b = float(state.bias[0])
        s, slope = states_and_slopes(state.weight, b, state.iterations)
        t = np.arange(state.iterations + 1)
        wall = -state.weight / 2
        # The wall is thinner than any grid: beside it the curve needs points of its own.
        near = wall + np.concatenate([-np.geomspace(1e-9, 0.1, 40)[::-1], np.geomspace(1e-9, 0.1, 40)])
        biases = np.sort(np.concatenate([grid, near[(near > _BIASES[0]) & (near < _BIASES[1])]]))
        dloss = 2 * (s[-1] - 0.7) * slope[-1]
        steepest = states_and_slopes(state.weight, wall, state.iterations)[1]
        return View(
            states=[
                Line([(0, 0.7), (state.iterations, 0.7)], "grey", "dash", label="target 0.7"),
                Line(
                    np.stack([t, s], -1),
                    "blue",
                    label="s_t",
                    marker="circle",
                    every=max(1, len(t) // 25),
                    run="t",
                ),
            ],
            slopes=[
                Line(np.stack([t, steepest], -1)[1:], "grey", "dash", label="on the wall, b = −w/2"),
                Line(
                    np.stack([t, slope], -1)[1:],
                    "vermillion",
                    label="∂s_t/∂b at your b",
                    run="t",
                    steps=t[1:],
                ),
            ],
            loss=[Line(np.stack([biases, loss(state, biases)], -1), "black", label="(s_T − 0.7)²")],
            readout=Table(
                [
                    ("last state s_T", number(s[-1])),
                    ("slope of the loss at your b", number(dloss, 3)),
                    ("∂s_T/∂b on the wall", number(steepest[-1], 3)),
                ]
            ),
        )

    return scene(
        update,
        panels={
            "loss": Panel("loss against the bias", "b", "loss", (*_BIASES, 0.0, 0.52)),
            "states": Panel("the state on its way", "iteration t", "s_t", (0.0, None, 0.0, 1.0)),
            "slopes": Panel("slopes", "iteration t", "∂s_t/∂b", (0.0, None, None, None), log_y=True),
        },
        handles={
            "bias": Handle(
                (bias, 0.0), on=OnGraph(lambda at, state: float(loss(state, at))), names=("b", "loss")
            )
        },
        controls={
            "iterations": slider("iterations T", 1, 60, iterations, whole=True),
            "weight": slider("weight w", 1.0, 8.0, weight),
        },
        alt="Loss of an iterated unit against its bias, with a draggable bias; beside it the states and, on "
        "a logarithmic axis, their slopes along the iteration",
    )


def catapult(
    *,
    iterations: int = 10,
    start: ArrayLike = (5.0, -2.5),
    learning_rate: float = 1.0,
    threshold: float = 0.5,
    steps: int = 25,
) -> Scene:
    """Return three runs from one draggable start: without clipping, by norm, by components.

    Parameters
    ----------
    iterations : of the recurrent cliff. With few of them the wall is wide enough to be hit by hand.
    start : (2,) to begin with.
    learning_rate, threshold : η and h to begin with.
    steps : length of the runs.
    """
    f = RecurrentCliff(iterations)
    at = as_points("start", start, 2)
    still = objective_layers(f)
    x0, x1, y0, y1 = window = (3.5, 7.5, -3.8, -0.6)
    panel = Panel(f"loss after {iterations} iterations", "w", "b", window, ratio="equal")

    def update(state: State) -> View:
        x = np.tile(state.start, (3, 1))
        path, losses = [x], []
        for _ in range(steps):
            value, g = f.value_and_gradient(x)
            losses.append(value)
            g[1], g[2] = clip_by_norm(g[1], state.threshold), clip_by_value(g[2], state.threshold)
            x = x - state.learning_rate * g
            path.append(x)
        losses.append(f.value(x))
        points, values = np.stack(path), np.stack(losses)
        rows, plane, curves = [], [*still], []
        for k, rule in enumerate(RULES):
            color, dash, marker = series(k)
            plane.append(
                Line(points[:, k], color, dash, label=rule, marker=marker, width=1.4, size=3, run=rule)
            )
            plane.append(Arrow(points[0, k], points[1, k], color, dash))
            curves.append(
                Line(np.stack([np.arange(steps + 1), values[:, k]], -1), color, dash, marker=marker, run=rule)
            )
            length = float(np.linalg.norm(points[1, k] - points[0, k]))
            rows.append(
                (
                    rule,
                    number(length, 3),
                    number(values[1, k], 3),
                    _first_below(values[:, k]),
                    number(values[-1, k], 3),
                )
            )
        norm = float(np.linalg.norm(f.gradient(state.start)))
        end = points[1, 0]
        outside = not (x0 <= end[0] <= x1 and y0 <= end[1] <= y1)
        return View(
            plane=plane,
            loss=curves,
            readout=Table(
                rows, ("", "first step", "loss after it", "first below the start", f"after {steps}")
            ),
            message=f"At the start: loss {number(values[0, 0], 3)}, ‖g‖ = {number(norm, 3)}."
            + (
                f" Without clipping the first step ends at ({number(end[0], 3)}, {number(end[1], 3)}), "
                "outside the picture."
                if outside
                else ""
            ),
        )

    return scene(
        update,
        panels={
            "plane": panel,
            "loss": Panel("loss along the way", "step", "loss", (0.0, float(steps), 0.0, None)),
        },
        handles={"start": Handle((float(at[0]), float(at[1])), names=(panel.x, panel.y))},
        controls={
            "learning_rate": slider("learning rate η", 0.01, 5.0, learning_rate, log=True),
            "threshold": slider("threshold h", 0.01, 10.0, threshold, log=True),
        },
        alt="A landscape with a wall and three runs of gradient descent from one draggable start: without "
        "clipping, with the norm clipped and with the components clipped; beside it their losses",
    )


def _first_below(values: Array) -> str:
    """Say after how many steps a run is first below its start."""
    below = np.flatnonzero(values < values[0])
    return f"step {below[0]}" if below.size else "not yet"
