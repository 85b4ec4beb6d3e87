"""A picture of the trap in searches for critical points: where the gradient is smallest and not zero."""

from __future__ import annotations

import numpy as np

from course_utils.critical_points import certify, damped_newton_search, residual_by_cutoff
from course_utils.objectives import Array, Planar
from course_utils.plotting.style import Marker
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

VANISHING = 2 / np.sqrt(27)
"""The tilt at which a minimum and the saddle beside it meet; beyond it both are gone."""

_REACH = 2.0
_CUTOFF = 0.2  # what counts as next to no curvature in the readout
_MOST_STEPS = 25
_X = np.linspace(-_REACH, _REACH, 201)


def tilted_wells(tilt: float) -> Planar:
    """Return f = ¼(x₁² − 1)² + t x₁ + ½x₂²: two wells, one of which is lifted by the tilt t.

    The slope along x₁, x₁³ − x₁ + t, has three zeros for |t| < 2/√27, one beyond. There its size still has a
    minimum at x₁ = 1/√3, where f₁₁ = 3x₁² − 1 is zero: a gradient-flat point.
    """
    return Planar(
        "tilted wells",
        lambda a, b: (a**2 - 1) ** 2 / 4 + tilt * a + b**2 / 2,
        lambda a, b: (a**3 - a + tilt, b),
        lambda a, b: (3 * a**2 - 1, 0 * a, 1 + 0 * a),
        domain=((-_REACH, _REACH), (-_REACH, _REACH)),
    )


def search_path(objective: Planar, start: Array) -> Array:
    """Return the points (steps + 1, 2) of damped Newton from ``start`` until it stops by itself."""
    path = [np.asarray(start, dtype=np.float64)]
    for _ in range(_MOST_STEPS):
        (point,) = damped_newton_search(objective, path[-1], max_steps=1)
        if np.array_equal(point.x, path[-1]):
            break
        path.append(point.x)
    return np.array(path)


def gradient_flat_point() -> Scene:
    """Return a search for critical points on a tilted landscape, with a start to drag.

    Left the path of damped Newton, which makes the gradient small; right the size of the slope along x₁,
    which has minima where it is zero, and one where it is not once a tilt has removed two critical points.
    """

    def update(state: State) -> View:
        tilt = float(state.tilt)
        f = tilted_wells(tilt)
        path = search_path(f, state.start)
        end = certify(f, path[-1])
        flat = float(residual_by_cutoff(f, end.x, [_CUTOFF])[0])
        roots = np.roots([1.0, 0.0, -1.0, tilt])
        real = np.sort(roots.real[np.abs(roots.imag) < 1e-6])
        zeros = np.stack([real, np.zeros(real.size)], axis=-1)
        slope = np.abs(_X**3 - _X + tilt)
        verdict = f"certified {end.kind}" if end.certified else "not a critical point"
        color = "green" if end.certified else "vermillion"
        mark: Marker = "diamond" if end.certified else "cross"
        marks: list[Layer] = [
            Points(zeros, "black", "circle", label="critical points", size=7, hollow=True),
            Points(end.x, color, mark, label=verdict, size=9),
        ]
        rows = [
            ("‖g‖ at the end", number(end.gradient_norm, 3)),
            ("eigenvalues there", ", ".join(number(value, 3) for value in end.eigenvalues)),
            (
                f"part of g where |λ| ≤ {_CUTOFF:g}",
                f"{flat:.0%}" if end.gradient_norm > 1e-9 else "g is zero",
            ),
            ("verdict", verdict),
        ]
        here = np.abs(path[:, 0] ** 3 - path[:, 0] + tilt)
        return View(
            plane=[Landscape(f), Line(path, "blue", marker="circle", label="damped Newton"), *marks],
            slope=[
                Line(np.stack([_X, slope], axis=-1), "black", label="|∂f/∂x₁|"),
                Points(np.stack([path[:, 0], here], axis=-1), "blue", "circle", label="the search"),
                Points((end.x[0], here[-1]), color, mark, size=9),
            ],
            readout=Table(rows),
            message=""
            if end.certified
            else "The slope is as small as it gets hereabouts, and not zero: a gradient-flat point.",
        )

    return scene(
        update,
        panels={
            "plane": Panel("a search for ∇f = 0", "x₁", "x₂", (-_REACH, _REACH) * 2, ratio="equal"),
            "slope": Panel(
                "what the search makes small", "x₁", "size of the slope", (-_REACH, _REACH, 0.0, 2.0)
            ),
        },
        handles={"start": Handle((1.6, 1.2), label="start")},
        controls={"tilt": slider("tilt t", 0.0, 1.0, 0.2)},
        alt="A landscape with a deep minimum on the left, a shallow one on the right and a saddle between "
        "them; a search from the right ends in the minimum there, where the size of the slope is zero",
    )
