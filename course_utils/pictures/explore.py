"""`explore`: any objective, any optimizers, a start that the reader drags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.objectives.checks import whole_number
from course_utils.optimizers import Optimizer, Trajectory, minimize
from course_utils.pictures.ground_layers import check_drawable, objective_layers, objective_panel
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import Control, setting_controls, slider
from course_utils.widgets.errors import explain
from course_utils.widgets.handles import Anywhere, Handle, OnGraph, State
from course_utils.widgets.layers import Line, Table, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_COLUMNS = ("", "f at the end", "‖g‖ at the end", "status", "steps", "cost (gradients)")
_MARKS = 25  # markers along one path, at most: at every step of a short run
_GHOST: dict[str, Any] = {"color": "grey", "width": 6.0, "opacity": 0.5}


def explore(
    objective: Objective,
    optimizers: Optimizer | Sequence[Optimizer],
    *,
    start: ArrayLike | None = None,
    steps: int = 100,
    reference: Optimizer | None = None,
    settings: Sequence[str] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    seed: int = 0,
    resolution: int = 161,
    alt: str | None = None,
) -> Scene:
    """Return a landscape with a draggable start, one path for each optimizer and the loss beside it.

    Parameters
    ----------
    objective : of one or two parameters.
    optimizers : one or several, `from_step` ones included; each setting becomes a slider. The control
        of a setting has its name; with several optimizers ``"Adam.learning_rate"``.
    start : (dim,); by default a point of the upper left of the domain.
    steps : at most this many; a slider goes up to twice as many.
    reference : an optimizer whose path is drawn as a grey ghost behind the others.
    settings : names of the settings that get a slider; all by default.
    ranges : other slider ends, by setting.
    seed : of the generator that optimizers with noise draw from; each picture starts it anew.
    resolution : samples along each axis of the landscape; fewer for an objective that is slow.
    alt : description of the first picture; by default made of the names.

    Raises
    ------
    ValueError
        If the objective has more than two parameters, or an argument does not fit.
    """
    check_drawable(objective)
    runs = _runs([optimizers] if isinstance(optimizers, Optimizer) else list(optimizers), settings, ranges)
    steps = whole_number("steps", steps, 1)
    at = _default_start(objective) if start is None else as_points("start", start, objective.dim)
    still = objective_layers(objective, resolution)
    heights = _heights(objective)
    floor = _known_minimum(objective, heights)

    made: dict[str, tuple[object, Trajectory]] = {}  # whoever moves one setting waits for one run

    def run(name: str, optimizer: Optimizer, state: State, settings: tuple[Any, ...] = ()) -> Trajectory:
        x = state.start[: objective.dim]
        asked = (x.tolist(), state.steps, settings)
        if name not in made or made[name][0] != asked:
            rng = np.random.default_rng(seed)
            made[name] = asked, minimize(objective, optimizer, x, state.steps, rng=rng)
        return made[name][1]

    def update(state: State) -> View:
        drawn = _Drawing(objective, floor)
        if reference is not None:
            drawn.add(
                "reference",
                run("", reference, state),
                {**_GHOST, "label": f"reference: {reference.label}"},
            )
        for k, entry in enumerate(runs):
            try:
                tuned = entry.tuned(state)
                path = run(entry.name, tuned, state, entry.settings(state))
                drawn.add(entry.name, path, {**_look(k, state.steps), "label": tuned.label})
            except Exception as error:  # a reader's own step: the other paths still show
                drawn.errors.append(f"{entry.name}: {explain(error)}")
        return View(
            landscape=[*still, *drawn.paths],
            loss=drawn.losses,
            readout=Table(drawn.rows, _COLUMNS),
            message="\n".join(drawn.messages),
            error="\n".join(drawn.errors),
            windows={"loss": (0.0, float(state.steps), *drawn.loss_ends(heights))},
        )

    panel = objective_panel(objective)
    one = objective.dim == 1
    names = [entry.name for entry in runs]
    return scene(
        update,
        panels={
            "landscape": panel,
            "loss": Panel(
                "loss along the way", "step", "f" if floor is None else "f − minimum", log_y=floor is not None
            ),
        },
        handles={
            "start": Handle(
                (float(at[0]), 0.0 if one else float(at[1])),
                names=(panel.x, panel.y),
                on=OnGraph(lambda x, state: float(objective.value([x]))) if one else Anywhere(),
            )
        },
        controls={
            "steps": slider("steps", 1, 2 * steps, steps, whole=True),
            **{key: control for entry in runs for key, control in entry.controls.items()},
        },
        groups={entry.name: list(entry.controls) for entry in runs if entry.controls},
        alt=alt
        or f"{objective.name} with the paths of {', '.join(names)} from one start, and the loss at each step",
    )


@dataclass(frozen=True)
class _Run:
    """One optimizer of the picture: its name, and its controls by their names in the scene."""

    name: str
    optimizer: Optimizer
    controls: Mapping[str, Control]

    def settings(self, state: State) -> tuple[Any, ...]:
        """Return what its controls show."""
        return tuple(state[key] for key in self.controls)

    def tuned(self, state: State) -> Optimizer:
        """Return the optimizer with the settings that its controls show."""
        values = {key.rpartition(".")[2]: state[key] for key in self.controls}
        return replace(self.optimizer, **values) if values else self.optimizer


def _runs(
    optimizers: Sequence[Optimizer],
    settings: Sequence[str] | None,
    ranges: Mapping[str, tuple[float, float]] | None,
) -> list[_Run]:
    if not optimizers:
        raise ValueError("optimizers must not be empty")
    runs: list[_Run] = []
    kinds: list[type] = []
    for optimizer in optimizers:
        if not isinstance(optimizer, Optimizer):
            raise ValueError(
                f"optimizers must be Optimizer objects, got {optimizer!r:.80}; "
                "make one of your own rule with from_step(rule)"
            )
        again = sum(kind.__name__ == type(optimizer).__name__ for kind in kinds)
        kinds.append(type(optimizer))
        name = type(optimizer).__name__ + (f" {again + 1}" if again else "")
        controls = setting_controls(optimizer, only=settings, ranges=ranges)
        prefix = "" if len(optimizers) == 1 else f"{name}."
        runs.append(_Run(name, optimizer, {prefix + key: control for key, control in controls.items()}))
    return runs


def _default_start(objective: Objective) -> Array:
    shares = (0.2, 0.75)
    return np.array(
        [low + share * (high - low) for (low, high), share in zip(objective.domain, shares, strict=False)]
    )


def _heights(objective: Objective) -> Array:
    """Return the values that the picture shows, on a coarse grid."""
    grid = np.meshgrid(*(np.linspace(low, high, 61) for low, high in objective.domain))
    with np.errstate(all="ignore"):
        values = np.asarray(objective.value(np.stack(grid, axis=-1)))
    return values[np.isfinite(values)]


def _known_minimum(objective: Objective, heights: Array) -> float | None:
    """Return the height of the lowest known minimum, unless the picture itself reaches lower."""
    known = [float(objective.value(p.x)) for p in objective.critical_points if p.kind == "minimum"]
    if not known or (heights < min(known) - 1e-12 * (1 + abs(min(known)))).any():
        return None
    return min(known)


def _look(k: int, steps: int) -> dict[str, Any]:
    color, dash, marker = series(k)
    return {"color": color, "dash": dash, "marker": marker, "every": max(1, steps // _MARKS)}


class _Drawing:
    """What the runs add to the picture, one after the other."""

    def __init__(self, objective: Objective, floor: float | None) -> None:
        self.objective, self.floor = objective, floor
        self.paths: list[Line] = []
        self.losses: list[Line] = []
        self.rows: list[tuple[str, ...]] = []
        self.messages: list[str] = []
        self.errors: list[str] = []

    def add(self, name: str, trajectory: Trajectory, look: dict[str, Any]) -> None:
        x, value = trajectory.x, trajectory.value
        look = {**look, "run": name}
        self.paths.append(Line(x if self.objective.dim == 2 else np.stack([x[:, 0], value], axis=-1), **look))
        height = value - (self.floor or 0.0)
        self.losses.append(Line(np.stack([np.arange(len(value)), height], axis=-1), **{**look, "label": ""}))
        status = str(trajectory.status)
        self.rows.append(
            (
                name,
                number(value[-1]),
                number(trajectory.gradient_norm[-1], 3),
                "all steps used" if status == "max_steps" else status,
                str(int(trajectory.steps)),
                number(trajectory.cost[-1]),
            )
        )
        if status == "diverged":
            self.messages.append(trajectory.message)

    def loss_ends(self, heights: Array) -> tuple[float | None, float | None]:
        """Return the ends of the loss axis; None where it can follow the runs.

        On a linear axis it ends where the heights in the picture end: a run that leaves it far behind,
        up or down, would flatten all the others.
        """
        if self.floor is not None or not self.losses:
            return None, None
        values = np.concatenate([np.asarray(line.points)[:, 1] for line in self.losses])
        low, high = float(heights.min()), float(heights.max())
        return low if values.min() < low else None, high if values.max() > high else None
