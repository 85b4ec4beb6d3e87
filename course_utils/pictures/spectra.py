"""Live pictures of a large Hessian: its spectrum at several moments, and slices that show or hide it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective, as_points
from course_utils.widgets.axes import Panel
from course_utils.widgets.controls import slider
from course_utils.widgets.layers import Bars, Layer, Line, Points, Table, Text, number
from course_utils.widgets.scene import Scene, scene
from course_utils.widgets.view import View

_LINEAR = 1e-3  # of the largest |λ|: the axis is linear below it and logarithmic above
_BINS = 61
_CUT_POINTS = 41


def spectrum_browser(
    spectra: Mapping[str, ArrayLike], *, along: str = "moment", alt: str | None = None
) -> Scene:
    """Return histograms of spectra, such as those along a training run, with a slider through them.

    Parameters
    ----------
    spectra : name → eigenvalues (n,) in any order, in the order of the slider.
    along : what the slider goes through, its label.
    alt : description of the first picture; by default made of the names.

    Raises
    ------
    ValueError
        If there are fewer than two spectra, or one of them is empty, not finite or not (n,).
    """
    names = list(spectra)
    if len(names) < 2:
        raise ValueError(f"spectra must hold at least two, got {len(names)}")
    columns = [np.sort(np.asarray(spectra[name], dtype=np.float64)) for name in names]
    for name, values in zip(names, columns, strict=True):
        if values.ndim != 1 or values.size == 0 or not np.isfinite(values).all():
            raise ValueError(f"spectra[{name!r}] must be finite numbers of shape (n,), got {values.shape}")
    largest = max(float(np.abs(values).max()) for values in columns) or 1.0
    unit = _LINEAR * largest

    def place(values: ArrayLike) -> Array:
        stretched: Array = np.arcsinh(np.asarray(values, dtype=np.float64) / unit)
        return stretched

    ends = place([min(values[0] for values in columns), max(values[-1] for values in columns)])
    edges = np.linspace(ends[0] - 0.3, ends[1] + 0.3, _BINS)
    counts = [np.histogram(place(values), edges)[0] for values in columns]
    tallest = float(max(count.max() for count in counts))
    marks = _marks(float(_value_at(edges[0], unit)), float(_value_at(edges[-1], unit)), unit)
    still: list[Layer] = []
    for value in marks:
        at = float(place([value])[0])
        still.append(Line([(at, 0.6), (at, 1.6 * tallest)], "grey", "dot", width=1.0))
        still.append(Text((at, 2.1 * tallest), number(value), size=12))

    def update(state: Mapping[str, int]) -> View:
        k = state["moment"]
        values, count = columns[k], counts[k]
        middle = (edges[:-1] + edges[1:]) / 2
        negative = middle < -0.5 * (edges[1] - edges[0])
        bars: list[Layer] = [
            Bars(edges, np.where(negative, 0.6, np.maximum(count, 0.6)), "blue", base=0.6, label="λ ≥ 0"),
            Bars(
                edges, np.where(negative, np.maximum(count, 0.6), 0.6), "vermillion", base=0.6, label="λ < 0"
            ),
            Points([(float(place([values[0]])[0]), 0.8)], "vermillion", "down", label="smallest λ"),
            Points([(float(place([values[-1]])[0]), 0.8)], "blue", "triangle", label="largest λ"),
        ]
        below = int(np.sum(values < -1e-10 * np.abs(values).max()))
        row = (names[k], number(values[0], 3), number(values[-1], 3), str(below), number(values.mean(), 2))
        return View(
            spectrum=[*still, *bars],
            readout=Table([row], ("", "smallest λ", "largest λ", "negative", "mean λ = tr H / n")),
        )

    return scene(
        update,
        panels={
            "spectrum": Panel(
                "eigenvalues of the Hessian, λ at the dotted lines",
                f"arsinh(λ / {number(unit, 2)})",
                "how many",
                (float(edges[0]), float(edges[-1]), 0.6, 3.2 * tallest),
                log_y=True,
                ratio=0.36,
            )
        },
        controls={"moment": slider(along, 0, len(names) - 1, 0, whole=True)},
        alt=alt or f"Histogram of eigenvalues, {names[0]}; a slider leads to {names[-1]}.",
    )


def _value_at(position: float, unit: float) -> float:
    """Return the eigenvalue at a place of the asinh axis."""
    return float(np.sinh(position) * unit)


def _marks(low: float, high: float, unit: float) -> list[float]:
    """Return 0 and the powers of ten on both sides that the axis shows apart from it."""
    powers = 10.0 ** np.arange(np.ceil(np.log10(2 * unit)), np.ceil(np.log10(max(-low, high))))
    return [*(-powers[-low > powers])[::-1].tolist(), 0.0, *powers[high > powers].tolist()]


def slice_turner(
    objective: Objective, point: ArrayLike, direction: ArrayLike, toward: ArrayLike, *, distance: float = 1.0
) -> Scene:
    """Return the loss along a slice through ``point`` that a slider turns from one direction to another.

    The slope is taken out by averaging both sides, ½[f(x + td) + f(x − td)] − f(x), so that the picture
    shows curvature also where the point is not stationary; dashed is what the curvature at the point
    predicts, ½t²dᵀHd.

    Parameters
    ----------
    point, direction, toward : (n,); directions of any length, not parallel.
    distance : the slice reaches this far to both sides.

    Raises
    ------
    ValueError
        If shapes do not fit, the two directions are parallel, or ``distance`` ≤ 0.
    """
    x = as_points("point", point, objective.dim)
    first, last = (
        as_points(name, v, objective.dim) for name, v in (("direction", direction), ("toward", toward))
    )
    if x.ndim != 1 or first.ndim != 1 or last.ndim != 1:
        raise ValueError(f"point, direction and toward must have shape ({objective.dim},)")
    if not distance > 0:
        raise ValueError(f"distance must be positive, got {distance}")
    last = last / np.linalg.norm(last)
    first = first - (first @ last) * last
    if np.linalg.norm(first) < 1e-8 * np.linalg.norm(direction):
        raise ValueError("direction and toward must not be parallel")
    first = first / np.linalg.norm(first)
    here = float(objective.value(x))
    curved = objective.hvp(x, np.stack([first, last]))
    half = np.linspace(0.0, distance, _CUT_POINTS // 2 + 1)
    t = np.concatenate([-half[:0:-1], half])

    def bend(d: Array) -> Array:
        sides = objective.value(x + np.concatenate([half, -half])[:, None] * d).reshape(2, -1)
        even = sides.mean(axis=0) - here
        return np.concatenate([even[:0:-1], even])

    extremes = np.concatenate([bend(first), bend(last)])
    margin = 0.1 * float(np.ptp(extremes) or 1.0)

    def update(state: Mapping[str, float]) -> View:
        angle = np.radians(state["angle"])
        c, s = np.cos(angle), np.sin(angle)
        along = float((c * first + s * last) @ (c * curved[0] + s * curved[1]))
        return View(
            slice=[
                Line(
                    np.stack([t, bend(c * first + s * last)], axis=-1),
                    "blue",
                    label="loss, slope removed",
                    width=3,
                ),
                Line(np.stack([t, 0.5 * along * t**2], axis=-1), "vermillion", "dash", label="½ t² dᵀHd"),
                Line([(-distance, 0), (distance, 0)], "grey", "dot", width=1.0),
            ],
            readout=Table([(f"{s**2:.0%}", number(along, 3))], ("share of d² along the target", "dᵀHd")),
        )

    return scene(
        update,
        panels={
            "slice": Panel(
                "a slice through the loss",
                "distance t from the point",
                "change of the loss",
                (-distance, distance, float(extremes.min()) - margin, float(extremes.max()) + margin),
                ratio=0.4,
            )
        },
        controls={"angle": slider("turn d to the target (°)", 0.0, 90.0, 0.0)},
        alt="The loss along a slice, slope removed; a slider turns the slice from one direction to another.",
    )
