"""A walk in a landscape made of noise, on a two-dimensional slice of it."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from course_utils.landscapes import Subspace
from course_utils.objectives import Array
from course_utils.optimizers import GradientDescent, minimize
from course_utils.random_landscapes import GaussianField, semicircle_below
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import choice, slider
from course_utils.widgets.handles import Handle, State
from course_utils.widgets.layers import Landscape, Layer, Line, Points, Raster, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_DIMENSIONS = (2, 5, 10, 20, 40)
_WAVES = 600
_CELLS = 32  # of the map, along each side
_RATE = 0.1
_LOOKS = 40  # moments of a run at which its Hessian is taken
_REACH = 1.6  # half the side of the slice, in correlation lengths
_HEIGHTS = np.linspace(-2.6, 2.6, 105)


def field_walk(*, dimension: int = 2, seed: int = 3) -> Scene:
    """Return a two-dimensional slice of a Gaussian field in N dimensions, with a start to drag in it.

    The ground is coloured by the share of negative eigenvalues of the whole Hessian, from blue (none) over
    white (half) to red (all), with contour lines of the height. Gradient descent from the start is free to
    leave the slice; its way is shown as seen from above, and in the plane of height and index, beside the
    curve of Bray and Dean.

    Parameters
    ----------
    dimension : N at first: 2, 5, 10, 20 or 40.
    seed : of the landscapes.

    Raises
    ------
    ValueError
        If ``dimension`` is none of these.
    """
    sizes = {str(n): n for n in _DIMENSIONS}

    @cache
    def slice_of(N: int) -> tuple[GaussianField, Subspace, Raster]:
        rng = np.random.default_rng([seed, N])
        field = GaussianField(N, _WAVES, rng=rng)
        axes = np.linalg.qr(rng.standard_normal((N, 2)))[0].T * np.sqrt(N)
        window = ((-_REACH, _REACH),) * 2
        plane = Subspace(field, np.zeros(N), axes, domain=window)
        middles = _REACH * (2 * (np.arange(_CELLS) + 0.5) / _CELLS - 1)
        z = np.stack(np.meshgrid(middles, middles), axis=-1)
        index = np.sum(np.linalg.eigvalsh(field.hessian(plane.points(z))) < 0, axis=-1)
        return field, plane, Raster(index, _palette(N), contours=Landscape(plane, levels=10))

    @lru_cache(maxsize=64)
    def run_from(N: int, start: tuple[float, float], steps: int) -> tuple[Array, Array, Array, Array]:
        field, plane, _ = slice_of(N)
        run = minimize(field, GradientDescent(_RATE), plane.points(np.array(start)), steps)
        looks = np.unique(np.geomspace(1, len(run.x), _LOOKS).astype(int)) - 1
        x = run.x[looks]
        index = np.sum(np.linalg.eigvalsh(field.hessian(x)) < 0, axis=-1)
        return looks, x, run.value[looks] / N, index

    curve: list[Layer] = [
        Line([(-2, 0), (-2, 1)], "grey", "dot", width=1.4),
        Line(np.stack([_HEIGHTS, semicircle_below(_HEIGHTS)], axis=-1), "black", label="α(ε), Bray & Dean"),
    ]

    def update(state: State) -> View:
        N = state.dimension
        field, plane, ground = slice_of(N)
        looks, x, height, index = run_from(N, tuple(state.start.tolist()), int(state.steps))
        way = plane.coordinates(x)
        away = np.linalg.norm(x - plane.points(way), axis=-1) / np.sqrt(N)
        slope = np.linalg.norm(field.gradient(x[[0, -1]]), axis=-1)
        rows = [
            (name, number(height[k], 3), f"{index[k]} of {N}", number(slope[k], 2), number(away[k], 2))
            for name, k in (("at the start", 0), (f"after {looks[-1]} steps", -1))
        ]
        return View(
            slice=[
                ground,
                Line(
                    way,
                    "black",
                    width=2.0,
                    marker="circle",
                    size=2.4,
                    label="seen from above",
                    run="gradient descent",
                    steps=looks,
                ),
            ],
            plane=[
                *curve,
                Line(
                    np.stack([height, index / N], axis=-1),
                    "vermillion",
                    width=1.6,
                    marker="square",
                    size=3.0,
                    label="the run",
                    run="gradient descent",
                    steps=looks,
                ),
                Points((height[0], index[0] / N), "black", "circle", size=7, hollow=True),
            ],
            readout=Table(
                rows, ("", "height ε", "negative eigenvalues", "‖g‖", "distance from the slice / √N")
            ),
            message="Blue: no eigenvalue is negative. White: half of them. Red: all."
            + (" In two dimensions the slice is the whole landscape." if N == 2 else ""),
        )

    return scene(
        update,
        panels={
            "slice": Panel(
                "a slice, coloured by index", "z₁ / √N", "z₂ / √N", (-_REACH, _REACH) * 2, ratio="equal"
            ),
            "plane": Panel(
                "height and index on the way",
                "height ε = φ/N",
                "negative fraction α",
                (-2.6, 2.6, -0.03, 1.03),
            ),
        },
        handles={"start": Handle((0.5, 0.9), names=("z₁", "z₂"))},
        controls={
            "dimension": choice("dimension N", sizes, dimension),
            "steps": slider("steps", 1, 200, 60, whole=True),
        },
        alt="A landscape of noise in two dimensions coloured by the number of negative eigenvalues, with a "
        "run of gradient descent, and the run in the plane of height and index",
    )


def _palette(N: int) -> Array:
    """Return colours (N+1, 3) for indices 0 … N: blue, white in the middle, red."""
    low, middle, high = np.array([[0.25, 0.50, 0.80], [0.97, 0.97, 0.97], [0.86, 0.45, 0.25]])
    share = np.linspace(0, 1, N + 1)[:, None]
    colours: Array = np.where(
        share < 0.5, low + (middle - low) * 2 * share, middle + (high - middle) * (2 * share - 1)
    )
    return colours
