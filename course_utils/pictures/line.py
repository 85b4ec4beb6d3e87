"""The straight line between two trained networks, before and after their units are matched."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils.critical_points import align
from course_utils.landscapes import LineLoss, straight_line
from course_utils.networks import MLP
from course_utils.objectives import Array, as_points
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider, toggle
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_POINTS = 41


def line_between(
    pairs: Mapping[str, tuple[MLP, ArrayLike, ArrayLike]],
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    alt: str | None = None,
) -> Scene:
    """Return the loss and the test error on the line between two networks, with a point to slide along it.

    Dashed, the networks as they were trained; solid, once the reader asks for it, with the second one's
    hidden units in the order and with the signs that bring it nearest to the first (`align`), which changes
    none of its answers.

    Parameters
    ----------
    pairs : name → (network, parameters of the first, parameters of the second), (dim,) each.
    inputs, targets : the test examples, (N, d) and (N,).
    alt : what the first picture shows.

    Raises
    ------
    ValueError
        If there is no pair, or the parameters are not points of their network.
    """
    if not pairs:
        raise ValueError("pairs must hold at least one, got none")
    curves = {name: _curves(*pair, inputs, targets) for name, pair in pairs.items()}

    def update(state: State) -> View:
        at = round(state.t * (_POINTS - 1))
        panels: dict[str, list[Layer]] = {"loss": [], "test": []}
        rows = []
        looks = (("as trained", "vermillion", "dash", "square"), ("units matched", "blue", "solid", "circle"))
        shown = looks if state.matched else looks[:1]
        for (line, error), (name, color, dash, marker) in zip(curves[state.pair], shown, strict=False):
            for panel, values in (("loss", line.loss), ("test", 100 * error)):
                way = np.stack([line.t, values], axis=-1)
                panels[panel] += [
                    Line(way, color, dash, label=name if panel == "loss" else ""),  # type: ignore[arg-type]
                    Points(way[at], color, marker, size=7),  # type: ignore[arg-type]
                ]
            cells = (number(line.loss[at], 3), f"{error[at]:.1%}", number(line.barrier, 3))
            rows.append((name, f"{line.t[at]:.3f}", *cells))
        table = Table(rows, ("", "t", "loss at t", "test error at t", "barrier"))
        return View(loss=panels["loss"], test=panels["test"], readout=table)

    return scene(
        update,
        panels={
            "loss": Panel(
                "loss between two networks",
                "t, from the first (0) to the second (1)",
                "loss",
                (0, 1, 0, None),
            ),
            "test": Panel("test error", "t", "%", (0, 1, 0, None)),
        },
        controls={
            "pair": choice("network", list(curves)),
            "t": slider("place t on the line", 0.0, 1.0, 0.5),
            "matched": toggle("match the units"),
        },
        alt=alt
        or "Loss and test error on the straight line between two trained networks, with a barrier between "
        "them.",
    )


def _curves(
    network: MLP, first: ArrayLike, second: ArrayLike, inputs: ArrayLike, targets: ArrayLike
) -> list[tuple[LineLoss, Array]]:
    """Return loss and test error on the line as trained, and on the line to the matched copy."""
    a, b = as_points("first", first, network.dim), as_points("second", second, network.dim)
    found = []
    for end in (b, align(network, b, a)):
        line = straight_line(network, a, end, _POINTS)
        way = (1 - line.t[:, None]) * a + line.t[:, None] * end
        found.append((line, network.error_rate(way, inputs, targets)))
    return found
