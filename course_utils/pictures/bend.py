"""A path between two points, bent by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.landscapes import BentCurve, LineLoss, Subspace
from course_utils.objectives import Array, Objective, as_points
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_RESOLUTION = 31
_POINTS = 31
_MARGIN = 0.35  # of the distance between the ends


def bend_by_hand(
    objective: Objective, start: ArrayLike, end: ArrayLike, middle: ArrayLike, *, alt: str | None = None
) -> Scene:
    """Return the plane through two ends and a trained ``middle``, with a curve that the reader bends.

    The middle point of a Bézier curve or the corner of a polygon is dragged in the plane; beside it the
    loss along the curve, along the straight line, and along the Bézier curve with the trained middle.

    Parameters
    ----------
    start, end, middle : (n,) each, not on one line.
    alt : what the first picture shows.

    Raises
    ------
    ValueError
        If shapes do not fit, or the three points lie on one line.
    """
    a, b, m = (
        as_points(name, x, objective.dim) for name, x in (("start", start), ("end", end), ("middle", middle))
    )
    length = float(np.linalg.norm(b - a))
    if any(x.ndim != 1 for x in (a, b, m)) or length == 0:
        raise ValueError(f"start, end and middle must have shape ({objective.dim},), start and end differ")
    right = (b - a) / length
    beside = (m - a) - ((m - a) @ right) * right
    width = float(np.linalg.norm(beside))
    if width <= 1e-10 * length:
        raise ValueError("middle must not lie on the line through start and end")
    axes = np.stack([right, beside / width])
    trained = axes @ (m - a)
    margin = _MARGIN * length
    window = (
        min(0.0, trained[0]) - margin,
        max(length, trained[0]) + margin,
        -margin,
        max(width, 0.5 * length) + margin,
    )
    plane = Subspace(objective, a, axes, domain=(window[:2], window[2:]))
    ground = Landscape(plane, _RESOLUTION)
    curves = {shape: BentCurve(objective, a, b, shape=shape) for shape in ("bezier", "polygon")}
    bezier = curves["bezier"]
    straight, best = (_loss(bezier, x) for x in (bezier.halfway, m))
    t = straight.t
    ends = np.array([[0.0, 0.0], [length, 0.0]])

    def update(state: State) -> View:
        curve = curves[state.shape]
        bent = plane.points(np.asarray(state.middle))
        mine = _loss(curve, bent)
        way = (curve.points(bent, t) - a) @ axes.T
        named = (
            ("straight", straight, "grey", "dot"),
            ("yours", mine, "vermillion", "solid"),
            ("trained Bézier curve", best, "blue", "dash"),
        )
        rows = [(name, number(line.barrier, 3), number(line.loss.max(), 3)) for name, line, *_ in named]
        return View(
            plane=[
                ground,
                Line(ends, "grey", "dot"),
                Line(way, "vermillion", width=3.0),
                Points(ends, "black", "square", size=7, label="the two ends"),
                Points(trained, "blue", "star", size=8, label="trained middle"),
            ],
            loss=[
                Line(np.stack([t, line.loss], axis=-1), color, dash, label=name)  # type: ignore[arg-type]
                for name, line, color, dash in named
            ],
            readout=Table(rows, ("path", "barrier", "highest loss")),
        )

    return scene(
        update,
        panels={
            "plane": Panel("seen from above", "along the straight line", "across", window),
            "loss": Panel("loss on the way", "t", "loss", (0.0, 1.0, 0.0, None), weight=0.8),
        },
        handles={"middle": Handle((length / 2, 0.25 * width), "middle", names=("along", "across"))},
        controls={"shape": choice("curve", {"Bézier curve": "bezier", "polygon": "polygon"})},
        alt=alt
        or "A plane through two minima, a curve from one to the other over a ridge, and the loss along it.",
    )


def _loss(curve: BentCurve, middle: Array) -> LineLoss:
    return curve.along(middle, _POINTS)
