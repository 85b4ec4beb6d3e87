"""Pictures of many dimensions: where the volume of a ball is, and how far apart points are."""

from __future__ import annotations

from functools import cache

import numpy as np

from course_utils.objectives import Array
from course_utils.random_landscapes import band_fraction, pair_distances, shell_fraction
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.handles import State
from course_utils.widgets.layers import Bars, Layer, Line, Points, Table, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_MOST = 1000  # dimensions
_DIMENSIONS = np.unique(np.geomspace(1, _MOST, 60).astype(int))
_CELLS = np.linspace(0.0, 1.0, 51)
_POINTS = 150
_SPAN = np.linspace(0.0, 5.0, 61)  # of ‖x − y‖²/D


def volume_shell() -> Scene:
    """Return where the volume of a ball is, with sliders for its dimension D and a thickness ε.

    Left the share of the volume at each distance from the centre, and from the plane through the equator.
    Right the shares of the shell and of the equator band up to D, beside 1 − e^{−Dε²/2}, which one source
    prints for the shell.
    """

    def update(state: State) -> View:
        D, e = int(state.dimension), float(state.thickness)
        by_radius = np.diff(1 - shell_fraction(D, 1 - _CELLS))
        by_height = np.diff(band_fraction(D, _CELLS))
        outside = _CELLS[:-1] >= 1 - e - 1e-9
        tall = float(max(by_radius.max(), by_height.max())) * 1.08
        at = np.append(_DIMENSIONS[_DIMENSIONS < D], D)
        printed = -np.expm1(-at * e * e / 2)
        curves: list[tuple[str, Array, str, str]] = [
            ("shell, 1 − (1 − ε)ᴰ", np.array([shell_fraction(d, e) for d in at]), "blue", "solid"),
            ("printed, 1 − exp(−Dε²/2)", printed, "vermillion", "dash"),
            ("equator band, |x₁| ≤ ε", np.array([band_fraction(d, e) for d in at]), "green", "dashdot"),
        ]
        here = [float(shell_fraction(D, e)), float(-np.expm1(-D * e * e / 2)), float(band_fraction(D, e))]
        lines: list[Layer] = [
            Line(np.stack([at, share], axis=-1), color, dash, label=name)  # type: ignore[arg-type]
            for name, share, color, dash in curves
        ]
        names = ("within ε of the surface", "what is printed for it", "within ε of the equator's plane")
        return View(
            where=[
                Bars(_CELLS, np.where(outside, 0, by_radius), "sky", label="by distance from the centre"),
                Bars(_CELLS, np.where(outside, by_radius, 0), "blue", label="the shell"),
                Line(
                    np.stack([(_CELLS[1:] + _CELLS[:-1]) / 2, by_height], axis=-1),
                    "green",
                    "dashdot",
                    label="by |x₁|",
                ),
            ],
            share=[*lines, Points([(D, value) for value in here], "black", size=6, hollow=True)],
            readout=Table(
                [(name, f"{value:.4f}") for name, value in zip(names, here, strict=True)],
                (f"D = {D}, ε = {number(e, 2)}", "share of the volume"),
            ),
            windows={"where": (0.0, 1.0, 0.0, tall)},
        )

    return scene(
        update,
        panels={
            "where": Panel(
                "the ball, cut in 50 layers",
                "distance / radius",
                "share of the volume",
                (0, 1, 0, 1),
                ratio=0.75,
            ),
            "share": Panel("which share is it?", "dimension D", "share", (1, _MOST, 0, 1.02), log_x=True),
        },
        controls={
            "dimension": slider("dimension D", 1, _MOST, 3, log=True, whole=True),
            "thickness": slider("thickness ε", 0.02, 0.5, 0.1),
        },
        alt="A ball in three dimensions cut in layers, and the shares of a shell, of an equator band and of "
        "the printed formula against the dimension, up to that of the slider",
    )


def distance_spread(*, seed: int = 0) -> Scene:
    """Return the distances of random points, with a slider for the dimension D of their space.

    Left the histogram of ‖x − y‖²/D over all pairs of standard normal points. Right, for every D up to that
    of the slider, how much of its mean a distance varies, and how near the nearest of all points is.

    Parameters
    ----------
    seed : of the points.
    """
    normal = np.random.default_rng(seed).standard_normal((_POINTS, _MOST))
    rows, columns = np.triu_indices(_POINTS, 1)

    @cache
    def measured(D: int) -> tuple[Array, float, float]:
        """Return the histogram, the relative standard deviation, and nearest/mean, by squared distance."""
        apart = pair_distances(normal[:, :D])
        pairs = apart[rows, columns]
        shares = np.histogram(pairs, _SPAN)[0] / pairs.size
        nearest = np.sqrt(apart.min(axis=-1)).mean() / np.sqrt(pairs).mean()
        return shares, float(pairs.std() / pairs.mean()), float(nearest)

    def update(state: State) -> View:
        D = int(state.dimension)
        shares, spread, nearest = measured(D)
        known = np.append(_DIMENSIONS[_DIMENSIONS < D], D)
        seen = np.array([measured(int(d))[1:] for d in known])
        rows_shown = [
            ("varies by, of its mean", f"{spread:.1%}", f"{np.sqrt(2 / D):.1%}"),
            ("nearest of 149, of the mean distance", f"{nearest:.1%}", ""),
        ]
        return View(
            pairs=[
                Bars(_SPAN, shares, "blue", label="all pairs"),
                Line([(2, 0), (2, shares.max())], "black", "dot", label="mean, 2"),
            ],
            trend=[
                Line(np.stack([known, np.sqrt(2 / known)], axis=-1), "black", "dot", label="√(2/D)"),
                Points(np.stack([known, seen[:, 0]], axis=-1), "blue", "circle", "spread/mean", size=4),
                Points(
                    np.stack([known, seen[:, 1]], axis=-1), "vermillion", "square", "nearest / mean", size=4
                ),
            ],
            readout=Table(rows_shown, (f"D = {D}: the squared distance of two points", "measured", "law")),
            windows={"pairs": (0.0, 5.0, 0.0, float(shares.max()) * 1.1)},
        )

    return scene(
        update,
        panels={
            "pairs": Panel(
                f"{_POINTS} normal points", "‖x − y‖² / D", "share of the pairs", (0, 5, 0, 1), ratio=0.75
            ),
            "trend": Panel(
                "up to this dimension", "dimension D", "ratio", (1, _MOST, 1e-3, 2.0), log_x=True, log_y=True
            ),
        },
        controls={"dimension": slider("dimension D", 1, _MOST, 2, log=True, whole=True)},
        alt="Histogram of the squared distances of random points over D, wide in two dimensions, and how "
        "their spread and the nearest neighbour depend on the dimension, up to that of the slider",
    )
