"""Pictures of clipping: what it does to one gradient, and to the average of many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import as_points
from course_utils.optimizers import clip_by_norm, clip_by_value
from course_utils.optimizers.clipping import clipped_rest, turned_degrees
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import Handle, OnGraph, State
from course_utils.widgets.layers import Arrow, Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View


def clip_directions(gradient: ArrayLike = (7.0, 2.0), threshold: float = 3.0) -> Scene:
    """Return a gradient to drag, and what clipping by norm and by components makes of it.

    Parameters
    ----------
    gradient : (2,) to begin with, in [−10, 10]².
    threshold : h in [0.2, 10] to begin with.
    """
    tip = as_points("gradient", gradient, 2)
    angles = np.linspace(0.0, 360.0, 361)
    circle = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], -1)

    def update(state: State) -> View:
        g, h = state.gradient, state.threshold
        by_norm, by_value = clip_by_norm(g, h), clip_by_value(g, h)
        turned = float(turned_degrees(g, by_value))
        square = h * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
        size = float(np.linalg.norm(g))
        around = turned_degrees(size * circle, clip_by_value(size * circle, h))
        here = float(np.degrees(np.arctan2(g[1], g[0]))) % 360
        plane: list[Layer] = [
            Line(h * circle, "blue", "dash", width=1.4, label="‖·‖ = h"),
            Line(square, "green", "dot", width=1.8, label="components ±h"),
            Line([(0, 0), g], "grey", "dot", width=1.5),
            Arrow((0, 0), by_value, "green", "dashdot", label="clip the components"),
            Arrow((0, 0), by_norm, "blue", "dash", label="clip the norm"),
        ]
        rows = [
            ("g", number(size, 3), "0°"),
            ("clip the norm", number(float(np.linalg.norm(by_norm)), 3), "0°"),
            ("clip the components", number(float(np.linalg.norm(by_value)), 3), f"{turned:.1f}°"),
        ]
        return View(
            plane=plane,
            turn=[
                Line(np.stack([angles, around], -1), "green", "dashdot", label="clip the components"),
                Line([(0, 0), (360, 0)], "blue", "dash", label="clip the norm"),
                Points((here, turned), "black", "diamond", size=7, label="your g"),
            ],
            readout=Table(rows, ("", "length", "turned by")),
        )

    return scene(
        update,
        panels={
            "plane": Panel(
                "the gradient and its clipped forms", "g₁", "g₂", (-10, 10, -10, 10), ratio="equal"
            ),
            "turn": Panel(
                "how far clipping turns g",
                "direction of g, °",
                "turned by, °",
                (0.0, 360.0, -2.0, 47.0),
            ),
        },
        handles={"gradient": Handle((float(tip[0]), float(tip[1])), label="g", names=("g₁", "g₂"))},
        controls={"threshold": slider("threshold h", 0.2, 10.0, threshold, log=True)},
        alt="A gradient with a draggable tip and its two clipped forms: one keeps the direction, the other, "
        "clipped component by component, turns towards a diagonal; beside it the angle of that turn",
    )


def clipped_average(points: Sequence[float] = (0, 1, 2, 3, 4, 5, 6, 7), outlier: float = 50.0) -> Scene:
    """Return samples on a line, and where descent settles when each sample's gradient is clipped.

    The loss is the mean of ½(x − a)² over samples a, so that gᵢ = x − aᵢ and the minimum is their mean.
    With every gᵢ clipped at h the average of the steps vanishes elsewhere: at the median for small h.

    Parameters
    ----------
    points : samples that stay.
    outlier : a further one that the reader drags, in [−5, 65].

    The first threshold clips nothing: what clipping changes is the reader's to find.
    """
    fixed = np.asarray(points, dtype=np.float64)
    window = (-5.0, 65.0)
    grid = np.linspace(*window, 1001)

    def update(state: State) -> View:
        samples = np.append(fixed, state.outlier[0])
        push = clip_by_value(grid[:, None] - samples, state.threshold).mean(axis=1)
        mean, median = float(samples.mean()), float(np.median(samples))
        settles = clipped_rest(samples, state.threshold)
        height = max(state.threshold * 1.1, 1e-9)
        low, high = sorted((settles, mean))
        wrong = grid[(grid > low) & (grid < high)]
        shade: list[Layer] = []
        if wrong.size > 1:
            band = [(low, -height), (high, -height), (high, height), (low, height)]
            shade = [Line([*band, band[0]], "vermillion", "dot", width=1.2, fill=0.18, label="wrong way")]
        return View(
            push=[
                *shade,
                Line([(window[0], 0), (window[1], 0)], "grey", width=1.0),
                Line(
                    np.stack([grid, np.clip(grid - mean, -height, height)], -1), "grey", "dash", label="E[g]"
                ),
                Line(np.stack([grid, push], -1), "blue", label="E[clip(g)]"),
                Points(np.stack([samples, np.zeros_like(samples)], -1), "black", size=4, label="samples"),
                Points((mean, 0), "green", "square", size=7, label="minimum of the loss: the mean"),
                Points((settles, 0), "vermillion", "diamond", size=8, label="where clipped descent rests"),
            ],
            readout=Table(
                [
                    ("mean: the minimum", number(mean, 4)),
                    ("rest of clipped descent", number(settles, 4)),
                    ("median", number(median, 4)),
                ]
            ),
            windows={"push": (*window, -height, height)},
        )

    return scene(
        update,
        panels={
            "push": Panel(
                "average over the samples",
                "x",
                "average gradient",
                (*window, -1.0, 1.0),
                ratio=0.6,
            )
        },
        handles={
            "outlier": Handle(
                (outlier, 0.0), label="outlier", on=OnGraph(lambda x, state: 0.0), names=("a", "")
            )
        },
        controls={"threshold": slider("threshold h", 0.1, 80.0, 80.0, log=True)},
        alt="The average gradient of a loss against x, exact and with each sample clipped; at this large "
        "threshold nothing is clipped, and the two are one line",
    )
