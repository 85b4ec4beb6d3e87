"""A picture of methods that look at each parameter alone, in coordinates that the reader turns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points, two_wells
from course_utils.optimizers import (
    GradientDescent,
    Optimizer,
    SaddleFreeNewton,
    Sophia,
    from_step,
    minimize,
)
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.errors import explain
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Arrow, Landscape, Layer, Line, Table, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_STEPS = 32
_LEFT = -0.25  # half the way down from the saddle to the minima
_REACH = 1.6
_SHOWN = 1e3  # coordinates beyond it are not drawn


def jacobi(objective: Objective, x: Array, learning_rate: float = 0.3, damping: float = 0.05) -> Array:
    """Divide by the size of the exact diagonal of H, which `optimizers.Jacobi` estimates."""
    diagonal = np.diagonal(objective.hessian(x), axis1=-2, axis2=-1)
    return np.asarray(x - learning_rate * objective.gradient(x) / (np.abs(diagonal) + damping))


def equilibration(objective: Objective, x: Array, learning_rate: float = 0.3, damping: float = 0.05) -> Array:
    """Divide by the exact row norms of H, which `optimizers.Equilibrated` estimates."""
    rows = np.linalg.norm(objective.hessian(x), axis=-1)
    return np.asarray(x - learning_rate * objective.gradient(x) / (rows + damping))


def turned_saddle(
    methods: Mapping[str, Optimizer] | None = None, *, angle: float = 0.0, start: ArrayLike = (0.7, 0.001)
) -> Scene:
    """Return paths on the saddle between two wells, whose coordinates a slider turns.

    The landscape stays where it is; turned are the two parameters that the methods are given. A method that
    looks at gradients and Hessians as wholes does not notice. Beside the paths is f at each step.

    Parameters
    ----------
    methods : name → optimizer; by default gradient descent, Jacobi, equilibration, Sophia and saddle-free
        Newton.
    angle : of the first picture, in degrees from 0 to 90.
    start : (2,) of the first picture.

    Raises
    ------
    ValueError
        If there are no methods, or the start is not one point.
    """
    if methods is None:
        methods = {
            "gradient descent": GradientDescent(0.15),
            "Jacobi": from_step(jacobi),
            "equilibration": from_step(equilibration),
            "Sophia": Sophia(0.05, beta1=0.8, scale=1.0, every=1),
            "saddle-free Newton": SaddleFreeNewton(0.5),
        }
    if not methods:
        raise ValueError("methods must hold at least one optimizer, got none")
    at = as_points("start", start, 2)
    if at.ndim != 1:
        raise ValueError(f"start must have shape (2,), got {at.shape}")
    still = two_wells()

    def update(state: State) -> View:
        turn = float(np.deg2rad(state.angle))
        c, s = np.cos(turn), np.sin(turn)
        seen, to_drawn = two_wells(turn), np.array([[c, -s], [s, c]])  # x → (u, v) = x @ to_drawn
        paths: list[Layer] = []
        losses: list[Layer] = [Line([(0, _LEFT), (_STEPS, _LEFT)], "grey", "dot", width=1.4)]
        rows, errors = [], []
        for k, (name, method) in enumerate(methods.items()):
            color, dash, marker = series(k)
            try:
                run = minimize(seen, method, to_drawn @ state.start, _STEPS, rng=np.random.default_rng(0))
            except Exception as error:  # a reader's own step: the other paths still show
                errors.append(f"{name}: {explain(error)}")
                continue
            path = np.clip(run.x @ to_drawn, -_SHOWN, _SHOWN)
            height = np.clip(run.value, -1.0, _SHOWN)
            paths.append(Line(path, color, dash, label=name, marker=marker, every=5, size=3.5, run=name))
            steps = np.arange(float(len(height)))
            losses.append(Line(np.stack([steps, height], axis=-1), color, dash, run=name))
            out = np.flatnonzero(run.value < _LEFT)
            gone = f"step {out[0]}" if out.size else f"not in {_STEPS}"
            rows.append((name, gone, number(run.value[-1], 3), number(run.cost[-1], 3)))
        return View(
            plane=[
                Landscape(still),
                *(
                    Arrow((0, 0), 0.5 * row, "grey", label=label, width=1.6)
                    for row, label in zip(to_drawn, ("x₁ and x₂", ""), strict=True)
                ),
                *paths,
            ],
            loss=losses,
            readout=Table(rows, ("", "half the way down", "f at the end", "cost (gradients)")),
            error="\n".join(errors),
            message=_told(float(state.angle), seen.hessian(np.zeros(2))),
        )

    return scene(
        update,
        panels={
            "plane": Panel(
                "one landscape, turned parameters",
                "u",
                "v",
                (-_REACH, _REACH, -_REACH, _REACH),
                ratio="equal",
            ),
            "loss": Panel("f along the way", "step", "f", (0.0, float(_STEPS), -0.6, 1.2)),
        },
        handles={"start": Handle((float(at[0]), float(at[1])))},
        controls={"angle": slider("parameters turned by (degrees)", 0.0, 90.0, angle)},
        alt="A saddle between two wells with the paths of "
        f"{', '.join(methods)} from one start; f along each of them beside it.",
    )


def _told(angle: float, H: Array) -> str:
    row = float(np.linalg.norm(H[0]))
    entry = f"{abs(H[0, 0]):.2f}"
    return (
        f"At the saddle, turned by {angle:.0f}°: the curvatures are 2 and −2, the diagonal of H says "
        f"±{entry} for both parameters, its rows have the length {row:.2f}."
    )
