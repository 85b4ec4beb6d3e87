"""Pictures of saddles: how they look along every direction, how one leaves them, what a step does."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.curvature import classify
from course_utils.objectives import (
    Array,
    Objective,
    degenerate_valley,
    flat_direction,
    min_max_saddle,
    monkey_saddle,
    plateau,
    quadratic,
    rotated_quadratic,
)
from course_utils.optimizers import GradientDescent, minimize
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, OnCircle, OnLine, State
from course_utils.widgets.layers import Arrow, Landscape, Layer, Line, Points, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_REACH = 1.2  # half the width of the windows around a saddle at the origin
_LEVEL = 1e-6  # changes of f smaller than this fraction of the largest nearby count as none
_STEPS = 400
_NO_STEP = 1e-9  # a Newton step divides by λ + damping; nearer to 0 than this it is not drawn


def saddle_shapes() -> Scene:
    """Return critical points to choose from, with a direction through them to turn by hand.

    Beside the landscape: f along the direction, and dashed what the Hessian says of it, f + t gᵀd + ½t²dᵀHd.
    The last shape is a plateau, whose gradient is small but not zero.
    """
    shapes: dict[str, Objective] = {
        "min-max saddle  x₁² − x₂²": min_max_saddle(),
        "monkey saddle  x₁³ − 3x₁x₂²": monkey_saddle(),
        "degenerate saddle  x₁² − x₂⁴": flat_direction(4, -1),
        "neither  x₁² + x₂³": flat_direction(3),
        "degenerate valley  x₁²": degenerate_valley(),
        "plateau (a shelf at the origin)": plateau(),
    }
    t = np.linspace(-1.0, 1.0, 121)
    angles = np.linspace(0, 2 * np.pi, 73)
    around = np.stack([np.cos(angles), np.sin(angles)], axis=-1)

    def update(state: State) -> View:
        f = shapes[state.shape]
        d = state.direction / np.linalg.norm(state.direction)
        here, g, H = float(f.value([0.0, 0.0])), f.gradient([0.0, 0.0]), f.hessian([0.0, 0.0])
        along = f.value(t[:, None] * d) - here
        model = t * float(g @ d) + 0.5 * t**2 * float(d @ H @ d)
        reach = 1.1 * float(np.abs(f.value(np.concatenate([around, 0.7 * around])) - here).max())
        eigenvalues = np.linalg.eigvalsh(H)
        norm = float(np.linalg.norm(g))
        kind = f"not critical: ‖g‖ = {number(norm, 2)}" if norm else classify(eigenvalues).kind
        rows = [
            ("along d, f", _sides(f, d, reach)),
            ("curvature dᵀHd", number(d @ H @ d, 3)),
            ("eigenvalues of H", f"{number(eigenvalues[0], 3)}, {number(eigenvalues[1], 3)}"),
            ("the second-derivative test says", kind),
        ]
        return View(
            plane=[
                Landscape(f),
                Line([-_REACH * d, _REACH * d], "black", "dash", width=1.6),
                Points((0, 0), "black", "circle", size=6, hollow=True),
            ],
            cut=[
                Line(np.stack([t, along], axis=-1), "blue", label="f(td) − f(0)", width=3),
                Line(np.stack([t, model], axis=-1), "vermillion", "dash", label="second-order model"),
            ],
            readout=Table(rows),
            windows={"cut": (-1.0, 1.0, -reach, reach)},
        )

    return scene(
        update,
        panels={
            "plane": Panel(
                "turn the direction", "x₁", "x₂", (-_REACH, _REACH, -_REACH, _REACH), ratio="equal"
            ),
            "cut": Panel("along the direction", "t", "change of f", ratio=1.0),
        },
        handles={"direction": Handle((0.0, 1.0), label="d", on=OnCircle((0.0, 0.0), 1.0), shape="diamond")},
        controls={"shape": choice("shape", list(shapes))},
        alt="Contours of the saddle x₁² − x₂² with a direction to turn through the origin, and beside it the "
        "function along that direction: downhill on both sides along x₂",
    )


def _sides(f: Objective, d: Array, scale: float) -> str:
    """Say in words what f does on both sides of the origin along ``d``."""
    ends = f.value(np.array([[-0.3], [0.3]]) * d) - float(f.value([0.0, 0.0]))
    signs = {int(np.sign(e)) if abs(e) > _LEVEL * scale else 0 for e in ends}
    if signs == {0}:
        return "is flat"
    if len(signs) == 2:
        return "falls on one side and rises on the other"
    return "rises on both sides" if signs == {1} else "falls on both sides"


def ridge_escape(*, learning_rate: float = 0.1, offset: float = 1e-12) -> Scene:
    """Return gradient descent that starts on, or next to, the ridge of the saddle x₁² − ½λx₂².

    The reader drags the start along the ridge x₂ = 0 and sets the offset δ from it on a logarithmic
    slider; switched off, the start lies on the ridge exactly. On this saddle every step multiplies
    x₂ by 1 + ηλ, so |x₂| reaches 1 after log(1/δ)/log(1 + ηλ) steps. At most 400 steps are made.

    Parameters
    ----------
    learning_rate : η in [0.02, 0.4], to begin with.
    offset : δ in [1e-16, 0.1], or 0 for a start on the ridge, to begin with.
    """

    def update(state: State) -> View:
        f = quadratic([2.0, -state.curvature])
        start = np.array([state.start[0], state.offset])
        growth = 1 + state.learning_rate * state.curvature
        predicted = np.log(1 / state.offset) / np.log(growth) if state.offset > 0 else np.inf
        # No more steps than the picture needs: a drag is answered at once.
        count = int(min(predicted + 2, _STEPS)) if state.offset > 0 else _STEPS // 4
        run = minimize(f, GradientDescent(state.learning_rate), start, count)
        height = np.abs(run.x[:, 1])
        out = np.flatnonzero(height >= 1)
        last = int(out[0]) if out.size else count
        steps = np.arange(last + 1.0)
        shown = run.x[: last + 1]
        marked = [k for k in (1, 2, 10) if k <= last]
        rows = [
            (f"step {k}", number(x[0], 3), number(x[1], 3), number(float(f.value(x)), 3))
            for k, x in [(k, run.x[k]) for k in (0, *marked, *([last] if last > 10 else []))]
        ]
        plane: list[Layer] = [
            Landscape(f),
            Line([(-1.5, 0), (1.5, 0)], "grey", "dash", width=1.2),
            Line(shown, "blue", marker="circle", size=3.5, run="gradient descent"),
            *(Text(run.x[k] + [0.0, 0.12], str(k), size=13) for k in marked[:2]),
        ]
        time: list[Layer] = [Line([(0, 1), (_STEPS, 1)], "grey", "dot", width=1.4)]
        if state.offset > 0:
            ends = np.array([(0.0, state.offset), (predicted, 1.0)])
            time += [
                Line(
                    np.stack([steps, height[: last + 1]], axis=-1),
                    "blue",
                    label="|x₂|",
                    width=3,
                    run="gradient descent",
                ),
                Line(ends, "vermillion", "dash", label="δ(1 + ηλ)ⁿ"),
            ]
            told = f"|x₂| reaches 1 at step {last}" if out.size else f"|x₂| < 1 after all {_STEPS} steps"
            message = f"{told}; the formula says log(1/δ) / log(1 + ηλ) = {number(predicted, 4)}."
        else:
            message = (
                "Exactly on the ridge x₂ = 0, and so is every point after it: stuck at the saddle for ever."
            )
        return View(plane=plane, time=time, readout=Table(rows, ("", "x₁", "x₂", "f")), message=message)

    return scene(
        update,
        panels={
            "plane": Panel("x₁² − ½λx₂² from above", "x₁", "x₂", (-1.5, 1.5, -1.2, 1.2), ratio="equal"),
            "time": Panel(
                "distance from the ridge", "step", "|x₂|", (0.0, float(_STEPS), 1e-17, 10.0), log_y=True
            ),
        },
        handles={"start": Handle((1.0, 0.0), on=OnLine(), names=("x₁", "x₂"))},
        controls={
            "offset": slider("offset δ", 1e-16, 0.1, offset, log=True, switch=True, off=0.0),
            "learning_rate": slider("learning rate η", 0.02, 0.4, learning_rate),
            "curvature": slider("downward curvature λ", 0.2, 2.0, 2.0),
        },
        alt="A saddle from above with a path of gradient descent that runs down to the saddle and "
        + (
            "much later away from it; beside it the distance from the ridge grows along a straight line on a "
            "logarithmic axis"
            if offset > 0
            else "stays there: it started on the ridge exactly"
        ),
    )


def eigenbasis_steps(
    eigenvalues: tuple[float, float] = (1.5, -0.5), start: ArrayLike = (1.1, -0.25)
) -> Scene:
    """Return one step of gradient descent and one of Newton's method, coordinate by coordinate.

    On a quadratic with eigenvalues λᵢ and a critical point at 0, gradient descent multiplies the
    coordinate Δvᵢ along eigenvector i by 1 − ηλᵢ, and Newton's method with damping γ by 1 − λᵢ/(λᵢ + γ):
    without damping it jumps to the critical point, whatever the signs (Dauphin et al. 2014, section 4).
    The panel beside the landscape shows these factors against λ.

    Parameters
    ----------
    eigenvalues : both in [−2, 2], to begin with.
    start : (2,) to begin with; draggable.
    """
    at = np.asarray(start, dtype=np.float64)
    angle = np.radians(25.0)
    V = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    curvatures = np.linspace(-2.0, 2.0, 202)  # even: 0, where undamped Newton divides by 0, is not among them

    def update(state: State) -> View:
        spectrum = np.array([state.first, state.second])
        f = rotated_quadratic((state.first, state.second), angle)
        now = V.T @ state.start
        slow = (1 - state.learning_rate * spectrum) * now
        divisor = spectrum + state.damping
        possible = bool(np.abs(divisor).min() > _NO_STEP)
        newton = np.divide(state.damping, divisor, where=possible, out=np.zeros(2)) * now + 0.0
        plane: list[Layer] = [
            Landscape(f),
            *(Line([-2.4 * v, 2.4 * v], "grey", "dot", width=1.4) for v in V.T),
            *(Text(1.08 * v, name, "grey") for v, name in zip(V.T, ("v₁", "v₂"), strict=True)),
            Points((0, 0), "black", "cross", size=6),
            Arrow(state.start, V @ slow, "blue", label="gradient descent"),
        ]
        if possible:
            plane.append(Arrow(state.start, V @ newton, "vermillion", "dash", label="Newton"))
        rows = [
            (
                name,
                number(value, 3),
                number(before, 3),
                f"{number(a, 3)} ({_where(before, a)})",
                f"{number(b, 3)} ({_where(before, b)})" if possible else "∞",
            )
            for name, value, before, a, b in zip(("v₁", "v₂"), spectrum, now, slow, newton, strict=True)
        ]
        kind = classify(spectrum).kind
        with np.errstate(all="ignore"):
            by_newton = state.damping / (curvatures + state.damping)
        factors: list[Layer] = [
            *(Line([(-2, y), (2, y)], "grey", "dot", width=1.2) for y in (-1.0, 0.0, 1.0)),
            Line(np.stack([curvatures, 1 - state.learning_rate * curvatures], axis=-1), "blue"),
            Line(np.stack([curvatures, by_newton], axis=-1), "vermillion", "dash"),
            Points(np.stack([spectrum, 1 - state.learning_rate * spectrum], axis=-1), "blue"),
            Text((-1.95, 1.12), "away ↑", "grey", "left", 12),
            Text((1.95, 0.84), "nearer ↓", "grey", "right", 12),
        ]
        if possible:
            marks = np.stack([spectrum, state.damping / divisor], axis=-1)
            factors.append(Points(marks, "vermillion", "square"))
        return View(
            plane=plane,
            factors=factors,
            readout=Table(rows, ("along", "λ", "now", "gradient descent", "Newton")),
            message=f"The critical point × is a {kind}."
            if kind != "degenerate"
            else "A zero eigenvalue: the Hessian cannot tell what kind of point × is.",
        )

    return scene(
        update,
        panels={
            "plane": Panel("one step", "x₁", "x₂", (-1.6, 1.6, -1.2, 1.2), ratio="equal"),
            "factors": Panel("what one step does to a coordinate", "λ", "factor", (-2.0, 2.0, -1.5, 2.5)),
        },
        handles={"start": Handle((float(at[0]), float(at[1])), names=("x₁", "x₂"))},
        controls={
            "first": slider("eigenvalue λ₁", -2.0, 2.0, eigenvalues[0]),
            "second": slider("eigenvalue λ₂", -2.0, 2.0, eigenvalues[1]),
            "learning_rate": slider("learning rate η", 0.05, 1.0, 0.3),
            "damping": slider("damping γ of Newton", 0.0, 3.0, 0.0),
        },
        alt="A tilted saddle with one step of gradient descent, away from it along the second eigenvector, "
        "and one Newton step, straight to the saddle",
    )


def _where(before: float, after: float) -> str:
    """Say whether a coordinate came nearer to the critical point."""
    if abs(after) <= 1e-12 * max(abs(before), 1.0):
        return "arrived"
    return "away" if abs(after) > abs(before) else "nearer" if abs(after) < abs(before) else "as far"
