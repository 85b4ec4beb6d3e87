"""A live picture of a hill, and of the way round it that one more dimension opens."""

from __future__ import annotations

import numpy as np

from course_utils.objectives import Array, hills_detour
from course_utils.optimizers import GradientDescent, minimize
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_STEPS = 200
_LEARNING_RATE = 0.8
_ARRIVED = 0.05  # distance from the goal
_SMALLEST = 1e-12  # of the axis of x₃


def way_round(start: tuple[float, float] = (-2.4, -0.7), *, alt: str | None = None) -> Scene:
    """Return two runs of gradient descent on `hills`: in the plane, and with a third coordinate x₃.

    The landscape is `Detour`: its slice x₃ = 0 is the plane, and away from it the hills end. The start is
    dragged; sliders set how far from the slice the second run starts, and how strongly x₃ is pulled back.
    Shown are the ways seen from above, |x₃| and f at each step.
    """
    goal = _goal()

    def update(state: State) -> View:
        objective = hills_detour(stiffness=state.stiffness)
        starts = np.array([[*state.start, 0.0], [*state.start, state.offset]])
        run = minimize(objective, GradientDescent(_LEARNING_RATE), starts, _STEPS)
        arrivals = [_arrival(run.x[:, k], goal) for k in (0, 1)]
        last = _STEPS if arrivals[1] is None else min(_STEPS, arrivals[1] + 20)
        names = ("in the plane, x₃ = 0", "with the third coordinate")
        rows = []
        for k, (name, t) in enumerate(zip(names, arrivals, strict=True)):
            way = run.x[: (t if t is not None else _STEPS) + 1, k]
            length = float(np.linalg.norm(np.diff(way, axis=0), axis=-1).sum())
            steps = "never" if t is None else f"{t}"
            rows.append((name, number(run.value[-1, k], 3), steps, number(length, 3)))
        direct = float(np.linalg.norm(goal[:2] - state.start))
        rows.append(("straight line to the goal", "", "", number(direct, 3)))
        count = np.arange(last + 1, dtype=float)
        look: list[dict[str, object]] = [
            {"color": "vermillion", "dash": "dash"},
            {"color": "blue", "dash": "solid"},
        ]
        views: dict[str, list[Layer]] = {
            "plane": [Landscape(objective.rough, levels=12)],
            "height": [],
            "loss": [],
        }
        for k, (name, style) in enumerate(zip(names, look, strict=True)):
            style = {**style, "run": name}
            shown = run.x[: last + 1, k]
            views["plane"].append(Line(shown[:, :2], label=name, **style))  # type: ignore[arg-type]
            away = np.maximum(np.abs(shown[:, 2]), _SMALLEST / 10)
            views["height"].append(Line(np.stack([count, away], axis=-1), **style))  # type: ignore[arg-type]
            loss = np.stack([count, run.value[: last + 1, k]], axis=-1)
            views["loss"].append(Line(loss, **style))  # type: ignore[arg-type]
        views["plane"].append(Points(goal[:2], "green", "star", label="goal", size=8))
        ends = (0.0, float(last))
        return View(
            plane=views["plane"],
            height=views["height"],
            loss=views["loss"],
            readout=Table(rows, ("", "f at the end", "steps to the goal", "length of the way")),
            message=_remark(state, arrivals, float(objective.hessian(run.x[-1, 0])[2, 2])),
            windows={"height": (*ends, _SMALLEST, 10.0), "loss": (*ends, 0.0, None)},
        )

    return scene(
        update,
        panels={
            "plane": Panel("seen from above", "x₁", "x₂", (-3.5, 3.5, -3.0, 3.0), ratio="equal", weight=0.9),
            "height": Panel("distance from the plane", "step", "|x₃|", log_y=True, weight=0.63),
            "loss": Panel("loss", "step", "f", weight=0.63),
        },
        handles={"start": Handle(start, names=("x₁", "x₂"))},
        controls={
            "offset": slider("x₃ at the start", 1e-10, 1.0, 1e-4, log=True, switch=True, off=0.0),
            "stiffness": slider("pull back to the plane, c", 0.05, 0.6, 0.2),
        },
        alt=alt
        or "A hill between start and goal. The run in the plane ends in a hollow beside the hill; the run "
        "with a third coordinate waits there, leaves the plane and reaches the goal.",
    )


def _goal() -> Array:
    """Return the lowest point, (3,): at the bottom of the bowl, pushed a little by the hills."""
    run = minimize(hills_detour(), GradientDescent(_LEARNING_RATE), [2.0, 0.0, 0.0], 100)
    lowest: Array = run.x[-1]
    return lowest


def _arrival(way: Array, goal: Array) -> int | None:
    near = np.linalg.norm(way - goal, axis=-1) < _ARRIVED
    return int(near.argmax()) if near.any() else None


def _remark(state: State, arrivals: list[int | None], curvature: float) -> str:
    """Say what is special; ``curvature`` is that along x₃ where the run in the plane ends."""
    if arrivals[0] is not None:
        return "From here the plane itself leads to the goal. Start further left."
    if state.offset == 0:
        return "x₃ = 0 exactly: the slope along x₃ is zero in the plane, so the run never leaves it."
    if arrivals[1] is None and curvature > 0:
        return (
            f"The curvature along x₃ in the hollow is {number(curvature, 2)}: a trap in three dimensions too."
        )
    if arrivals[1] is None:
        return f"Not there after {_STEPS} steps: |x₃| grows by {-_LEARNING_RATE * curvature:.1%} a step."
    return ""
