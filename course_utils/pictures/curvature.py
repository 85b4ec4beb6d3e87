"""Pictures of curvature: what one step gains, curvature in a direction, and the second-order model."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import ArrayLike

from course_utils.curvature import directional_curvature
from course_utils.curvature import taylor_model as second_order_model
from course_utils.objectives import Array, Objective, as_points
from course_utils.pictures.ground_layers import check_drawable, objective_layers, objective_panel
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider, toggle
from course_utils.widgets.ground import sample
from course_utils.widgets.handles import Handle, OnCircle, OnGraph, State
from course_utils.widgets.layers import Arrow, Layer, Line, Points, Table, Text, number, series
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_STEP_WINDOW = (-3.0, 3.0, -5.0, 4.0)
_SAME = 1e-9  # curvatures closer to 0 than this are called zero


def step_gain(
    slope: float = -1.0, *, curvature: float = 1.0, third: float = 0.0, learning_rate: float = 0.5
) -> Scene:
    """Return one gradient step on f(x) = gx + ½cx² + tx³/6: what it promises and what it gains.

    The reader drags the start along the curve and moves the learning rate η, the curvature c and the
    third derivative t. Shown are the tangent's promise ηg², the second-order model's ηg² − ½η²g²c and
    the actual decrease (Goodfellow, Bengio & Courville 2016, section 4.3.1).

    Parameters
    ----------
    slope : g, the derivative at 0.
    curvature : c in [−2, 2], the second derivative at 0, to begin with.
    third : t in [−2, 2], to begin with. At 0 the second-order model is f itself.
    learning_rate : η in [0.01, 10], to begin with.
    """

    def curve(state: State) -> Polynomial:
        return Polynomial([0.0, slope, state.curvature / 2, state.third / 6])

    x = np.linspace(*_STEP_WINDOW[:2], 241)

    def update(state: State) -> View:
        f = curve(state)
        start, g = float(state.start[0]), float(f.deriv()(state.start[0]))
        bend = float(f.deriv(2)(start))
        end = start - state.learning_rate * g
        tangent = Polynomial([f(start) - g * start, g])
        model = tangent + bend / 2 * Polynomial([-start, 1.0]) ** 2
        layers: list[Layer] = [
            Line(_graph(x, f), "black", label="f", width=2.8),
            Line(_graph(x, tangent), "blue", "dash", label="tangent (first order)"),
        ]
        if abs(state.third) > _SAME:
            layers.append(Line(_graph(x, model), "green", "dashdot", label="parabola (second order)"))
        promised = [(end, float(line(end))) for line in (tangent, model, f)]
        layers += [
            Line([(end, tangent(end)), (end, f(start))], "grey", "dot", width=1.5),
            Line([(start, f(start)), (end, f(start))], "grey", "dot", width=1.5),
            Points(promised[0], "blue", "square"),
            Points(promised[1], "green", "triangle", size=7),
            Arrow((start, f(start)), promised[2], "vermillion", label="the step"),
        ]
        gains = [float(f(start)) - height for _, height in promised]
        rows = [
            ("first order: ηg²", number(gains[0])),
            ("second order: ηg² − ½η²g²·f″", number(gains[1])),
            ("actual: f(x) − f(x − ηg)", number(gains[2])),
        ]
        inside = _STEP_WINDOW[0] <= end <= _STEP_WINDOW[1]
        return View(
            curve=layers,
            readout=Table(rows, ("decrease in f", f"from x = {number(start)} to {number(end)}")),
            message=_regime(bend, state.learning_rate, g)
            + ("" if inside else "\nThe step ends outside the picture."),
        )

    return scene(
        update,
        panels={"curve": Panel("One gradient step", "x", "f(x)", _STEP_WINDOW, ratio=0.75)},
        handles={
            "start": Handle(
                (0.0, 0.0), on=OnGraph(lambda at, state: float(curve(state)(at))), names=("x", "f")
            )
        },
        controls={
            "curvature": slider("curvature c", -2.0, 2.0, curvature),
            "third": slider("third derivative t", -2.0, 2.0, third),
            "learning_rate": slider("learning rate η", 0.01, 10.0, learning_rate, log=True),
        },
        alt="A curve with its tangent at a draggable start and one gradient step, "
        "whose promised and actual decrease can be compared",
    )


def _graph(x: Array, f: Polynomial) -> Array:
    return np.stack([x, f(x)], axis=-1)


def _regime(curvature: float, learning_rate: float, slope: float) -> str:
    """Say what the second-order model says of a step."""
    if abs(slope) < _SAME:
        return "The slope is zero here: gradient descent does not move."
    if abs(curvature) < _SAME:
        return "Zero curvature: the model's decrease is just what the tangent promises."
    if curvature < 0:
        return "Negative curvature: the model falls by more than the tangent promises."
    if learning_rate < 2 / curvature:
        return "Positive curvature: the model falls by less than the tangent promises."
    return f"Positive curvature and η ≥ 2/f″ = {number(2 / curvature)}: the model rises instead of falling."


def curvature_dial(objective: Objective, point: ArrayLike | None = None) -> Scene:
    """Return a direction d to turn by hand, with the curvature dᵀHd along it.

    The panel beside it shows |dᵀHd| in every direction, solid where it is positive and dashed where it
    is negative. A check box reveals the eigenvectors.

    Parameters
    ----------
    objective : of two parameters.
    point : (2,) where the Hessian is taken, to begin with; draggable.
    """
    at, radius = _centre(objective, point)
    panel = objective_panel(objective)
    still = objective_layers(objective)
    angles = np.linspace(0, 2 * np.pi, 361)
    around = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    circle = radius * around

    def update(state: State) -> View:
        d = (state.direction - state.point) / radius
        H = objective.hessian(state.point)
        along, all_round = float(d @ H @ d), directional_curvature(H, around)
        rose = np.abs(all_round)[:, None] * around
        positive = np.where(all_round[:, None] >= 0, rose, np.nan)
        negative = np.where(all_round[:, None] < 0, rose, np.nan)
        plane: list[Layer] = [*still, Line(state.point + circle, "grey", width=1.2)]
        polar: list[Layer] = [
            Line(positive, "blue", "solid", label="positive: curves up"),
            Line(negative, "vermillion", "dash", label="negative: curves down"),
        ]
        rows = [("dᵀHd", number(along)), ("d", f"({number(d[0], 3)}, {number(d[1], 3)})")]
        if state.reveal:
            eigenvalues, vectors = np.linalg.eigh(H)
            for value, vector, name in zip(eigenvalues, vectors.T, ("v₁", "v₂"), strict=True):
                ends = np.stack([-vector, vector])
                plane += [
                    Line(state.point + radius * ends, "green", "dashdot"),
                    Text(state.point + 1.18 * radius * vector, name, "green"),
                ]
                polar.append(Line(abs(value) * ends, "green", "dashdot"))
                rows.append((f"λ of {name}", number(value)))
        style = series(0 if along >= 0 else 1)
        plane.append(Arrow(state.point, state.direction, "black", label="d"))
        polar += [
            Arrow((0, 0), abs(along) * d, *style[:2], label="|dᵀHd| along d"),
            Points((0, 0), "black", size=3),
        ]
        reach = 1.1 * max(float(np.abs(all_round).max()), 1e-12)
        return View(
            plane=plane, polar=polar, readout=Table(rows), windows={"polar": (-reach, reach, -reach, reach)}
        )

    return scene(
        update,
        panels={
            "plane": panel,
            "polar": Panel("curvature in every direction", "along x₁", "along x₂", ratio=1.0),
        },
        handles=_point_and_direction(at, radius),
        controls={"reveal": toggle("show eigenvectors")},
        alt=f"Contours of {objective.name} with a direction to turn at a point, and beside it the curvature "
        "in every direction as a polar curve",
    )


def _centre(objective: Objective, point: ArrayLike | None) -> tuple[tuple[float, float], float]:
    """Return the point to begin with, and the radius of a circle around it that shows well."""
    check_drawable(objective)
    if objective.dim != 2:
        raise ValueError(f"objective must have two parameters, got {objective.dim}")
    low, high = (np.array(ends) for ends in zip(*objective.domain, strict=True))
    at = low + np.array([0.4, 0.55]) * (high - low) if point is None else as_points("point", point, 2)
    return (float(at[0]), float(at[1])), 0.18 * float((high - low).min())


def _point_and_direction(at: tuple[float, float], radius: float) -> dict[str, Handle]:
    """Return a point x to drag, and a direction d to turn on a circle around it."""
    start = (at[0] + radius, at[1])
    circle = OnCircle("point", radius)
    return {
        "point": Handle(at, label="x", names=("x₁", "x₂")),
        "direction": Handle(start, label="d", on=circle, shape="diamond", color="blue"),
    }


def taylor_model(objective: Objective, point: ArrayLike | None = None) -> Scene:
    """Return the second-order Taylor model at a draggable point, and how fast its error vanishes.

    Dashed contours of the model lie over those of the function, at the same heights. The panel beside
    shows |f − T₂| along a direction, against the distance r, on logarithmic axes: with third
    derivatives it falls like r³, faster than the r² that Taylor's theorem asks for.

    Parameters
    ----------
    objective : of two parameters.
    point : (2,) where the model is made, to begin with; draggable.
    """
    at, radius = _centre(objective, point)
    panel = objective_panel(objective)
    still = objective_layers(objective)
    x0, x1, y0, y1 = (float(end) for end in panel.window if end is not None)
    ground = sample(objective, (x0, x1, y0, y1), 161, 18)
    coarse = np.stack(np.meshgrid(ground.x[::2], ground.y[::2]), axis=-1)
    farthest = float(min(x1 - x0, y1 - y0)) / 2
    distances = np.geomspace(1e-3 * farthest, farthest, 91)

    def update(state: State) -> View:
        d = (state.direction - state.point) / radius
        model = ground.lines_of(second_order_model(objective, state.point, coarse), stride=2)
        r = np.append(distances, state.distance)
        there = state.point + r[:, None] * d
        error = np.abs(objective.value(there) - second_order_model(objective, state.point, there))
        chosen, errors = float(error[-1]), error[:-1]
        curve: list[Layer] = [
            Line(np.stack([distances, errors], axis=-1), "blue", label="|f − T₂| along d"),
            Points((state.distance, chosen), "black", "diamond", size=6.5, label="at the chosen r"),
        ]
        if chosen > 0:
            guide = chosen * (distances / state.distance) ** 3
            curve.append(Line(np.stack([distances, guide], axis=-1), "grey", "dash", label="slope 3"))
        rows = [
            (f"error at r = {number(state.distance, 3)}", number(chosen, 3)),
            ("error / r²", number(chosen / state.distance**2, 3)),
            ("error / r³", number(chosen / state.distance**3, 3)),
        ]
        ring = state.point + state.distance * d
        return View(
            plane=[
                *still,
                Line(model, "vermillion", "dash", label="the model's contours", width=1.6),
                Arrow(state.point, state.direction, "black", label="d"),
                Points(ring, "black", "diamond", size=6.5),
            ],
            falls=curve,
            readout=Table(rows),
        )

    return scene(
        update,
        panels={
            "plane": panel,
            "falls": Panel(
                "error of the model",
                "distance r",
                "|f − T₂|",
                (None, None, None, None),
                log_x=True,
                log_y=True,
            ),
        },
        handles=_point_and_direction(at, radius),
        controls={"distance": slider("distance r", distances[0], farthest, farthest / 5, log=True)},
        alt=f"Contours of {objective.name} with those of its second-order model at a point, and beside it "
        "the model's error against the distance on logarithmic axes",
    )
