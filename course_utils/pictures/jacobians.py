"""A picture of exploding and vanishing: products of Jacobians through time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_utils.networks import RNN, log_growth, state_jacobians
from course_utils.objectives import Array, as_points
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_SHOWN = 9  # of the H stretches, evenly from the largest to the smallest
_FLOOR = -120.0
_SCALES = 2.0 ** (np.arange(-12, 13) / 6)  # from ¼ to 4; growth is computed once for each, not while dragging


def jacobian_growth(network: RNN, x: ArrayLike) -> Scene:
    """Return how the Jacobians of a network stretch the state, with W multiplied by a slider.

    Left the logarithms of the stretch along orthogonal directions against t (`networks.log_growth`), for
    the first sequence; right the eigenvalues of the scaled W beside the unit circle.

    Parameters
    ----------
    network, x : a recurrent network on text and its parameters (dim,).
    """
    point = as_points("x", x, network.dim)
    one = network.batch([0])
    eigenvalues = np.linalg.eigvals(network.layers[1].matrix(point))
    sigma = float(np.linalg.norm(network.layers[1].matrix(point), 2))
    places = np.stack([eigenvalues.real, eigenvalues.imag], -1)
    angles = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(angles), np.sin(angles)], -1)
    chosen = np.unique(np.linspace(0, network.hidden_units - 1, _SHOWN).round().astype(int))

    def growth_at(scale: float) -> Array:
        scaled = point.copy()
        network.layers[1].matrix(scaled)[...] *= scale
        return log_growth(state_jacobians(one, scaled)[0])

    table = [growth_at(scale) for scale in _SCALES]

    def update(state: State) -> View:
        nearest = int(np.argmin(np.abs(np.log(_SCALES / state.scale))))
        scale, growth = float(_SCALES[nearest]), table[nearest]
        t = np.arange(len(growth))
        curves: list[Layer] = [Line([(0, 0), (t[-1], 0)], "grey", "dot", width=1.4, label="neither")]
        for k in chosen:
            shown = np.where(growth[:, k] >= _FLOOR, growth[:, k], np.nan)
            line = np.stack([t, shown], -1)
            if k == 0:
                curves.append(Line(line, "vermillion", label="largest", width=3.0))
            elif k == chosen[-1]:
                curves.append(Line(line, "blue", "dash", label="smallest", width=1.6))
            else:
                curves.append(Line(line, "blue", width=1.2))
        half = len(t) // 2
        slope = float(growth[-1, 0] - growth[half, 0]) / (t[-1] - half)
        radius = float(np.abs(eigenvalues).max()) * scale
        return View(
            growth=curves,
            spectrum=[
                Line(circle, "grey", "dash", label="unit circle"),
                Points(scale * places, "blue", size=3.5, label="eigenvalues of W"),
            ],
            readout=Table(
                [
                    ("W is multiplied by", number(scale, 3)),
                    ("largest |λ| of W", number(radius, 3)),
                    ("largest singular value of W", number(sigma * scale, 3)),
                    ("slope of the largest stretch, per step", number(slope, 2)),
                ]
            ),
            message="Exploding: the largest stretch grows."
            if slope > 0
            else "Vanishing: every direction shrinks, so the far past is forgotten.",
        )

    return scene(
        update,
        panels={
            "growth": Panel(
                "stretch of the state after t steps",
                "steps t",
                "ln of the stretch",
                (0.0, float(network.steps), _FLOOR, 60.0),
                weight=1.3,
            ),
            "spectrum": Panel(
                "eigenvalues of W", "real part", "imaginary part", (-4, 4, -4, 4), ratio="equal"
            ),
        },
        controls={"scale": slider("multiply W by", 0.25, 4.0, 1.0, log=True)},
        alt="Logarithms of the stretch of a recurrent network's state against the number of steps, with most "
        "directions shrinking; beside it the eigenvalues of the recurrent matrix and the unit circle",
    )
