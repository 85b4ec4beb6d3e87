"""Pictures of ill-conditioning: the gradient in the eigenbasis, and how far a learning rate is stable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.objectives import Array, quadratic
from course_utils.optimizers import GradientDescent, minimize
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider, toggle
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Arrow, Landscape, Layer, Line, Points, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_REACH = 2.2  # half the window of the gradient's plane
_SAME_DIRECTION = 0.5  # degrees: closer than this, g counts as an eigenvector
_STEPS = 40  # of a run in the picture of stability


def gradient_components(condition_number: float = 5.0, angle: float = 20.0) -> Scene:
    """Return −g to drag, its parts along v_max and v_min, and the way to the minimum beside it.

    The Hessian has the eigenvalues λ_max = κ and λ_min = 1, so that −g itself is a step with η = 1/λ_min and
    −H⁻¹g leads to the minimum of the second-order model. Shown are the model's contours, the best point along
    −g (η* = gᵀg / gᵀHg), and beside it the angle between −g and the way to the minimum, whose largest value
    has the cosine 2√κ/(κ + 1) (Kantorovich's inequality).

    Parameters
    ----------
    condition_number : κ in [1, 50], to begin with.
    angle : of v_max against the horizontal axis, 0 … 90 degrees, to begin with.
    """
    turns = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    between = np.radians(np.linspace(0, 90, 181))

    def update(state: State) -> View:
        kappa, downhill = float(state.condition_number), np.asarray(state.downhill)
        c, s = np.cos(np.radians(state.angle)), np.sin(np.radians(state.angle))
        v_max, v_min = np.array([c, s]), np.array([-s, c])
        parts = np.array([downhill @ v_max, downhill @ v_min])
        way = parts[0] / kappa * v_max + parts[1] * v_min
        squared, curved = float(parts @ parts), float(kappa * parts[0] ** 2 + parts[1] ** 2)
        off = np.degrees(
            np.arctan2(abs(parts[0] * parts[1]) * (1 - 1 / kappa), parts[0] ** 2 / kappa + parts[1] ** 2)
        )
        shape = np.stack([v_max / np.sqrt(kappa), v_min])
        height = np.sqrt(parts[0] ** 2 / kappa + parts[1] ** 2)
        plane: list[Layer] = [
            Line(way + size * height * circle @ shape, "grey", width=1.2) for size in (0.4, 0.7, 1.0, 1.35)
        ]
        for part, axis, name in ((parts[0], v_max, "vₘₐₓ"), (parts[1], v_min, "vₘᵢₙ")):
            plane.append(Line(3 * _REACH * np.stack([-axis, axis]), "grey", "dot", width=1.2))
            plane.append(Line(np.stack([part * axis, downhill]), "grey", "dash", width=1.0))
            # Its name stands on the side where no arrow lies.
            plane.append(Text((-0.85 if part >= 0 else 0.85) * _REACH * axis, name))
        plane += [
            Arrow((0, 0), parts[0] * v_max, "blue", "dash", label="part along vₘₐₓ"),
            Arrow((0, 0), parts[1] * v_min, "vermillion", "dashdot", label="part along vₘᵢₙ"),
            Arrow((0, 0), downhill, "black", label="−g"),
            Arrow((0, 0), way, "green", "longdash", label="way to the minimum, −H⁻¹g", width=3.4),
            Points(way, "green", "star", size=8),
        ]
        rows = [
            (
                "vₘₐₓ",
                number(parts[0], 3),
                number(kappa, 3),
                number(1 / kappa, 3),
                number(parts[0] / kappa, 3),
            ),
            ("vₘᵢₙ", number(parts[1], 3), "1", "1", number(parts[1], 3)),
        ]
        if squared > 0:
            best = squared / curved
            plane.append(Points(best * downhill, "black", "square", label="best point along −g"))
            rows.append(
                ("−g", number(np.sqrt(squared), 3), number(1 / best, 3), number(best, 3), "misses it")
            )
        turned = np.degrees(np.arctan(kappa * np.tan(np.minimum(between, np.pi / 2 - 1e-9))) - between)
        miss: list[Layer] = [Line(np.stack([np.degrees(between), turned], axis=-1), "grey")]
        miss.append(Points((np.degrees(np.arctan2(abs(parts[1]), abs(parts[0]))), off), "black", size=7))
        return View(
            plane=plane,
            miss=miss,
            readout=Table(
                rows, ("along", "part of −g", "curvature λ", "best rate 1/λ", "way to the minimum")
            ),
            message=_miss(squared, float(off)),
        )

    return scene(
        update,
        panels={
            "plane": Panel(
                "−g and the way to the minimum", "x₁", "x₂", (-_REACH, _REACH) * 2, ratio="equal", weight=0.9
            ),
            "miss": Panel(
                "how far −g points off", "angle between g and vₘₐₓ (°)", "degrees", (0, 90, 0, 90), weight=0.9
            ),
        },
        handles={"downhill": Handle((1.0, 1.6), label="−g", shape="diamond", names=("−g₁", "−g₂"))},
        controls={
            "condition_number": slider("condition number κ", 1.0, 50.0, condition_number, log=True),
            "angle": slider("angle of vₘₐₓ (°)", 0.0, 90.0, angle),
        },
        alt="The negative gradient at a point, split into its parts along the two eigenvectors, with the "
        "elliptic contours of the second-order model; the way to the minimum points elsewhere. Beside it the "
        "angle between both.",
    )


def _miss(squared: float, off: float) -> str:
    if squared == 0:
        return "g = 0: this point is the minimum."
    if off < _SAME_DIRECTION:
        return "g is an eigenvector here (or κ = 1): −g points straight at the minimum."
    return f"−g points {off:.0f}° away from the minimum."


def stability_limit(smallest: float = 1.0, largest: float = 10.0) -> Scene:
    """Return gradient descent in a valley with a learning rate to turn up until it breaks.

    Beside the path stand the factor 1 − ηλ by which each component is multiplied a step, against λ, and the
    loss of each step. A component shrinks while its factor lies between −1 and 1; a check box reveals
    2/λ_max and the best fixed rate 2/(λ_min + λ_max).

    Parameters
    ----------
    smallest, largest : eigenvalues λ_min and λ_max of the valley, 0 < smallest < largest.
    """
    if not 0 < smallest < largest:
        raise ValueError(
            f"smallest and largest must satisfy 0 < smallest < largest, got {smallest} and {largest}"
        )
    eigenvalues = np.array([smallest, largest])
    valley = quadratic(eigenvalues, name="a valley", domain=((-2.2, 2.2), (-1.3, 1.3)))
    limit, best = 2 / largest, 2 / (smallest + largest)
    curvatures = np.array([0.0, 1.2 * largest])
    steps = np.arange(_STEPS + 1.0)

    def update(state: State) -> View:
        rate = float(state.learning_rate)
        run = minimize(valley, GradientDescent(rate), state.start, _STEPS)
        factors = 1 - rate * eigenvalues
        band = np.array(
            [[0.0, -1.0], [curvatures[1], -1.0], [np.nan, np.nan], [0.0, 1.0], [curvatures[1], 1.0]]
        )
        multiplier: list[Layer] = [
            Line(band, "grey", "dash", label="±1: beyond, the component grows"),
            Line(np.stack([curvatures, 1 - rate * curvatures], axis=-1), "black", width=1.6),
            Points((smallest, factors[0]), "vermillion", "square", label="λₘᵢₙ", size=7),
            Points((largest, factors[1]), "blue", "triangle", label="λₘₐₓ", size=7),
        ]
        message = _fate(run.value)
        if state.reveal:
            message += f"\nThe limit is 2/λₘₐₓ = {number(limit)}; "
            message += f"the best fixed rate is 2/(λₘᵢₙ + λₘₐₓ) = {number(best)}."
        rows = [
            (name, number(value), number(factor, 3), _what_happens(float(factor)))
            for name, value, factor in zip(("λₘᵢₙ", "λₘₐₓ"), eigenvalues, factors, strict=True)
        ]
        return View(
            plane=[
                Landscape(valley, levels=10),
                Line(
                    run.x,
                    "vermillion",
                    marker="circle",
                    size=3.5,
                    label=f"{_STEPS} steps of gradient descent",
                    run="gradient descent",
                ),
                Points((0, 0), "black", "star", label="minimum"),
            ],
            factor=multiplier,
            loss=[
                Line(
                    _positive(steps[: len(run.value)], run.value),
                    "vermillion",
                    marker="circle",
                    size=2.5,
                    run="gradient descent",
                )
            ],
            readout=Table(rows, ("component", "curvature λ", "factor 1 − ηλ", "each step")),
            message=message,
        )

    return scene(
        update,
        panels={
            "plane": Panel(
                "path",
                "x₁ (along vₘᵢₙ)",
                "x₂ (along vₘₐₓ)",
                (-2.2, 2.2, -1.3, 1.3),
                ratio="equal",
                weight=1.1,
            ),
            "factor": Panel(
                "factor of one step",
                "curvature λ",
                "1 − ηλ",
                (0.0, float(curvatures[1]), -2.0, 1.3),
                weight=0.85,
            ),
            "loss": Panel("loss", "step", "f", (0.0, float(_STEPS), 1e-8, 1e6), log_y=True, weight=0.85),
        },
        handles={"start": Handle((-1.8, 0.6), label="start", names=("x₁", "x₂"))},
        controls={
            "learning_rate": slider("learning rate η", 0.02 * limit, 1.3 * limit, 0.25 * limit),
            "reveal": toggle("show the limit"),
        },
        alt="A long valley with a path of gradient descent that creeps along its floor; beside it the factor "
        "of one step against the curvature, and the falling loss.",
    )


def _positive(steps: Array, values: Array) -> Array:
    return np.stack([steps, np.maximum(values, 1e-300)], axis=-1)


def _fate(values: Sequence[float] | Array) -> str:
    """Say in a sentence what became of the loss."""
    first, last = float(values[0]), float(values[-1])
    if first == 0:
        return "The start is the minimum: nothing moves."
    if last > first:
        return f"The loss has grown {number(last / first, 2)}-fold: this rate is unstable."
    return f"After {len(values) - 1} steps {100 * last / first:.2g} % of the loss is left."


def _what_happens(factor: float) -> str:
    """Say in words what a factor does to a component."""
    if abs(factor) < 1e-3:
        return "gone in one step"
    side = ", changing sides" if factor < 0 else ""
    if abs(abs(factor) - 1) < 1e-9:
        return "keeps its size" + side
    return ("grows" if abs(factor) > 1 else f"loses {100 * (1 - abs(factor)):.3g} %") + side
