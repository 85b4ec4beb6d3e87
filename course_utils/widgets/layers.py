"""What a panel can show: small frozen descriptions, in data coordinates, that know nothing of a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from course_utils.objectives import Array, Objective
from course_utils.plotting.style import COLORS, SERIES, Dash, Marker

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def color_code(color: str) -> str:
    """Return a colour name of the palette, or any other CSS colour, as a CSS colour."""
    return COLORS.get(color, color)


def _points(name: str, points: ArrayLike) -> Array:
    array = np.asarray(points, dtype=np.float64)
    if array.ndim == 1 and array.size == 2:
        array = array[None]
    if array.ndim != 2 or array.shape[-1] != 2:
        raise ValueError(f"{name} must have shape (n, 2), got {array.shape}")
    return array


@dataclass(frozen=True)
class Line:
    """A polyline through ``points`` (n, 2); a row with NaN lifts the pen.

    ``marker`` marks every ``every``-th point; ``fill`` is the opacity of the area inside. ``run`` names the
    run whose steps the points are: the reader can play it, and a step pointed at is marked in every line,
    and in the row of the table, that has the name. ``steps`` (n,) are the increasing numbers of the steps,
    0 … n−1 by default.
    """

    points: ArrayLike
    color: str = "blue"
    dash: Dash = "solid"
    label: str = ""
    width: float = 2.2
    marker: Marker | None = None
    size: float = 4.0
    every: int = 1
    opacity: float = 1.0
    fill: float = 0.0
    run: str = ""
    steps: ArrayLike | None = None


@dataclass(frozen=True)
class Points:
    """Markers at ``points`` (n, 2); ``hollow`` ones are white with a coloured edge."""

    points: ArrayLike
    color: str = "black"
    marker: Marker = "circle"
    label: str = ""
    size: float = 5.5
    opacity: float = 1.0
    hollow: bool = False


@dataclass(frozen=True)
class Arrow:
    """Arrows from ``start`` to ``end``, (2,) each or (n, 2) for a whole field."""

    start: ArrayLike
    end: ArrayLike
    color: str = "black"
    dash: Dash = "solid"
    label: str = ""
    width: float = 2.6
    opacity: float = 1.0


@dataclass(frozen=True)
class Text:
    """Words at a point (2,)."""

    at: ArrayLike
    text: str
    color: str = "#222222"
    anchor: Literal["left", "center", "right"] = "center"
    size: float = 14.0
    opacity: float = 1.0


@dataclass(frozen=True)
class Bars:
    """Filled bars between ``edges`` (n+1,) from ``base`` up to ``heights`` (n,)."""

    edges: ArrayLike
    heights: ArrayLike
    color: str = "blue"
    label: str = ""
    base: float = 0.0
    opacity: float = 0.85


@dataclass(frozen=True)
class Landscape:
    """The ground of a panel: a two-dimensional objective, shaded (dark is low), with contour lines.

    It is evaluated at ``resolution``² points, once for each objective and window. Levels are quantiles
    of the values, so that a valley floor and a steep wall both show their shape.
    """

    objective: Objective
    resolution: int = 161
    levels: int = 18


@dataclass(frozen=True, eq=False)
class Raster:
    """The ground of a panel made of coloured cells that fill its window: a map or a picture.

    ``cells`` (rows, columns) are numbers of colours, the first row at the bottom; ``palette`` (k, 3) holds
    at most 256 colours as red, green and blue in 0 … 1. ``contours`` draws the contour lines of a
    landscape over them. Say in a legend or with markers what the colours mean.
    """

    cells: ArrayLike
    palette: ArrayLike
    contours: Landscape | None = None

    def __post_init__(self) -> None:
        cells, palette = np.asarray(self.cells), np.asarray(self.palette, dtype=np.float64)
        if cells.ndim != 2 or cells.size == 0 or cells.dtype.kind not in "iu":
            raise ValueError(f"cells must be whole numbers (rows, columns), got {cells.dtype} {cells.shape}")
        if palette.ndim != 2 or palette.shape[1] != 3 or not 1 <= len(palette) <= 256:
            raise ValueError(f"palette must have shape (k, 3) with k ≤ 256, got {palette.shape}")
        if cells.min() < 0 or cells.max() >= len(palette):
            raise ValueError(f"cells must lie in 0 … {len(palette) - 1}, got {cells.min()} … {cells.max()}")


Ground = Landscape | Raster
Layer = Line | Points | Arrow | Text | Bars | Ground
"""What a panel shows, one above the other."""


def layer_points(layer: Layer) -> Array:
    """Return all points (m, 2) of a layer in the order in which the browser reads them."""
    match layer:
        case Line() | Points():
            return _points("points", layer.points)
        case Arrow():
            start, end = _points("start", layer.start), _points("end", layer.end)
            if start.shape != end.shape:
                raise ValueError(f"start and end must have the same shape, got {start.shape} and {end.shape}")
            return np.stack([start, end], axis=1).reshape(-1, 2)
        case Text():
            return _points("at", layer.at)
        case Bars():
            edges, heights = np.asarray(layer.edges, float), np.asarray(layer.heights, float)
            if edges.ndim != 1 or heights.shape != (edges.size - 1,):
                raise ValueError(
                    f"edges must have one entry more than heights, got {edges.shape} and {heights.shape}"
                )
            low = np.stack([edges[:-1], np.full_like(heights, layer.base)], axis=-1)
            return np.stack([low, np.stack([edges[1:], heights], axis=-1)], axis=1).reshape(-1, 2)
        case Landscape() | Raster():
            return np.empty((0, 2))


def line_steps(line: Line) -> list[int] | None:
    """Return the numbers of a run's steps; None where they are just 0 … n−1.

    Raises
    ------
    ValueError
        If they are not increasing whole numbers ≥ 0, one a point.
    """
    if line.steps is None:
        return None
    steps = np.asarray(line.steps)
    good = steps.dtype.kind in "iu" and steps.shape == (len(layer_points(line)),)
    if not good or (steps < 0).any() or (np.diff(steps) <= 0).any():
        raise ValueError(f"steps must be increasing whole numbers ≥ 0, one a point, got {line.steps!r:.80}")
    return [int(step) for step in steps]


def series(k: int) -> tuple[str, Dash, Marker]:
    """Return colour, dash and marker of the ``k``-th of several curves."""
    return SERIES[k % len(SERIES)]


@dataclass(frozen=True)
class Table:
    """Numbers beneath the picture: cells are ready-made text; the first column names the row."""

    rows: Sequence[Sequence[str]]
    columns: Sequence[str] = ()


def number(value: float, digits: int = 4) -> str:
    """Return a number for people: ``0.4362``, ``−12.5``, ``2.3·10⁻⁷``, ``∞``."""
    x = float(value)
    if not np.isfinite(x):
        return "NaN" if np.isnan(x) else ("∞" if x > 0 else "−∞")
    if x == 0 or 1e-3 <= abs(x) < 10.0 ** max(digits, 4):
        text = f"{x:.{digits}g}"
    else:
        mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}·10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return text.replace("-", "−")
